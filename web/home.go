package web

import (
	"net/http"
	"slices"

	"incubase/workflow"
	"incubase/workflow/text"
)

// front is what waits for who is signed in; for everybody else, what the public may do.
func (s *site) front(v *visit) error {
	if v.frame.Actor == nil {
		return s.welcome(v)
	}
	// the three administrators touch no business: no case waits for them
	if workflow.RecordScopeOf(*v.frame.Actor).Accounts {
		return s.administratorHome(v)
	}
	waiting, more, err := s.rows(v, workflow.CaseQuery{Waiting: true, Sort: "due", Limit: 50})
	if err != nil {
		return err
	}
	soonest(waiting)
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
	return v.show(http.StatusOK, text.Text{ZH: "待办", EN: "To do"},
		homePage(waiting, more != "", s.runs(waiting), reviewing, vacant))
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
	workflow.View
	Next []workflow.Offer // allowed
	Held []workflow.Offer // what the reader is waited for and cannot do yet, with the reasons
}

// held reports whether an offer is the reader's own part, waited for, and cannot be done yet.
func (s *site) held(r *row, o workflow.Offer) bool {
	return !o.Allowed() && s.awaits(r, o.Name) && !slices.ContainsFunc(o.Refusals,
		func(x workflow.Refusal) bool { return x.Rule == "role" || x.Rule == "insider" })
}

// rows reads a part of the actor's cases, each as the actor may see it.
func (s *site) rows(v *visit, q workflow.CaseQuery) ([]row, string, error) {
	actor := *v.frame.Actor
	q.Now = v.frame.Now
	items, next, err := s.Cases.List(v.ctx, workflow.ScopeOf(actor, s.Desk.Machines), q)
	if err != nil {
		return nil, "", err
	}
	views, err := s.Desk.Views(v.ctx, actor, items)
	if err != nil {
		return nil, "", err
	}
	out := make([]row, 0, len(views))
	for _, x := range views {
		r := row{View: *x}
		for _, o := range x.Offers {
			if o.Allowed() {
				r.Next = append(r.Next, o)
			} else if s.held(&r, o) {
				r.Held = append(r.Held, o)
			}
		}
		out = append(out, r)
	}
	return out, next, nil
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
	items, next, err := s.rows(v, q)
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
		Words:   v.QueryParam("q"),
		Waiting: v.QueryParam("waiting") != "", Overdue: v.QueryParam("overdue") != "", Sort: v.QueryParam("sort"),
		Round: v.QueryParam("round"), Organization: v.QueryParam("organization"), Now: v.frame.Now}
	if q.Overdue && q.Sort == "" {
		q.Sort = "due" // the longest overdue first
	}
	if q.Region, err = v.region(); err != nil {
		return q, err
	}
	return q, q.Check(s.Desk.Machines)
}

// workflows that people can look for, with their titles.
func (s *site) workflows() (out []workflow.Definition) {
	s.Desk.Machines.Each(func(m *workflow.Machine) {
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
