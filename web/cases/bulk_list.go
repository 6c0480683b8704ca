package cases

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"

	"incubase/web/ui"
	"incubase/workflow"
	"incubase/workflow/define"
	"incubase/workflow/desk"
	"incubase/workflow/machine"
	"incubase/workflow/text"
)

// batchList is a whole list of a round: its cases of one workflow and state.
type batchList struct {
	Round    workflow.ID
	Ref      string
	Name     text.Text
	Workflow string
	State    workflow.State
	Label    text.Text
	More     bool // more than one job takes
}

func (l *batchList) rowsOf() [][2]string {
	return [][2]string{{"round", l.Ref}, {"workflow", l.Workflow}, {"state", string(l.State)}}
}

// listBatch reads a list, up to the limit of a job.
func (s *CasePages) listBatch(v *ui.Visit, q url.Values) (*batch, error) {
	f, err := s.Desk.Show(v.Ctx, *v.Frame.Actor, q.Get("round"))
	if err != nil {
		return nil, err
	}
	round, err := s.Registry.Round(v.Ctx, f.Case.ID)
	if err != nil {
		return nil, err
	}
	list := &batchList{Round: f.Case.ID, Ref: f.Case.Ref, Name: text.Text{ZH: round.Name.ZH, EN: round.Name.In("en")},
		Workflow: cmp.Or(q.Get("workflow"), round.Kind), State: workflow.State(q.Get("state"))}
	b := &batch{Action: q.Get("action"), List: list}
	query := workflow.CaseQuery{Round: list.Round, Workflow: list.Workflow, State: list.State, Sort: "id", Limit: 200,
		Now: v.Frame.Now}
	if err := machine.Check(&query, s.Desk.Machines); err != nil {
		return nil, err
	}
	for len(b.Cases) < desk.MaxJob {
		rows, next, err := s.Cases.List(v.Ctx, desk.ScopeOf(*v.Frame.Actor, s.Desk.Machines), query)
		if err != nil {
			return nil, err
		}
		for i := range rows {
			view, err := s.Desk.View(*v.Frame.Actor, &rows[i])
			if errors.Is(err, workflow.ErrNotFound) {
				continue
			}
			if err != nil {
				return nil, err
			}
			list.Label = view.StateLabel
			b.take(v, view, &rows[i])
		}
		if query.Cursor = next; next == "" {
			break
		}
		list.More = len(b.Cases) >= desk.MaxJob
	}
	if len(b.Cases) == 0 {
		return nil, workflow.ErrNotFound
	}
	return b, nil
}

// WholeLists returns the round's lists that wait for the reader, with actions that have no fields for each case; more
// reports whether only the first cases were counted.
func (s *CasePages) WholeLists(v *ui.Visit, round workflow.ID) (out []ui.WholeList, more bool, err error) {
	rows, next, err := s.Rows(v, workflow.CaseQuery{Round: round, Waiting: true, Sort: "id", Limit: 200})
	if err != nil {
		return nil, false, err
	}
	for _, r := range rows {
		var acts []workflow.Offer
		for _, o := range r.Next {
			if !s.actAsksEach(&r.Case, o.Name) {
				acts = append(acts, o)
			}
		}
		if len(acts) == 0 {
			continue
		}
		at := -1
		for i := range out {
			if out[i].Workflow == r.Case.Workflow && out[i].State == r.Case.State {
				at = i
			}
		}
		if at < 0 {
			at = len(out)
			out = append(out, ui.WholeList{Workflow: r.Case.Workflow, State: r.Case.State, Label: r.StateLabel})
		}
		l := &out[at]
		l.Count, l.Sum = l.Count+1, l.Sum+cmp.Or(r.Case.Awarded, r.Case.Requested)
		l.Add(acts)
	}
	return out, next != "", nil
}

// actAsksEach is asksEach for rows of lists, which carry no offers.
func (s *CasePages) actAsksEach(c *workflow.Case, action string) bool {
	m := s.Desk.Machines.Machine(c.Workflow, c.DefinitionVersion)
	return m == nil || slices.ContainsFunc(m.Definition().Actions, func(a define.ActionDef) bool {
		return a.Name == action && slices.ContainsFunc(a.Fields, func(f define.FieldDef) bool { return f.Required })
	})
}

// startJob starts a job, or finds the one that this form started, and redirects to it.
func (s *CasePages) startJob(v *ui.Visit, form url.Values, o desk.BulkOrder) error {
	if len(o.Refs) > desk.MaxJob {
		return &workflow.Invalid{Fields: []workflow.FieldError{{Field: "ref", Message: text.Format("一次最多 %[1]d 件",
			"at most %[1]d cases at once", desk.MaxJob)}}}
	}
	if ref := form.Get("round"); ref != "" {
		f, err := s.Desk.Show(v.Ctx, *v.Frame.Actor, ref)
		if err != nil {
			return err
		}
		o.Round = f.Case.ID
	}
	if o.Note == "" && o.Key != "" {
		if _, err := s.Bulk.Jobs.JobByKey(v.Ctx, v.Frame.Actor.ID, o.Key); errors.Is(err, workflow.ErrNotFound) {
			b, err := s.batch(v, form)
			if err != nil {
				return err
			}
			if b.Key = o.Key; b.Note {
				return s.askReason(v, b)
			}
		}
	}
	j, err := s.Bulk.Start(v.Ctx, *v.Frame.Actor, o)
	if err != nil {
		return err
	}
	return v.Redirect(http.StatusSeeOther, "/jobs/"+j.ID)
}

func countCases(ctx context.Context, cases []batchCase) string {
	return ui.Counted(ctx, len(cases), sum(cases))
}
