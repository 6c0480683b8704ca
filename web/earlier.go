package web

import (
	"encoding/json"

	"incubase/workflow"
	"incubase/workflow/desk"
)

// earlier offers, for questions without an answer, what the organization answered in its latest other case of the
// workflow. Dates and declarations are made again each time.
func (s *site) earlier(v *visit, sh *sheet) error {
	if sh.At > len(sh.Steps) || !sh.empty() {
		return nil
	}
	ref, last, err := s.lastTime(v, sh.folder)
	if err != nil || ref == "" {
		return err
	}
	for i := range sh.Steps[sh.At-1] {
		q := &sh.Steps[sh.At-1][i]
		if b := find(last, q.Name); b != nil && q.blankAnswer() && !b.blankAnswer() && b.Kind == q.Kind && b.Kind != "date" &&
			b.Kind != "confirm" {
			q.Before, q.BeforeRef = b, ref
		}
	}
	return nil
}

func (q *question) blankAnswer() bool { return q.Value == "" && len(q.Lines) == 0 }

// empty reports whether the step has a question without an answer.
func (sh *sheet) empty() bool {
	for i := range sh.Steps[sh.At-1] {
		if sh.Steps[sh.At-1][i].blankAnswer() {
			return true
		}
	}
	return false
}

// lastTime is the organization's latest other case of the same workflow with answers, as the reader may see it.
func (s *site) lastTime(v *visit, f *folder) (ref string, answers []question, err error) {
	view, err := s.lastView(v, f)
	if err != nil || view == nil {
		return "", nil, err
	}
	return view.Case.Ref, answered(questions(view.Schema), view.Answers), nil
}

func (s *site) lastView(v *visit, f *folder) (*workflow.View, error) {
	if f.Case.Organization == "" {
		return nil, nil
	}
	list, _, err := s.Cases.Summaries(v.ctx, desk.ScopeOf(*v.frame.Actor, s.Desk.Machines), workflow.CaseQuery{
		Workflow: f.Case.Workflow, Organization: f.Case.Organization, Sort: "created", Limit: 5, Now: v.frame.Now})
	if err != nil {
		return nil, err
	}
	for _, l := range list {
		if l.Case.ID == f.Case.ID {
			continue
		}
		view, err := s.Desk.Show(v.ctx, *v.frame.Actor, l.Case.ID)
		if err != nil || len(view.Answers) > 0 {
			return view, err
		}
	}
	return nil, nil
}

// lastAnswer is the earlier answer to one question as it was stored; nil where there is none.
func (s *site) lastAnswer(v *visit, f *folder, name string) (any, error) {
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
