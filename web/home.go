package web

import (
	"net/http"
	"slices"

	"incubase/web/cases"
	"incubase/web/ui"
	"incubase/workflow"
	"incubase/workflow/machine"
	"incubase/workflow/registry"
	"incubase/workflow/text"
)

// front shows the user's waiting cases, and the public's options to others.
func (s *site) front(v *ui.Visit) error {
	if v.Frame.Actor == nil {
		return s.welcome(v)
	}
	// The three administrators touch no business: no case waits for them.
	if registry.RecordScopeOf(*v.Frame.Actor).Accounts {
		return s.AdministratorHome(v)
	}
	waiting, more, err := s.Rows(v, workflow.CaseQuery{Waiting: true, Sort: "due", Limit: 50})
	if err != nil {
		return err
	}
	cases.Soonest(waiting)
	later, evenMore, err := s.later(v, workflow.CaseQuery{Sort: "due"})
	if err != nil {
		return err
	}
	var reviewing *cases.Progress
	if v.Frame.Actor.Has(workflow.RoleReviewer) {
		if reviewing, err = s.ReviewsOf(v); err != nil {
			return err
		}
	}
	vacant, err := s.Desk.Vacancies(v.Ctx, *v.Frame.Actor)
	if err != nil {
		return err
	}
	jobs, err := s.JobsOf(v, "")
	if err != nil {
		return err
	}
	return v.Show(http.StatusOK, text.Text{ZH: "待办", EN: "To do"},
		homePage(waiting, more != "", later, evenMore != "", cases.Runs(waiting), reviewing, vacant, jobs))
}

func (s *site) welcome(v *ui.Visit) error {
	open, err := s.Announced(v, true)
	if err != nil {
		return err
	}
	return v.Show(http.StatusOK, text.Text{ZH: "公益项目申报与孵化", EN: "Grants and incubation"}, welcomePage(open))
}

// byWorkflow groups rows by workflow, in the order of the first row of each.
func byWorkflow(rows []ui.Row) (out [][]ui.Row) {
	for _, r := range rows {
		i := slices.IndexFunc(out, func(g []ui.Row) bool { return g[0].Case.Workflow == r.Case.Workflow })
		if i < 0 {
			i, out = len(out), append(out, nil)
		}
		out[i] = append(out[i], r)
	}
	return out
}

// laterAtOnce limits the cases that are not ready: each is read whole, for its reasons.
const laterAtOnce = 20

// later returns cases that will wait for the reader, each with what it lacks.
func (s *site) later(v *ui.Visit, q workflow.CaseQuery) ([]ui.Row, string, error) {
	q.Waiting, q.Later, q.Limit = false, true, laterAtOnce
	rows, next, err := s.Rows(v, q)
	if err != nil || len(rows) == 0 {
		return nil, "", err
	}
	ids := make([]workflow.ID, len(rows))
	for i := range rows {
		ids[i] = rows[i].Case.ID
	}
	views, _, err := s.Whole(v, workflow.CaseQuery{IDs: ids, Limit: len(ids)})
	for _, x := range views {
		r := &rows[slices.Index(ids, x.Case.ID)]
		r.Held = slices.DeleteFunc(slices.Clone(x.Offers),
			func(o workflow.Offer) bool { return o.Allowed() || !slices.Contains(r.Later, o.Name) })
	}
	return rows, next, err
}

var listTitle = text.Text{ZH: "案件", EN: "Cases"}

// list shows the cases in the actor's scope; its filters are in the address, so a list can be saved and shared.
func (s *site) list(v *ui.Visit) error {
	q, err := s.CaseQuery(v)
	if err != nil {
		return err
	}
	q.Cursor, q.Limit = v.QueryParam("cursor"), 30
	where := ""
	if q.Region != "" {
		if where, err = s.PlaceName(v.Ctx, q.Region); err != nil {
			return err
		}
	}
	read := s.Rows
	if q.Later {
		read = s.later
	}
	items, next, err := read(v, q)
	if err != nil {
		return err
	}
	kept, err := s.Filters.SavedFilters(v.Ctx, v.Frame.Actor.ID)
	if err != nil {
		return err
	}
	return v.Show(http.StatusOK, listTitle, listPage(s.Workflows(),
		machine.WordingOf(s.Desk.Machines, q.Workflow), where, v.QueryParams(), kept, items, next))
}
