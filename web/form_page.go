package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/form"
	"incubase/workflow/text"
)

// sheet is one step of a form: what it asks, what has been written, what is wrong with that.
type sheet struct {
	*folder
	Steps  [][]question
	At     int // from 1; len(Steps)+1 is the review
	Faults map[string]string
	All    []question // for the review
	Submit *workflow.Offer
}

// groupOf is how many short questions stand together.
const groupOf = 3

// steps cuts a form into pages: a long answer or a list by itself, short ones a few together, confirmations at the end.
func steps(all []question) [][]question {
	var out [][]question
	var group, confirmations []question
	flush := func() {
		if len(group) > 0 {
			out, group = append(out, group), nil
		}
	}
	for _, q := range all {
		switch q.Kind {
		case "confirm":
			confirmations = append(confirmations, q)
			continue
		case "long", "list":
			flush()
			out = append(out, []question{q})
			continue
		}
		if group = append(group, q); len(group) == groupOf {
			flush()
		}
	}
	flush()
	if len(confirmations) > 0 {
		out = append(out, confirmations)
	}
	return out
}

var formTitle = text.Text{ZH: "填写内容", EN: "Fill in"}

// formPage shows a step, or the review after the last.
func (s *site) formPage(v *visit) error {
	sh, err := s.sheet(v)
	if err != nil {
		return err
	}
	if sh.At > len(sh.Steps) {
		return v.show(http.StatusOK, formTitle, reviewPage(sh))
	}
	return v.show(http.StatusOK, formTitle, stepPage(sh))
}

// sheet reads the case and finds the step that the address names.
func (s *site) sheet(v *visit) (*sheet, error) {
	f, err := s.folder(v, v.Param("ref"))
	if err != nil {
		return nil, err
	}
	if !f.CanEdit {
		return nil, workflow.ErrNotFound
	}
	sh := &sheet{folder: f, At: 1, Faults: map[string]string{}}
	answers := f.latest()
	sh.All = answered(f.form(), answers)
	sh.Steps = steps(sh.All)
	switch step := v.FormValue("step"); {
	case step == "review":
		sh.At = len(sh.Steps) + 1
	default:
		if n, err := strconv.Atoi(step); err == nil && n > 0 {
			sh.At = min(n, len(sh.Steps)+1)
		}
	}
	if len(answers) == 0 {
		answers = json.RawMessage("{}")
	}
	review := sh.At > len(sh.Steps)
	for _, p := range form.Validate(f.Schema, answers) {
		name, _, _ := strings.Cut(p.Field, ".")
		if q := find(sh.All, name); review || q != nil && (q.Value != "" || len(q.Lines) > 0) { // what is still empty is told at the end
			sh.Faults[name] = p.Message.In(v.frame.Lang)
		}
	}
	for i := range f.Offers {
		if f.Offers[i].Name == "submit" || f.Offers[i].Name == "resubmit" {
			sh.Submit = &f.Offers[i]
		}
	}
	return sh, nil
}

func find(all []question, name string) *question {
	for i := range all {
		if all[i].Name == name {
			return &all[i]
		}
	}
	return nil
}

// latest is what was saved; what was submitted before, where nothing was saved since.
func (f *folder) latest() json.RawMessage {
	var saved struct {
		Answers json.RawMessage `json:"answers"`
	}
	if json.Unmarshal(f.Draft, &saved) == nil && len(saved.Answers) > 0 {
		return saved.Answers
	}
	return f.Answers
}

// saveForm keeps what a step asked: the questions it names, beside what was saved of the others. A script that saves while
// somebody types is answered with the time; a form with the next step.
func (s *site) saveForm(v *visit) error {
	sh, err := s.sheet(v)
	if err != nil {
		return err
	}
	given, err := v.FormParams()
	if err != nil {
		return err
	}
	answers := map[string]any{}
	d := json.NewDecoder(strings.NewReader(string(sh.latest())))
	d.UseNumber()
	_ = d.Decode(&answers) // nothing yet, or a draft that is no object: begin anew
	for _, name := range given["asked"] {
		if q := find(sh.All, name); q != nil {
			set(answers, name, q.read(given))
		}
	}
	_, err = s.Desk.Do(v.ctx, *v.frame.Actor, workflow.Command{Ref: sh.Case.ID, Action: workflow.SaveAction, Fields: map[string]any{"answers": answers}})
	if v.Request().Header.Get("Accept") == "application/json" {
		return v.savedAt(s, err)
	}
	if err != nil {
		return err
	}
	return v.onward(sh.next(given.Get("go")), "")
}

func set(answers map[string]any, name string, value any) {
	if value == nil {
		delete(answers, name)
		return
	}
	answers[name] = value
}

func (v *visit) savedAt(s *site, err error) error {
	if err != nil {
		var refused *workflow.Refused
		if errors.As(err, &refused) {
			return v.JSON(http.StatusConflict, map[string]string{"problem": refused.Refusals[0].Message.In(v.frame.Lang)})
		}
		return err
	}
	return v.JSON(http.StatusOK, map[string]string{"saved": s.Desk.Clock.Now().In(calendar.Zone()).Format("15:04")})
}

// next is the page after a step, by the button that was pressed.
func (sh *sheet) next(button string) string {
	at := sh.At
	switch button {
	case "back":
		at = max(1, at-1)
	case "stay":
	case "leave":
		return "/cases/" + url.PathEscape(sh.Case.Ref)
	default:
		at++
	}
	step := strconv.Itoa(at)
	if at > len(sh.Steps) {
		step = "review"
	}
	return "/cases/" + url.PathEscape(sh.Case.Ref) + "/form?step=" + step
}

// read takes a question's answer out of a form; nil where nothing was written.
func (q *question) read(given url.Values) any {
	if q.Kind != "list" {
		return q.stored(given.Get("q." + q.Name))
	}
	var lines []any
	for i := range q.MaxLines + 1 {
		line := map[string]any{}
		for _, c := range q.Columns {
			set(line, c.Name, c.stored(given.Get(fmt.Sprintf("q.%s.%d.%s", q.Name, i, c.Name))))
		}
		if len(line) > 0 {
			lines = append(lines, line)
		}
	}
	if len(lines) == 0 {
		return nil
	}
	return lines
}

// stepOf is where a question is asked.
func (sh *sheet) stepOf(name string) int {
	for i, group := range sh.Steps {
		if find(group, name) != nil {
			return i + 1
		}
	}
	return 1
}

// open are the names of questions that have something wrong, in the form's order.
func (sh *sheet) open() []question {
	var out []question
	for _, q := range sh.All {
		if sh.Faults[q.Name] != "" {
			out = append(out, q)
		}
	}
	return out
}

// other faults than of a question.
func (sh *sheet) other() []string {
	rest := maps.Clone(sh.Faults)
	for _, q := range sh.All {
		delete(rest, q.Name)
	}
	return slices.Sorted(maps.Values(rest))
}

// blank lines of a list: what is there, and one to write in.
func (q *question) blank() [][]string {
	lines := slices.Clone(q.Lines)
	if len(lines) < max(1, q.MaxLines) {
		lines = append(lines, make([]string, len(q.Columns)))
	}
	return lines
}
