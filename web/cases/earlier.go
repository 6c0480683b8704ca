package cases

import (
	"encoding/json"

	"incubase/web/ui"
	"incubase/workflow"
	"incubase/workflow/desk"
)

// earlier offers the organization's answers in its latest other case of the workflow for empty questions, except
// dates and declarations.
func (s *CasePages) earlier(v *ui.Visit, sh *Sheet) error {
	if sh.At > len(sh.Steps) || !sh.empty() {
		return nil
	}
	ref, last, err := s.lastTime(v, sh.Folder)
	if err != nil || ref == "" {
		return err
	}
	for i := range sh.Steps[sh.At-1] {
		q := &sh.Steps[sh.At-1][i]
		if b := Find(last, q.Name); b != nil && q.BlankAnswer() && !b.BlankAnswer() && b.Kind == q.Kind && b.Kind != "date" &&
			b.Kind != "confirm" {
			q.Before, q.BeforeRef = b, ref
		}
	}
	return nil
}

func (sh *Sheet) empty() bool {
	for i := range sh.Steps[sh.At-1] {
		if sh.Steps[sh.At-1][i].BlankAnswer() {
			return true
		}
	}
	return false
}

// lastTime finds that case, as the reader may see it.
func (s *CasePages) lastTime(v *ui.Visit, f *ui.Folder) (ref string, answers []ui.Question, err error) {
	view, err := s.lastView(v, f)
	if err != nil || view == nil {
		return "", nil, err
	}
	return view.Case.Ref, ui.Answered(ui.Questions(view.Schema), view.Answers), nil
}

func (s *CasePages) lastView(v *ui.Visit, f *ui.Folder) (*workflow.View, error) {
	if f.Case.Organization == "" {
		return nil, nil
	}
	list, _, err := s.Cases.Summaries(v.Ctx, desk.ScopeOf(*v.Frame.Actor, s.Desk.Machines), workflow.CaseQuery{
		Workflow: f.Case.Workflow, Organization: f.Case.Organization, Sort: "created", Limit: 5, Now: v.Frame.Now})
	if err != nil {
		return nil, err
	}
	for _, l := range list {
		if l.Case.ID == f.Case.ID {
			continue
		}
		view, err := s.Desk.Show(v.Ctx, *v.Frame.Actor, l.Case.ID)
		if err != nil || len(view.Answers) > 0 {
			return view, err
		}
	}
	return nil, nil
}

// lastAnswer returns the earlier stored answer, or nil.
func (s *CasePages) lastAnswer(v *ui.Visit, f *ui.Folder, name string) (any, error) {
	view, err := s.lastView(v, f)
	if err != nil || view == nil {
		return nil, err
	}
	var given map[string]json.RawMessage
	if json.Unmarshal(view.Answers, &given) != nil || given[name] == nil {
		return nil, nil
	}
	return given[name], nil
}
