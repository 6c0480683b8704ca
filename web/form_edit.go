package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"incubase/workflow"
	"incubase/workflow/form"
	"incubase/workflow/registry"
	"incubase/workflow/text"
)

// formEdit is a round's form as a list of questions. The page carries all of it from one press to the next; nothing is
// kept before it is saved, by the same act as the JSON.
type formEdit struct {
	Round *workflow.RoundRecord
	entryForm
	Rows []editQuestion
	Had  []string // names that the page has shown: what it never showed, saving leaves alone
	Open int      // the row that a press was about; -1 for none
}

// editQuestion is a question as people write it; a column of a list is one too, without steps.
type editQuestion struct {
	Name             string // in the schema; "" for a new one
	ZH, EN           string
	HintZH, HintEN   string
	Kind             string // text, number, money, date, choice, check, confirm, list
	Min, Max         string // characters, lines, or values: of money in yuan
	Example          string
	Required         bool
	Private, NewStep bool
	Choices          []editChoice
	Columns          []editQuestion
}

type editChoice struct{ Value, ZH, EN string }

var (
	formEditTitle = text.Text{ZH: "修改题目", EN: "Edit the questions"}
	editKinds     = []option{{"text", t("文字", "Text")}, {"number", t("整数", "Whole number")},
		{"money", t("金额（元）", "Amount (yuan)")}, {"date", t("日期", "Date")},
		{"choice", t("单选", "One of several")}, {"check", t("勾选（可以不勾）", "Box that may be ticked")},
		{"confirm", t("承诺（必须勾选）", "Declaration that must be ticked")}, {"list", t("清单（可以填多行）", "List of lines")}}
	columnKinds = editKinds[:4]
)

// Lines that a question has room for beyond what is there.
const (
	spareChoices = 2
	spareColumns = 1
)

// formEditPage lists the questions; of the one that the address names the fields are shown.
func (s *site) formEditPage(v *visit) error {
	r, err := s.roundView(v, v.Param("id"))
	if err != nil {
		return err
	}
	if !r.Edits || r.Round.State != "preparing" {
		return workflow.ErrNotFound
	}
	e := &formEdit{Round: r.Round, entryForm: newEntry(nil), Open: -1}
	e.Version = r.Round.Version
	e.add(readEdit(r.Round.Form))
	if n, err := strconv.Atoi(v.QueryParam("open")); err == nil {
		e.Open = n - 1
	}
	return v.show(http.StatusOK, formEditTitle, formEditor(e))
}

// changeForm moves, adds and removes questions on the page, or saves them.
func (s *site) changeForm(v *visit) error {
	r, err := s.roundView(v, v.Param("id"))
	if err != nil {
		return err
	}
	given, err := v.FormParams()
	if err != nil {
		return err
	}
	e := givenEdit(r.Round, given)
	if e.press(given.Get("go")) {
		return v.show(http.StatusOK, formEditTitle, formEditor(e))
	}
	x := newRoundReader(given)
	made, names := e.schema(x)
	if len(x.faults) == 0 {
		var patch registry.RoundPatch
		if !sameJSON(made, r.Round.Form) {
			patch.Form = made
		}
		cmd := v.recordCommand("form", patch)
		cmd.Version = &e.Version
		if _, err = s.Registry.ChangeRound(v.ctx, *v.frame.Actor, r.Round.ID, patch, cmd); err == nil {
			return v.onward("/rounds/"+url.PathEscape(r.Round.Ref), "saved")
		}
	}
	return v.refuseForm(e, names, x, err)
}

// refuseForm shows the questions again with everything that is wrong, each at its question.
func (v *visit) refuseForm(e *formEdit, names []string, x *roundReader, cause error) error {
	for name, f := range x.faults {
		e.Faults[name] = f.In(v.frame.Lang)
	}
	status, known := e.explain(v, cause)
	if !known {
		return cause
	}
	for _, field := range e.wrongNames() {
		if i := rowOf(field, names); i >= 0 {
			e.fault(v, fieldOf(i, "zh"), e.Rows[i].called(v.ctx, i)+say(v.ctx, "：", ": ")+e.Faults[field])
			delete(e.Faults, field)
		}
	}
	var stale *workflow.Stale
	if errors.As(cause, &stale) { // what somebody else has added is there too, after what was written here
		e.add(readEdit(e.Round.Form))
	}
	return v.show(status, formEditTitle, formEditor(e))
}

// rowOf is the row that a fault of the form's own check is about; -1 where it is about none.
func rowOf(field string, names []string) int {
	rest, ok := strings.CutPrefix(field, "form.")
	if !ok {
		return -1
	}
	name, _, _ := strings.Cut(strings.TrimPrefix(rest, "properties."), ".")
	return slices.Index(names, name)
}

// add shows questions that the page has not shown yet.
func (e *formEdit) add(list []editQuestion) {
	for _, q := range list {
		if !slices.Contains(e.Had, q.Name) {
			e.Had, e.Rows = append(e.Had, q.Name), append(e.Rows, q)
		}
	}
}

// press does what a button other than save asks for, in the page alone; false for save.
func (e *formEdit) press(button string) bool {
	what, at, _ := strings.Cut(button, ".")
	i, err := strconv.Atoi(at)
	if err != nil || i < 0 || i > len(e.Rows) || what != "add" && i >= len(e.Rows) {
		return what == "stay"
	}
	e.Open = i
	switch {
	case what == "add":
		e.Rows = slices.Insert(e.Rows, i, editQuestion{Kind: "text"})
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

// called is how a fault names a question.
func (q *editQuestion) called(ctx context.Context, i int) string {
	label := text.Text{ZH: q.ZH, EN: q.EN}.In(of(ctx).Lang)
	if label == "" {
		return say(ctx, fmt.Sprintf("第 %d 题", i+1), fmt.Sprintf("Question %d", i+1))
	}
	return say(ctx, fmt.Sprintf("第 %d 题“%s”", i+1, label), fmt.Sprintf("Question %d, “%s”", i+1, label))
}

// stepsOf is the step in which each question will be asked, from 1.
func (e *formEdit) stepsOf() []int {
	all := make([]question, len(e.Rows))
	for i, q := range e.Rows {
		all[i] = question{Name: strconv.Itoa(i), Kind: q.Kind, NewStep: q.NewStep}
		if n, err := strconv.Atoi(q.Max); q.Kind == "text" && (err != nil || n > longText) {
			all[i].Kind = "long"
		}
	}
	out := make([]int, len(all))
	for n, group := range steps(all) {
		for _, q := range group {
			i, _ := strconv.Atoi(q.Name) // written above
			out[i] = n + 1
		}
	}
	return out
}

// givenEdit is the page as it was sent.
func givenEdit(r *workflow.RoundRecord, given url.Values) *formEdit {
	e := &formEdit{Round: r, entryForm: givenEntry(given), Had: given["had"], Open: -1}
	x := newRoundReader(given)
	for i := range x.lines("q") {
		e.Rows = append(e.Rows, x.editQuestion(fmt.Sprintf("q.%d.", i), true))
	}
	return e
}

// editQuestion reads a question; a column of a list has no columns of its own.
func (x *roundReader) editQuestion(at string, columns bool) editQuestion {
	q := editQuestion{Name: x.line(at + "name"), ZH: x.line(at + "zh"), EN: x.line(at + "en"),
		HintZH: x.line(at + "hint.zh"), HintEN: x.line(at + "hint.en"), Kind: x.line(at + "kind"),
		Min: x.line(at + "min"), Max: x.line(at + "max"), Example: x.line(at + "example"),
		Required: x.line(at+"required") != "", Private: x.line(at+"private") != "", NewStep: x.line(at+"new_step") != ""}
	for i := range x.lines(at + "choices") {
		c := fmt.Sprintf("%schoices.%d.", at, i)
		if o := (editChoice{x.line(c + "value"), x.line(c + "zh"), x.line(c + "en")}); o.ZH+o.EN != "" {
			q.Choices = append(q.Choices, o)
		}
	}
	if !columns {
		return q
	}
	for i := range x.lines(at + "columns") {
		if c := x.editQuestion(fmt.Sprintf("%scolumns.%d.", at, i), false); c.ZH+c.EN != "" {
			q.Columns = append(q.Columns, c)
		}
	}
	return q
}

// readEdit are the questions of a schema that a list can show; the others stay as they are.
func readEdit(schema json.RawMessage) (out []editQuestion) {
	var root property
	if len(schema) == 0 || json.Unmarshal(schema, &root) != nil {
		return nil
	}
	for _, name := range form.Order(schema) {
		var p property
		if json.Unmarshal(root.Properties[name], &p) == nil {
			out = append(out, p.edited(name, slices.Contains(root.Required, name)))
		}
	}
	return out
}

func (p *property) edited(name string, required bool) editQuestion {
	q := p.question(name, required)
	e := editQuestion{Name: name, ZH: q.Label.ZH, EN: q.Label.EN, HintZH: q.Hint.ZH, HintEN: q.Hint.EN, Kind: q.Kind,
		Example: q.Example, Required: required, Private: q.Private, NewStep: q.NewStep}
	for _, c := range q.Choices {
		e.Choices = append(e.Choices, editChoice{c.Value, c.Label.ZH, c.Label.EN})
	}
	number := func(n *int64) string {
		switch {
		case n == nil:
			return ""
		case e.Kind == "money":
			return written(name, json.RawMessage(strconv.FormatInt(*n, 10)))
		}
		return strconv.FormatInt(*n, 10)
	}
	e.Min, e.Max = number(q.Min), number(q.Max)
	switch q.Kind {
	case "long":
		e.Kind = "text"
	case "choice", "check", "confirm":
		e.Example = ""
	case "list":
		e.Columns, e.Example = readEdit(p.Items), ""
		e.Min, e.Max = number(p.MinItems), ""
		if p.MaxItems > 0 {
			e.Max = strconv.Itoa(p.MaxItems)
		}
	}
	return e
}

// sameJSON reports whether two texts say the same, whatever the order of keys.
func sameJSON(a, b json.RawMessage) bool {
	read := func(raw json.RawMessage) (v any) {
		d := json.NewDecoder(bytes.NewReader(raw))
		d.UseNumber()
		_ = d.Decode(&v) // what is no JSON is nil
		return v
	}
	return reflect.DeepEqual(read(a), read(b))
}
