package ui

import (
	"slices"

	"incubase/workflow"
	"incubase/workflow/define"
	"incubase/workflow/desk"
	"incubase/workflow/machine"
)

// Row is a case in a list, with the next actions.
type Row struct {
	workflow.Summary
	Next     []workflow.Offer  // actions of the reader that are ready
	Held     []workflow.Offer  // actions of the reader that are not, with reasons
	Returned *workflow.Return  // why it was sent back to the reader
	Closing  *workflow.Closing // deadline for what the reader writes
}

// Rows reads a page of the actor's cases as the actor may see them.
func (s *Site) Rows(v *Visit, q workflow.CaseQuery) ([]Row, string, error) {
	actor := *v.Frame.Actor
	q.Now = v.Frame.Now
	items, next, err := s.Cases.Summaries(v.Ctx, desk.ScopeOf(actor, s.Desk.Machines), q)
	if err != nil {
		return nil, "", err
	}
	sums := s.Desk.Summaries(actor, items)
	out := make([]Row, len(sums))
	for i, x := range sums {
		out[i] = Row{Summary: x, Next: slices.DeleteFunc(slices.Clone(x.Can),
			func(o workflow.Offer) bool { return o.Name == workflow.SaveAction })}
	}
	return out, next, s.written(v, out)
}

// written adds to the cases that the reader writes why they were returned and their deadline.
func (s *Site) written(v *Visit, rows []Row) error {
	var q workflow.CaseQuery
	for i := range rows {
		if rows[i].CanEdit {
			q.IDs = append(q.IDs, rows[i].Case.ID)
		}
	}
	if q.Limit = len(q.IDs); q.Limit == 0 {
		return nil
	}
	views, _, err := s.Whole(v, q)
	for _, x := range views {
		i := slices.IndexFunc(rows, func(r Row) bool { return r.Case.ID == x.Case.ID })
		rows[i].Returned, rows[i].Closing = x.Returned, x.Closing
	}
	return err
}

// Whole reads a page of the actor's cases in full; Rows reads less.
func (s *Site) Whole(v *Visit, q workflow.CaseQuery) ([]*workflow.View, string, error) {
	actor := *v.Frame.Actor
	q.Now = v.Frame.Now
	items, next, err := s.Cases.List(v.Ctx, desk.ScopeOf(actor, s.Desk.Machines), q)
	if err != nil {
		return nil, "", err
	}
	views, err := s.Desk.Views(v.Ctx, actor, items)
	return views, next, err
}

func (s *Site) CaseQuery(v *Visit) (q workflow.CaseQuery, err error) {
	q = workflow.CaseQuery{Workflow: v.QueryParam("workflow"), Stage: workflow.Stage(v.QueryParam("stage")),
		Words: v.QueryParam("q"), Waiting: v.QueryParam("waiting") != "" && !later(v), Later: later(v),
		Overdue: v.QueryParam("overdue") != "", Sort: v.QueryParam("sort"),
		Round: v.QueryParam("round"), Organization: v.QueryParam("organization"), Now: v.Frame.Now}
	if q.Overdue && q.Sort == "" {
		q.Sort = "due" // the longest overdue first
	}
	if q.Region, err = v.Region(); err != nil {
		return q, err
	}
	return q, machine.Check(&q, s.Desk.Machines)
}

// later reports whether the list shows the reader's cases that are not ready.
func later(v *Visit) bool { return v.QueryParam("waiting") == "later" }

func (s *Site) Workflows() (out []define.Definition) {
	s.Desk.Machines.Each(func(m *machine.Machine) {
		d := m.Definition()
		for i := range out {
			if out[i].Name == d.Name {
				if out[i].Version < d.Version {
					out[i] = d
				}
				return
			}
		}
		out = append(out, d)
	})
	return out
}
