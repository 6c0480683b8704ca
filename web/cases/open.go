package cases

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"incubase/api/edge"
	"incubase/web/ui"
	"incubase/workflow"
	"incubase/workflow/desk"
	"incubase/workflow/machine"
	"incubase/workflow/registry"
	"incubase/workflow/text"
)

var startTitle = text.Text{ZH: "新办", EN: "Start"}

// start is a workflow whose cases the reader may open.
type start struct {
	*machine.Machine
	Rounds []ui.Call // that take its cases now
}

// waits reports whether cases need a round and none takes them now.
func (x *start) waits() bool { return x.Def.NeedsRound() && len(x.Rounds) == 0 }

// path is where a case is opened; rounds have a page of their own.
func (x *start) path() string {
	if x.Def.Name == machine.RoundWorkflow {
		return "/rounds/new"
	}
	return "/start/" + x.Def.Name
}

// StartPage lists what the reader may open.
func (s *CasePages) StartPage(v *ui.Visit) error {
	all, err := s.Announced(v, true)
	if err != nil {
		return err
	}
	var list []start
	for _, m := range s.Openable(*v.Frame.Actor) {
		list = append(list, start{m, ofKind(all, m.Def.Name)})
	}
	return v.Show(http.StatusOK, startTitle, startPage(list))
}

func ofKind(all []ui.Call, kind string) []ui.Call {
	return slices.DeleteFunc(slices.Clone(all), func(c ui.Call) bool { return c.Kind != kind })
}

// noRound is the answer of who opens a case without one.
const noRound = "none"

// application is a new case as the reader fills in its page: from a round, or from a workflow that /start lists.
type application struct {
	Machine       *machine.Machine
	Path          string    // of the page
	Round         *ui.Call  // nil: none, or not chosen yet
	Rounds        []ui.Call // to choose from
	Choosing      bool      // of the round
	Organized     bool      // the case is an organization's
	Organizations []registry.OrganizationRecord
	Organization  string
	Words         string // an officer's search
	Behalf        bool   // by an officer
	Projects      []registry.ProjectRecord
	Project       string // id or "new"
	Title         string // of the new project, or of the case
	Region        string // "": that of the project or the organization
	Topics        []string
	Track         string
	Key           string
	Faults        map[string]string
}

func (a *application) needs(what string) bool { return slices.Contains(a.Machine.Def.Needs, what) }

// round is the answer about the round, for forms.
func (a *application) round() string {
	switch {
	case a.Round != nil:
		return a.Round.ID
	case len(a.Rounds) > 0 && !a.Choosing:
		return noRound
	}
	return ""
}

func (a *application) tracks() []workflow.Track {
	if a.Round == nil {
		return nil
	}
	return a.Round.Tracks
}

var applyTitle = text.Text{ZH: "申报", EN: "Apply"}

// title is that of the page.
func (a *application) title() text.Text {
	if a.Round != nil {
		return applyTitle
	}
	return a.Machine.Def.Title
}

func (s *CasePages) ApplyPage(v *ui.Visit) error {
	a, err := s.application(v)
	if err != nil {
		return err
	}
	a.Key = workflow.NewID(time.Now())
	return v.Show(http.StatusOK, a.title(), applyForm(a))
}

// application reads the page's records within the reader's scope.
func (s *CasePages) application(v *ui.Visit) (*application, error) {
	a := &application{Words: v.FormValue("words"), Project: v.FormValue("project"),
		Title: strings.TrimSpace(v.FormValue("title")), Region: strings.TrimSpace(v.FormValue("region")),
		Track: v.FormValue("track"), Key: v.FormValue("_key"), Faults: map[string]string{}}
	if err := s.ofWorkflow(v, a); err != nil || a.Choosing {
		return a, err
	}
	var err error
	scope := registry.RecordScopeOf(*v.Frame.Actor)
	if a.Organized = a.needs("organization") || len(scope.Organizations) > 0; !a.Organized {
		return a, nil
	}
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

// ofWorkflow finds the workflow and the round: at /apply the round says which workflow, at /start it is chosen.
func (s *CasePages) ofWorkflow(v *ui.Visit, a *application) error {
	all, err := s.Announced(v, true)
	if err != nil {
		return err
	}
	name, asked := v.Param("workflow"), v.FormValue("round")
	i := slices.IndexFunc(all, Named(asked))
	switch {
	case i >= 0 && (name == "" || all[i].Kind == name):
		a.Round = &all[i]
	case name == "", asked != "" && asked != noRound: // never another than the one asked for
		return roundClosed()
	}
	if a.Path = "/apply"; name != "" {
		a.Path = "/start/" + name
		a.Rounds = ofKind(all, name)
	}
	m := s.Definitions.Opens(name, 0)
	if a.Round == nil && m != nil && m.Def.NeedsRound() && len(a.Rounds) == 1 {
		a.Round = &a.Rounds[0]
	}
	if a.Round != nil {
		m = s.Definitions.Machine(a.Round.Kind, a.Round.Definition)
	}
	switch {
	case m == nil, m.Def.Name == machine.RoundWorkflow, name != "" && !m.MayOpen(*v.Frame.Actor):
		return workflow.ErrNotFound
	case m.Def.NeedsRound() && a.Round == nil && len(a.Rounds) == 0:
		return roundClosed()
	}
	a.Machine = m
	a.Choosing = a.Round == nil && len(a.Rounds) > 0 && (m.Def.NeedsRound() || v.FormValue("round") != noRound)
	return nil
}

func roundClosed() error {
	return &workflow.Refused{Action: "apply", Refusals: []workflow.Refusal{{Rule: "round_open",
		Message: text.Text{ZH: "这个批次不存在，或者现在不受理申报", EN: "there is no such round, or it takes no applications now"}}}}
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
	if a.Choosing {
		return v.Show(http.StatusUnprocessableEntity, a.title(), applyForm(a))
	}
	at, err := s.open(v, a)
	if a.explain(v.Frame.Lang, err) {
		return v.Show(edge.StatusOf(err), a.title(), applyForm(a))
	}
	if err != nil {
		return err
	}
	return v.Onward(at, "")
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

// open opens the case and returns where its reader goes on: to the form, or to the case where there is none to fill in.
func (s *CasePages) open(v *ui.Visit, a *application) (at string, err error) {
	o := desk.Opening{Workflow: a.Machine.Def.Name, Organization: a.Organization, Fields: map[string]any{}}
	if a.Round != nil {
		o.Round = a.Round.ID
	}
	if a.needs("project") {
		o.Project = a.Project
	} else if a.Title != "" || !a.Organized {
		o.Fields["title"] = a.Title
	}
	if o.Project == "new" {
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
	if a.Region != "" || !a.Organized {
		o.Fields["region"] = a.Region
	}
	o.Key, o.Digest = ui.KeyOf(a.Key, "case"), ui.DigestOf(o)
	r, err := s.Desk.Open(v.Ctx, *v.Frame.Actor, o)
	if err != nil {
		return "", err
	}
	fills, err := s.begun(v, r.View.Case.ID)
	at = "/cases/" + url.PathEscape(r.View.Case.Ref)
	if fills {
		at += "/form?step=1"
	}
	return at, err
}

// begun fills in what the case tells already, and reports whether there is a form for the reader.
func (s *CasePages) begun(v *ui.Visit, id workflow.ID) (fills bool, err error) {
	view, err := s.Desk.Show(v.Ctx, *v.Frame.Actor, id)
	if err != nil {
		return false, err
	}
	asked := ui.Questions(view.Schema)
	if fills = view.CanEdit && len(asked) > 0; !fills || len(view.Draft) > 0 {
		return fills, nil
	}
	answers := map[string]any{}
	for _, q := range asked {
		if q.From == "title" && view.Case.Title != "" {
			answers[q.Name] = view.Case.Title
		}
	}
	if len(answers) > 0 {
		_, err = s.Desk.Do(v.Ctx, *v.Frame.Actor, workflow.Command{Ref: id, Action: workflow.SaveAction, Merge: true,
			Fields: map[string]any{"answers": answers}})
	}
	return fills, err
}
