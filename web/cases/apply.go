package cases

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"incubase/api/edge"
	"incubase/web/ui"
	"incubase/workflow"
	"incubase/workflow/desk"
	"incubase/workflow/registry"
	"incubase/workflow/text"
)

func (s *CasePages) Announced(v *ui.Visit, onlyOpen bool) ([]ui.Call, error) {
	rounds, err := s.Announcements.PublicRounds(v.Ctx)
	if err != nil {
		return nil, err
	}
	var out []ui.Call
	for i := range rounds {
		r := s.Registry.Labelled(&rounds[i])
		open := r.State == "open" && (r.Closes == nil || v.Frame.Now.Before(*r.Closes))
		if onlyOpen && !open {
			continue
		}
		place, err := s.PlacePath(v.Ctx, r.Region)
		if err != nil && !errors.Is(err, workflow.ErrNotFound) {
			return nil, err
		}
		out = append(out, ui.Call{RoundRecord: *r, Place: place, Open: open})
	}
	return out, nil
}

var callsTitle = text.Text{ZH: "正在受理", EN: "Open calls"}

func (s *CasePages) Calls(v *ui.Visit) error {
	open, err := s.Announced(v, true)
	if err != nil {
		return err
	}
	return v.Show(http.StatusOK, callsTitle, callsPage(open))
}

// Call shows a round's rules and its self-check. It stores nothing.
func (s *CasePages) Call(v *ui.Visit) error {
	all, err := s.Announced(v, false)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, Named(v.Param("id")))
	if i < 0 {
		return workflow.ErrNotFound
	}
	return v.Show(http.StatusOK, all[i].Name, callPage(&all[i], selfCheck(all[i].Form, v.QueryParams())))
}

func Named(round string) func(ui.Call) bool {
	return func(c ui.Call) bool { return c.ID == round || c.Ref == round }
}

// check is a question of the self-check, for readers without a sign-in.
type check struct {
	Name     string
	Question text.Text
	Answer   string    // yes, no, ""
	Remedy   text.Text // if the answer is no
}

// selfCheck returns the x-self-check of a round's form with the reader's answers.
func selfCheck(form json.RawMessage, q url.Values) []check {
	var asks struct {
		Check []ui.Property `json:"x-self-check"`
	}
	_ = json.Unmarshal(form, &asks) // a round without a form has none
	var list []check
	for i, p := range asks.Check {
		c := check{Name: fmt.Sprintf("check%d", i+1), Question: text.Text{ZH: p.Title, EN: p.TitleEN},
			Remedy: text.Text{ZH: p.Hint, EN: p.HintEN}}
		if a := q.Get(c.Name); a == "yes" || a == "no" {
			c.Answer = a
		}
		list = append(list, c)
	}
	return list
}

type application struct {
	Round         *ui.Call
	Organizations []registry.OrganizationRecord
	Organization  string
	Words         string // an officer's search
	Behalf        bool   // by an officer
	Projects      []registry.ProjectRecord
	Project       string // id or "new"
	Title         string
	Topics        []string
	Track         string
	Key           string
	Faults        map[string]string
}

var applyTitle = text.Text{ZH: "申报", EN: "Apply"}

func (s *CasePages) ApplyPage(v *ui.Visit) error {
	a, err := s.application(v)
	if err != nil {
		return err
	}
	a.Key = workflow.NewID(time.Now())
	return v.Show(http.StatusOK, applyTitle, applyForm(a))
}

// application reads the page's records within the reader's scope.
func (s *CasePages) application(v *ui.Visit) (*application, error) {
	all, err := s.Announced(v, true)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(all, Named(v.FormValue("round")))
	if i < 0 {
		return nil, &workflow.Refused{Action: "apply", Refusals: []workflow.Refusal{{Rule: "round_open",
			Message: text.Text{ZH: "这个批次不存在，或者现在不受理申报", EN: "there is no such round, or it takes no applications now"}}}}
	}
	a := &application{Round: &all[i], Words: v.FormValue("words"), Project: v.FormValue("project"),
		Title: strings.TrimSpace(v.FormValue("title")),
		Track: v.FormValue("track"), Key: v.FormValue("_key"), Faults: map[string]string{}}
	scope := registry.RecordScopeOf(*v.Frame.Actor)
	if a.Organizations, err = s.organizations(v, scope, a); err != nil {
		return nil, err
	}
	a.Organization = v.FormValue("organization")
	if a.Organization == "" && len(a.Organizations) == 1 && !a.Behalf {
		a.Organization = a.Organizations[0].ID
	}
	if a.Organization == "" {
		return a, nil
	}
	org, err := registry.Read[registry.OrganizationRecord](v.Ctx, s.Records, scope, a.Organization)
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(a.Organizations, func(o registry.OrganizationRecord) bool { return o.ID == org.ID }) {
		a.Organizations = append(a.Organizations, *org)
	}
	a.Projects, _, err = s.Records.Projects(v.Ctx, scope, registry.RecordQuery{Organization: org.ID,
		Limit: workflow.MaxPage})
	ui.ByPinyin(a.Projects, func(p *registry.ProjectRecord) string { return p.Title })
	return a, err
}

// organizations returns the reader's own organization, or what an officer finds in the region.
func (s *CasePages) organizations(v *ui.Visit, scope registry.RecordScope,
	a *application) ([]registry.OrganizationRecord,
	error) {
	var out []registry.OrganizationRecord
	for _, id := range scope.Organizations {
		o, err := registry.Read[registry.OrganizationRecord](v.Ctx, s.Records, scope, id)
		if err != nil {
			return nil, err
		}
		out = append(out, *o)
	}
	if len(out) > 0 {
		return out, nil
	}
	a.Behalf = true
	out, _, err := s.Records.Organizations(v.Ctx, scope, registry.RecordQuery{Words: a.Words, Limit: workflow.MaxPage})
	ui.ByPinyin(out, func(o *registry.OrganizationRecord) string { return o.Name })
	return out, err
}

// Apply creates the project, if new, and opens the case. It reports all faults at once and keeps the input.
func (s *CasePages) Apply(v *ui.Visit) error {
	a, err := s.application(v)
	if err != nil {
		return err
	}
	given, err := v.FormParams()
	if err != nil {
		return err
	}
	a.Topics = given["topics"]
	ref, err := s.open(v, a)
	if a.explain(v.Frame.Lang, err) {
		return v.Show(edge.StatusOf(err), applyTitle, applyForm(a))
	}
	if err != nil {
		return err
	}
	return v.Onward("/cases/"+url.PathEscape(ref)+"/form?step=1", "")
}

// explain notes faults and refusals; false for errors that have a page of their own.
func (a *application) explain(lang string, err error) bool {
	var invalid *workflow.Invalid
	var refused *workflow.Refused
	switch {
	case errors.As(err, &invalid):
		for _, f := range invalid.Fields {
			a.Faults[strings.TrimPrefix(f.Field, "fields.")] = f.Message.In(lang)
		}
	case errors.As(err, &refused):
		for _, r := range refused.Refusals {
			a.Faults[r.Rule] = r.Message.In(lang)
		}
	}
	return len(a.Faults) > 0
}

func (s *CasePages) open(v *ui.Visit, a *application) (ref string, err error) {
	o := desk.Opening{Workflow: a.Round.Kind, Round: a.Round.ID, Organization: a.Organization, Project: a.Project,
		Fields: map[string]any{}}
	if a.Project == "new" {
		n := registry.NewProject{Title: a.Title, Topics: a.Topics}
		p, err := s.Registry.CreateProject(v.Ctx, *v.Frame.Actor, a.Organization, n,
			registry.RecordCommand{Key: ui.KeyOf(a.Key, "project"), Digest: ui.DigestOf(a.Organization, n)})
		if err != nil {
			return "", err
		}
		// The project exists even if the case is refused: the page shows it as chosen.
		o.Project, a.Project, a.Title, a.Topics = p.ID, p.ID, "", nil
		a.Projects = append(a.Projects, *p)
	}
	if a.Track != "" {
		o.Fields["track"] = a.Track
	}
	o.Key, o.Digest = ui.KeyOf(a.Key, "case"), ui.DigestOf(o)
	r, err := s.Desk.Open(v.Ctx, *v.Frame.Actor, o)
	if err != nil {
		return "", err
	}
	return r.View.Case.Ref, s.begun(v, r.View.Case.ID)
}

func (s *CasePages) begun(v *ui.Visit, id workflow.ID) error {
	view, err := s.Desk.Show(v.Ctx, *v.Frame.Actor, id)
	if err != nil || len(view.Draft) > 0 || !view.CanEdit {
		return err
	}
	answers := map[string]any{}
	for _, q := range ui.Questions(view.Schema) {
		if q.From == "title" && view.Case.Title != "" {
			answers[q.Name] = view.Case.Title
		}
	}
	if len(answers) > 0 {
		_, err = s.Desk.Do(v.Ctx, *v.Frame.Actor, workflow.Command{Ref: id, Action: workflow.SaveAction, Merge: true,
			Fields: map[string]any{"answers": answers}})
	}
	return err
}
