package cases

import (
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"incubase/api/edge"
	"incubase/web/ui"
	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/define"
	"incubase/workflow/form"
	"incubase/workflow/text"
)

// Sheet is one step of a form: questions, input and faults.
type Sheet struct {
	*ui.Folder
	Steps   [][]ui.Question
	At      int // from 1; len(Steps)+1 is the review
	Faults  map[string]string
	Problem string        // why the input was not saved
	All     []ui.Question // for the review
	Submit  *workflow.Offer

	Replaced []workflow.Replaced // texts that other saves replaced
}

const groupOf = 3

// Steps splits a form into pages: a long answer or list alone, a few short ones together; the form may start a page
// anywhere.
func Steps(all []ui.Question) [][]ui.Question {
	var out [][]ui.Question
	var group []ui.Question
	flush := func() {
		if len(group) > 0 {
			out, group = append(out, group), nil
		}
	}
	for _, q := range all {
		if q.NewStep {
			flush()
		}
		switch q.Kind {
		case "confirm": // declared at the submission
			continue
		case "long", "list":
			flush()
			out = append(out, []ui.Question{q})
			continue
		}
		if group = append(group, q); len(group) == groupOf {
			flush()
		}
	}
	flush()
	return out
}

var formTitle = text.Text{ZH: "填写内容", EN: "Fill in"}

// FormPage shows a step, or the review after the last.
func (s *CasePages) FormPage(v *ui.Visit) error {
	sh, err := s.sheet(v)
	if err != nil {
		return err
	}
	if sh.At > len(sh.Steps) {
		return v.Show(http.StatusOK, formTitle, reviewPage(sh))
	}
	if err := s.earlier(v, sh); err != nil {
		return err
	}
	if sh.Replaced, err = s.Replaced.Replaced(v.Ctx, sh.Case.ID, v.Frame.Now.Add(-workflow.ReplacedKept)); err != nil {
		return err
	}
	return v.Show(http.StatusOK, formTitle, stepPage(sh))
}

func (s *CasePages) sheet(v *ui.Visit) (*Sheet, error) {
	f, err := s.Folder(v, v.Param("ref"))
	if err != nil {
		return nil, err
	}
	if !f.CanEdit {
		return nil, workflow.ErrNotFound
	}
	sh := &Sheet{Folder: f, At: 1, Faults: map[string]string{}}
	answers := f.Latest()
	sh.All = ui.Answered(f.FormOf(), answers)
	sh.Steps = Steps(sh.All)
	switch step := v.FormValue("step"); {
	case step == "review":
		sh.At = len(sh.Steps) + 1
	default:
		if n, err := strconv.Atoi(step); err == nil && n > 0 {
			sh.At = min(n, len(sh.Steps)+1)
		}
	}
	given, err := form.Object(answers)
	if err != nil {
		return nil, err
	}
	review := sh.At > len(sh.Steps)
	_, faults := define.CheckAnswers(f.Schema, f.Bounds, given)
	for _, p := range faults {
		name, _, _ := strings.Cut(p.Field, ".")
		if q := Find(sh.All, name); q != nil && q.Kind == "confirm" {
			continue
		} else if review || q != nil && (q.Value != "" || len(q.Lines) > 0) { // empty answers are reported at the end
			sh.Faults[name] = p.Message.In(v.Frame.Lang)
		}
	}
	for i := range f.Offers {
		if f.Submits(f.Offers[i].Name) {
			sh.Submit = &f.Offers[i]
		}
	}
	return sh, nil
}

func Find(all []ui.Question, name string) *ui.Question {
	for i := range all {
		if all[i].Name == name {
			return &all[i]
		}
	}
	return nil
}

// SaveForm saves a step's answers. An answer that its reader left unchanged is not written: another tab may have
// saved a newer one. A script gets the time, a form the next step.
func (s *CasePages) SaveForm(v *ui.Visit) error {
	sh, err := s.sheet(v)
	if err != nil {
		return err
	}
	given, err := v.FormParams()
	if err != nil {
		return err
	}
	changes := map[string]any{}
	var unseen []string // saved elsewhere since this page was shown
	for i := range sh.All {
		q := &sh.All[i]
		if slices.Contains(given["asked"], q.Name) && q.Filled(given).Mark() != given.Get("was."+q.Name) {
			changes[q.Name] = q.Read(given)
			if seen := "seen." + q.Name; given.Has(seen) && given.Get(seen) != q.Mark() && q.Filled(given).Mark() != q.Mark() {
				unseen = append(unseen, q.Name)
			}
		}
	}
	if name := given.Get("use"); Find(sh.All, name) != nil {
		answer, err := s.lastAnswer(v, sh.Folder, name)
		if err != nil {
			return err
		}
		if answer != nil {
			changes[name] = answer
		}
		given.Set("go", "stay")
	}
	_, err = s.Desk.Do(v.Ctx, *v.Frame.Actor, workflow.Command{Ref: sh.Case.ID, Action: workflow.SaveAction, Merge: true,
		Unseen: unseen,
		Fields: map[string]any{"answers": changes}})
	if v.Request().Header.Get("Accept") == "application/json" {
		return savedStep(v, s, sh, changes, unseen, err)
	}
	if problem := unsaved(v, err); problem != "" {
		sh.refill(given, problem)
		return v.Show(edge.StatusOf(err), formTitle, stepPage(sh))
	}
	if err != nil {
		return err
	}
	if len(unseen) > 0 {
		return v.Onward(sh.Next("stay")+"#q-"+unseen[0], "replaced")
	}
	return v.Onward(sh.Next(given.Get("go")), "")
}

// savedStep answers a script: the time, what had changed meanwhile, and the marks of what is saved.
func savedStep(v *ui.Visit, s *CasePages, sh *Sheet, changes map[string]any, unseen []string, err error) error {
	if problem := unsaved(v, err); problem != "" || err != nil {
		return savedAt(v, s, err)
	}
	marks := map[string]string{}
	for name, value := range changes {
		raw, err := json.Marshal(value)
		if err != nil {
			return err
		}
		marks[name] = Find(sh.All, name).With(raw).Mark()
	}
	out := map[string]any{"saved": savedTime(v, s), "marks": marks}
	if len(unseen) > 0 {
		out["note"] = ui.Sayings["replaced"].In(v.Frame.Lang)
	}
	return v.JSON(http.StatusOK, out)
}

func savedTime(v *ui.Visit, s *CasePages) string {
	return s.Desk.Clock.Now().In(calendar.Zone()).Format("15:04")
}

// refill puts the input back into the step, with the reason why it was not saved.
func (sh *Sheet) refill(given url.Values, problem string) {
	sh.At, sh.Problem = min(sh.At, len(sh.Steps)), problem
	for i := range sh.Steps[sh.At-1] {
		q := &sh.Steps[sh.At-1][i]
		shown := q.Mark()
		*q = *q.Filled(given)
		q.Was, q.Seen = shown, given.Get("seen."+q.Name)
	}
}

func savedAt(v *ui.Visit, s *CasePages, err error) error {
	if problem := unsaved(v, err); problem != "" {
		return v.JSON(edge.StatusOf(err), map[string]string{"problem": problem})
	}
	if err != nil {
		return err
	}
	return v.JSON(http.StatusOK, map[string]string{"saved": savedTime(v, s)})
}

// unsaved returns why a draft was refused, or "".
func unsaved(v *ui.Visit, err error) string {
	var refused *workflow.Refused
	var invalid *workflow.Invalid
	switch {
	case errors.As(err, &refused) && len(refused.Refusals) > 0:
		return refused.Refusals[0].Message.In(v.Frame.Lang)
	case errors.As(err, &invalid) && len(invalid.Fields) > 0:
		return invalid.Fields[0].Message.In(v.Frame.Lang)
	}
	return ""
}

// Next returns the next page by the button pressed.
func (sh *Sheet) Next(button string) string {
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

func (sh *Sheet) stepOf(name string) int {
	for i, group := range sh.Steps {
		if Find(group, name) != nil {
			return i + 1
		}
	}
	return 1
}

func (sh *Sheet) open() []ui.Question {
	var out []ui.Question
	for _, q := range sh.All {
		if sh.Faults[q.Name] != "" {
			out = append(out, q)
		}
	}
	return out
}

func (sh *Sheet) other() []string {
	rest := maps.Clone(sh.Faults)
	for _, q := range sh.All {
		delete(rest, q.Name)
	}
	return slices.Sorted(maps.Values(rest))
}
