package rounds

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"incubase/web/accounts"
	"incubase/web/cases"
	"incubase/web/ui"
	"incubase/workflow"
	"incubase/workflow/registry"
)

// formEdit is a round's form as a list of questions. The page carries all of it from one button press to the next;
// only saving stores it, like the form's JSON.
type formEdit struct {
	Round *workflow.RoundRecord
	ui.EntryForm
	Rows []ui.EditQuestion
	Had  []string // names the page has shown; saving keeps all others
	Open int      // the row last touched, or -1
}

func (s *RoundPages) FormEditPage(v *ui.Visit) error {
	r, err := s.roundView(v, v.Param("id"))
	if err != nil {
		return err
	}
	if !r.Edits || r.Round.State != "preparing" {
		return workflow.ErrNotFound
	}
	e := &formEdit{Round: r.Round, EntryForm: ui.NewEntry(nil), Open: -1}
	e.Version = r.Round.Version
	e.add(ui.ReadEdit(r.Round.Form))
	if n, err := strconv.Atoi(v.QueryParam("open")); err == nil {
		e.Open = n - 1
	}
	return v.Show(http.StatusOK, ui.FormEditTitle, formEditor(e))
}

// ChangeForm moves, adds and removes questions on the page, or saves them.
func (s *RoundPages) ChangeForm(v *ui.Visit) error {
	r, err := s.roundView(v, v.Param("id"))
	if err != nil {
		return err
	}
	given, err := v.FormParams()
	if err != nil {
		return err
	}
	e := GivenEdit(r.Round, given)
	if e.press(given.Get("go")) {
		return v.Show(http.StatusOK, ui.FormEditTitle, formEditor(e))
	}
	x := newRoundReader(given)
	made, names := e.schema(x)
	if len(x.Faults) == 0 {
		var patch registry.RoundPatch
		if !sameJSON(made, r.Round.Form) {
			patch.Form = made
		}
		cmd := accounts.RecordCommand(v, "form", patch)
		cmd.Version = &e.Version
		if _, err = s.Registry.ChangeRound(v.Ctx, *v.Frame.Actor, r.Round.ID, patch, cmd); err == nil {
			return v.Onward("/rounds/"+url.PathEscape(r.Round.Ref), "saved")
		}
	}
	return refuseForm(v, e, names, x, err)
}

func refuseForm(v *ui.Visit, e *formEdit, names []string, x *ui.RoundReader, cause error) error {
	for name, f := range x.Faults {
		e.Faults[name] = f.In(v.Frame.Lang)
	}
	status, known := e.Explain(v, cause)
	if !known {
		return cause
	}
	for _, field := range e.WrongNames() {
		if i := rowOf(field, names); i >= 0 {
			e.Fault(v, fieldOf(i, "zh"), e.Rows[i].Called(v.Ctx, i)+ui.Say(v.Ctx, sayColon)+e.Faults[field])
			delete(e.Faults, field)
		}
	}
	var stale *workflow.Stale
	if errors.As(cause, &stale) { // questions added by others follow the input
		e.add(ui.ReadEdit(e.Round.Form))
	}
	return v.Show(status, ui.FormEditTitle, formEditor(e))
}

// rowOf returns the row of a fault, or -1.
func rowOf(field string, names []string) int {
	rest, ok := strings.CutPrefix(field, "form.")
	if !ok {
		return -1
	}
	name, _, _ := strings.Cut(strings.TrimPrefix(rest, "properties."), ".")
	return slices.Index(names, name)
}

func (e *formEdit) add(list []ui.EditQuestion) {
	for _, q := range list {
		if !slices.Contains(e.Had, q.Name) {
			e.Had, e.Rows = append(e.Had, q.Name), append(e.Rows, q)
		}
	}
}

// press runs any button but save on the page alone; false for save.
func (e *formEdit) press(button string) bool {
	what, at, _ := strings.Cut(button, ".")
	i, err := strconv.Atoi(at)
	if err != nil || i < 0 || i > len(e.Rows) || what != "add" && i >= len(e.Rows) {
		return what == "stay"
	}
	e.Open = i
	switch {
	case what == "add":
		e.Rows = slices.Insert(e.Rows, i, ui.EditQuestion{Kind: "text"})
	case what == "remove":
		e.Rows, e.Open = slices.Delete(e.Rows, i, i+1), -1
	case what == "up" && i > 0:
		e.Rows[i-1], e.Rows[i], e.Open = e.Rows[i], e.Rows[i-1], i-1
	case what == "down" && i+1 < len(e.Rows):
		e.Rows[i+1], e.Rows[i], e.Open = e.Rows[i], e.Rows[i+1], i+1
	case what != "up" && what != "down" && what != "more":
		return false
	}
	return true
}

// stepsOf returns each question's step, from 1.
func (e *formEdit) stepsOf() []int {
	all := make([]ui.Question, len(e.Rows))
	for i, q := range e.Rows {
		all[i] = ui.Question{Name: strconv.Itoa(i), Kind: q.Kind, NewStep: q.NewStep}
		if n, err := strconv.Atoi(q.Max); q.Kind == "text" && (err != nil || n > ui.LongText) {
			all[i].Kind = "long"
		}
	}
	out := make([]int, len(all))
	for n, group := range cases.Steps(all) {
		for _, q := range group {
			i, _ := strconv.Atoi(q.Name) // a number from above
			out[i] = n + 1
		}
	}
	return out
}

func GivenEdit(r *workflow.RoundRecord, given url.Values) *formEdit {
	e := &formEdit{Round: r, EntryForm: ui.GivenEntry(given), Had: given["had"], Open: -1}
	x := newRoundReader(given)
	for i := range x.Lines("q") {
		e.Rows = append(e.Rows, x.EditQuestion(fmt.Sprintf("q.%d.", i), true))
	}
	return e
}

// sameJSON compares values, whatever the order of keys.
func sameJSON(a, b json.RawMessage) bool {
	read := func(raw json.RawMessage) (v any) {
		d := json.NewDecoder(bytes.NewReader(raw))
		d.UseNumber()
		_ = d.Decode(&v) // malformed JSON is nil
		return v
	}
	return reflect.DeepEqual(read(a), read(b))
}
