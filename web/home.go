package web

import (
	"net/http"
	"slices"

	"incubase/workflow"
	"incubase/workflow/define"
	"incubase/workflow/desk"
	"incubase/workflow/machine"
	"incubase/workflow/registry"
	"incubase/workflow/text"
)

// front is what waits for who is signed in; for everybody else, what the public may do.
func (s *site) front(v *visit) error {
	if v.frame.Actor == nil {
		return s.welcome(v)
	}
	// the three administrators touch no business: no case waits for them
	if registry.RecordScopeOf(*v.frame.Actor).Accounts {
		return s.administratorHome(v)
	}
	waiting, more, err := s.rows(v, workflow.CaseQuery{Waiting: true, Sort: "due", Limit: 50})
	if err != nil {
		return err
	}
	soonest(waiting)
	later, evenMore, err := s.later(v, workflow.CaseQuery{Sort: "due"})
	if err != nil {
		return err
	}
	var reviewing *progress
	if v.frame.Actor.Has(workflow.RoleReviewer) {
		if reviewing, err = s.reviewsOf(v); err != nil {
			return err
		}
	}
	vacant, err := s.Desk.Vacancies(v.ctx, *v.frame.Actor)
	if err != nil {
		return err
	}
	jobs, err := s.jobsOf(v, "")
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, text.Text{ZH: "待办", EN: "To do"},
		homePage(waiting, more != "", later, evenMore != "", runs(waiting), reviewing, vacant, jobs))
}

func (s *site) welcome(v *visit) error {
	open, err := s.announced(v, true)
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, text.Text{ZH: "公益项目申报与孵化", EN: "Grants and incubation"}, welcomePage(open))
}

// row is a case in a list, with what may be done next.
type row struct {
	workflow.Summary
	Next     []workflow.Offer  // acts that wait for the reader and are ready
	Held     []workflow.Offer  // acts that wait for the reader and are not ready yet, with the reasons
	Returned *workflow.Return  // why it was sent back to the reader, who may correct it
	Closing  *workflow.Closing // until when what the reader writes can be sent off
}

// rows reads a part of the actor's cases, each as the actor may see it.
func (s *site) rows(v *visit, q workflow.CaseQuery) ([]row, string, error) {
	actor := *v.frame.Actor
	q.Now = v.frame.Now
	items, next, err := s.Cases.Summaries(v.ctx, desk.ScopeOf(actor, s.Desk.Machines), q)
	if err != nil {
		return nil, "", err
	}
	sums := s.Desk.Summaries(actor, items)
	out := make([]row, len(sums))
	for i, x := range sums {
		out[i] = row{Summary: x, Next: slices.DeleteFunc(slices.Clone(x.Can),
			func(o workflow.Offer) bool { return o.Name == workflow.SaveAction })}
	}
	return out, next, s.written(v, out)
}

// written tells of the cases that the reader writes why they were sent back and until when they can be sent off. Of the
// other rows nothing more is read.
func (s *site) written(v *visit, rows []row) error {
	var q workflow.CaseQuery
	for i := range rows {
		if rows[i].CanEdit {
			q.IDs = append(q.IDs, rows[i].Case.ID)
		}
	}
	if q.Limit = len(q.IDs); q.Limit == 0 {
		return nil
	}
	views, _, err := s.whole(v, q)
	for _, x := range views {
		i := slices.IndexFunc(rows, func(r row) bool { return r.Case.ID == x.Case.ID })
		rows[i].Returned, rows[i].Closing = x.Returned, x.Closing
	}
	return err
}

// whole reads a part of the actor's cases with all that each says.
func (s *site) whole(v *visit, q workflow.CaseQuery) ([]*workflow.View, string, error) {
	actor := *v.frame.Actor
	q.Now = v.frame.Now
	items, next, err := s.Cases.List(v.ctx, desk.ScopeOf(actor, s.Desk.Machines), q)
	if err != nil {
		return nil, "", err
	}
	views, err := s.Desk.Views(v.ctx, actor, items)
	return views, next, err
}

// laterAtOnce is how many of the cases that are not ready a page shows: each is read whole, for the reasons.
const laterAtOnce = 20

// later are cases that will wait for the reader, each with what it still lacks.
func (s *site) later(v *visit, q workflow.CaseQuery) ([]row, string, error) {
	q.Waiting, q.Later, q.Limit = false, true, laterAtOnce
	rows, next, err := s.rows(v, q)
	if err != nil || len(rows) == 0 {
		return nil, "", err
	}
	ids := make([]workflow.ID, len(rows))
	for i := range rows {
		ids[i] = rows[i].Case.ID
	}
	views, _, err := s.whole(v, workflow.CaseQuery{IDs: ids, Limit: len(ids)})
	for _, x := range views {
		r := &rows[slices.Index(ids, x.Case.ID)]
		r.Held = slices.DeleteFunc(slices.Clone(x.Offers),
			func(o workflow.Offer) bool { return o.Allowed() || !slices.Contains(r.Later, o.Name) })
	}
	return rows, next, err
}

var listTitle = text.Text{ZH: "案件", EN: "Cases"}

// list is the cases in the actor's scope, filtered by the address, so that a list can be kept and shared.
func (s *site) list(v *visit) error {
	q, err := s.caseQuery(v)
	if err != nil {
		return err
	}
	q.Cursor, q.Limit = v.QueryParam("cursor"), 30
	where := ""
	if q.Region != "" {
		if where, err = s.placeName(v.ctx, q.Region); err != nil {
			return err
		}
	}
	read := s.rows
	if q.Later {
		read = s.later
	}
	items, next, err := read(v, q)
	if err != nil {
		return err
	}
	kept, err := s.Filters.SavedFilters(v.ctx, v.frame.Actor.ID)
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, listTitle, listPage(s.workflows(), where, v.QueryParams(), kept, items, next))
}

// caseQuery is which cases a list's address asks for.
func (s *site) caseQuery(v *visit) (q workflow.CaseQuery, err error) {
	q = workflow.CaseQuery{Workflow: v.QueryParam("workflow"), Stage: workflow.Stage(v.QueryParam("stage")),
		Words: v.QueryParam("q"), Waiting: v.QueryParam("waiting") != "" && !later(v), Later: later(v),
		Overdue: v.QueryParam("overdue") != "", Sort: v.QueryParam("sort"),
		Round: v.QueryParam("round"), Organization: v.QueryParam("organization"), Now: v.frame.Now}
	if q.Overdue && q.Sort == "" {
		q.Sort = "due" // the longest overdue first
	}
	if q.Region, err = v.region(); err != nil {
		return q, err
	}
	return q, machine.Check(&q, s.Desk.Machines)
}

// later reports whether a list is of what waits for the reader and is not ready.
func later(v *visit) bool { return v.QueryParam("waiting") == "later" }

// workflows that people can look for, with their titles.
func (s *site) workflows() (out []define.Definition) {
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
