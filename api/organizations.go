package api

import (
	"context"
	"encoding/json"

	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/region"
	"incubase/workflow/registry"
)

func (s *service) organizations() {
	org, project := Base+"/organizations", Base+"/projects"
	handle(s, route{method: "GET", path: org, id: "listOrganizations", tag: "organizations",
		summary: "List organizations in one's scope", errors: []int{422}}, s.listOrganizations)
	handle(s, route{method: "POST", path: org, id: "createOrganization", tag: "organizations",
		summary: "Register an organization", status: 201, errors: []int{403, 409, 422}}, s.createOrganization)
	handle(s, route{method: "GET", path: org + "/{id}", id: "getOrganization", tag: "organizations",
		summary: "An organization", errors: []int{404}}, s.getOrganization)
	handle(s, route{method: "PATCH", path: org + "/{id}", id: "changeOrganization", tag: "organizations",
		summary: "Change an organization", errors: []int{403, 404, 409, 412, 422, 428}}, s.changeOrganization)
	handle(s, route{method: "GET", path: org + "/{id}/results", id: "listResults", tag: "organizations",
		summary: "What an organization achieved, as grades, for itself and the staff of its place", errors: []int{404}},
		s.listResults)
	handle(s, route{method: "GET", path: org + "/{id}/projects", id: "listProjects", tag: "organizations",
		summary: "An organization's branded projects", errors: []int{404}}, s.listProjects)
	handle(s, route{method: "POST", path: org + "/{id}/projects", id: "createProject", tag: "organizations",
		summary: "Enter a branded project", status: 201, errors: []int{403, 404, 409, 422}}, s.createProject)
	handle(s, route{method: "GET", path: project + "/{id}", id: "getProject", tag: "organizations",
		summary: "A branded project", errors: []int{404}}, s.getProject)
	handle(s, route{method: "PATCH", path: project + "/{id}", id: "changeProject", tag: "organizations",
		summary: "Change a branded project", errors: []int{403, 404, 409, 412, 422, 428}}, s.changeProject)
}

type one[T any] struct {
	ETag     string `header:"ETag"`
	Location string `header:"Location"`
	Body     T
}

type many[T any] struct {
	Body struct {
		Items []T     `json:"items"`
		Next  *string `json:"next" nullable:"true"`
	}
}

func page[T any](items []T, next string, err error) (*many[T], error) {
	if err != nil {
		return nil, err
	}
	out := &many[T]{}
	out.Body.Items, out.Body.Next = append([]T{}, items...), optional(next)
	return out, nil
}

// single renders a record. at is its collection, for the Location of a new record.
func single[T any](r *T, id workflow.ID, version int, at string, err error) (*one[T], error) {
	if err != nil {
		return nil, err
	}
	out := &one[T]{Body: *r}
	if version > 0 {
		out.ETag = etag(version)
	}
	if at != "" {
		out.Location = Base + at + "/" + id
	}
	return out, nil
}

type searchInput struct {
	Paged
	Region string `query:"region" maxLength:"12"`
	Words  string `query:"q" maxLength:"200"`
}

func (in *searchInput) query(code region.Code) registry.RecordQuery {
	return registry.RecordQuery{Region: code, Words: in.Words, Cursor: in.Cursor, Limit: in.Limit}
}

func (s *service) listOrganizations(ctx context.Context, in *searchInput) (*many[registry.OrganizationRecord], error) {
	code, err := regionOf("region", in.Region)
	if err != nil {
		return nil, err
	}
	return page(s.Records.Organizations(ctx, registry.RecordScopeOf(who(ctx)), in.query(code)))
}

type newOrganizationInput struct {
	Keyed
	Body registry.NewOrganization
}

func (s *service) createOrganization(ctx context.Context, in *newOrganizationInput) (*one[registry.OrganizationRecord],
	error) {
	r, err := s.Registry.CreateOrganization(ctx, who(ctx), in.Body, command(ctx, in.Keyed, nil, "POST", "/organizations",
		""))
	if err != nil {
		return nil, err
	}
	return single(r, r.ID, r.Version, "/organizations", nil)
}

type idInput struct {
	ID string `path:"id" maxLength:"60"`
}

func (s *service) getOrganization(ctx context.Context, in *idInput) (*one[registry.OrganizationRecord], error) {
	r, err := registry.Read[registry.OrganizationRecord](ctx, s.Records, registry.RecordScopeOf(who(ctx)), in.ID)
	if err != nil {
		return nil, err
	}
	return single(r, r.ID, r.Version, "", nil)
}

type organizationPatch struct {
	Keyed
	Matched
	ID   string `path:"id" maxLength:"60"`
	Body struct {
		registry.OrganizationChange
		Note string `json:"note,omitempty" maxLength:"2000"`
	}
}

func (s *service) changeOrganization(ctx context.Context, in *organizationPatch) (*one[registry.OrganizationRecord],
	error) {
	version, err := in.required()
	if err != nil {
		return nil, err
	}
	r, err := s.Registry.ChangeOrganization(ctx, who(ctx), in.ID, in.Body.OrganizationChange,
		command(ctx, in.Keyed, version, "PATCH", "/organizations/"+in.ID, in.Body.Note))
	if err != nil {
		return nil, err
	}
	return single(r, r.ID, r.Version, "", nil)
}

type projectsInput struct {
	Paged
	ID string `path:"id" maxLength:"60"`
}

func (s *service) listProjects(ctx context.Context, in *projectsInput) (*many[registry.ProjectRecord], error) {
	scope := registry.RecordScopeOf(who(ctx))
	if _, err := registry.Read[registry.OrganizationRecord](ctx, s.Records, scope, in.ID); err != nil {
		return nil, err
	}
	return page(s.Records.Projects(ctx, scope, registry.RecordQuery{Organization: in.ID, Cursor: in.Cursor,
		Limit: in.Limit}))
}

// ResultDoc is a result that an organization achieved in a case.
type ResultDoc struct {
	Case     workflow.ID    `json:"case"`
	Ref      string         `json:"ref"`
	Workflow string         `json:"workflow"`
	Name     string         `json:"name" doc:"As the definition names it: project_grade."`
	Label    workflow.Text  `json:"label"`
	Value    any            `json:"value" doc:"The value of the field: a code, a number (money in fen, points in hundredths), a date or a boolean."`
	Shown    workflow.Text  `json:"shown" doc:"The value in words."`
	On       calendar.Date  `json:"on"`
	Until    *calendar.Date `json:"until,omitempty" doc:"The last day on which it holds."`
}

func results(list []workflow.PastResult) []ResultDoc {
	return each(list, func(x workflow.PastResult) ResultDoc {
		return ResultDoc{x.Case, x.Ref, x.Workflow, x.Name, x.Label, x.Value, x.Shown, x.On, x.Until}
	})
}

func (s *service) listResults(ctx context.Context, in *idInput) (*many[ResultDoc], error) {
	scope := registry.RecordScopeOf(who(ctx))
	o, err := registry.Read[registry.OrganizationRecord](ctx, s.Records, scope, in.ID)
	if err != nil {
		return nil, err
	}
	if !scope.Sees(o.Region, o.ID) {
		return nil, workflow.ErrNotFound
	}
	list, err := s.Results.Results(ctx, o.ID)
	return page(results(list), "", err)
}

type newProjectInput struct {
	Keyed
	ID   string `path:"id" maxLength:"60"`
	Body registry.NewProject
}

func (s *service) createProject(ctx context.Context, in *newProjectInput) (*one[registry.ProjectRecord], error) {
	r, err := s.Registry.CreateProject(ctx, who(ctx), in.ID, in.Body, command(ctx, in.Keyed, nil, "POST",
		"/organizations/"+in.ID+"/projects", ""))
	if err != nil {
		return nil, err
	}
	return single(r, r.ID, r.Version, "/projects", nil)
}

func (s *service) getProject(ctx context.Context, in *idInput) (*one[registry.ProjectRecord], error) {
	r, err := registry.Read[registry.ProjectRecord](ctx, s.Records, registry.RecordScopeOf(who(ctx)), in.ID)
	if err != nil {
		return nil, err
	}
	return single(r, r.ID, r.Version, "", nil)
}

type projectPatch struct {
	Keyed
	Matched
	ID   string `path:"id" maxLength:"60"`
	Body struct {
		registry.ProjectChange
		Note string `json:"note,omitempty" maxLength:"2000"`
	}
}

func (s *service) changeProject(ctx context.Context, in *projectPatch) (*one[registry.ProjectRecord], error) {
	version, err := in.required()
	if err != nil {
		return nil, err
	}
	r, err := s.Registry.ChangeProject(ctx, who(ctx), in.ID, in.Body.ProjectChange, command(ctx, in.Keyed, version,
		"PATCH", "/projects/"+in.ID, in.Body.Note))
	if err != nil {
		return nil, err
	}
	return single(r, r.ID, r.Version, "", nil)
}

type formOutput struct {
	Body json.RawMessage
}
