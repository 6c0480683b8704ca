package api

import (
	"context"
	"strings"

	"incubase/api/edge"
	"incubase/workflow"
	"incubase/workflow/define"
	"incubase/workflow/machine"
	"incubase/workflow/vet"
)

func (s *service) workflows() {
	at := Base + "/workflows"
	handle(s, route{method: "GET", path: at, id: "listWorkflows", tag: "workflows",
		summary: "The workflows and their versions"}, s.listWorkflows)
	handle(s, route{method: "GET", path: at + "/{name}", id: "getWorkflow", tag: "workflows", summary: "A definition",
		errors: []int{404}}, s.getWorkflow)
	handle(s, route{method: "POST", path: at, id: "loadWorkflow", tag: "workflows", summary: "Load a definition",
		status: 201,
		about: "A definition in YAML, as text. It is decoded strictly, compiled and checked; a version in use never " +
			"changes. It waits until a security administrator who did not load it approves it.", errors: []int{403, 409, 422}},
		s.loadWorkflow)
	version := at + "/{name}/versions/{n}"
	handle(s, route{method: "GET", path: version + "/approval", id: "getApproval", tag: "workflows",
		summary: "What a version changes and which promises it keeps",
		about: "For the three administrators: the difference from the approved version, and the promises about money " +
			"and independence that it keeps or does not.", errors: []int{404}}, s.getApproval)
	handle(s, route{method: "POST", path: version + "/approval", id: "approveWorkflow", tag: "workflows",
		summary: "Approve a version", status: 201,
		about:  "For a security administrator who did not load it. From now on it opens cases and rounds.",
		errors: []int{403, 404, 409}}, s.approveWorkflow)
	handle(s, route{method: "POST", path: version + "/withdrawal", id: "withdrawWorkflow", tag: "workflows",
		summary: "Withdraw a version", status: 201,
		about: "For the security administrator. It opens no cases and rounds any more; a case keeps the version that it " +
			"was born under. Approving it again ends that.", errors: []int{403, 404, 409}}, s.withdrawWorkflow)
	handle(s, route{method: "GET", path: version + "/trial", id: "tryWorkflow", tag: "workflows",
		summary: "Try a version on live cases",
		about: "For who loads or approves definitions: how many live cases would stand in a state that they cannot " +
			"leave, and in how many others an act would be refused otherwise than today. Nothing is written: a case keeps " +
			"its version.", errors: []int{404}}, s.tryWorkflow)
	handle(s, route{method: "GET", path: at + "/{name}/diagram", id: "getDiagram", tag: "workflows",
		summary: "The state diagram",
		about:   "Mermaid text in the reader's language; as SVG where Accept asks for image/svg+xml.", errors: []int{404},
		produces: []string{"text/vnd.mermaid", "image/svg+xml"}}, s.diagram)
}

type WorkflowDoc struct {
	Name     string        `json:"name"`
	Title    workflow.Text `json:"title"`
	Versions []int         `json:"versions"`
	Standing []VersionDoc  `json:"standing" doc:"How each version stands, in the order of versions."`
}

type VersionDoc struct {
	Version int                  `json:"version"`
	Status  vet.DefinitionStatus `json:"status" enum:"waiting,approved,withdrawn"`
}

func (s *service) listWorkflows(context.Context, *emptyInput) (*many[WorkflowDoc], error) {
	var out []WorkflowDoc
	for _, n := range s.Definitions.Names() {
		w := WorkflowDoc{n, s.Definitions.Machine(n, 0).Definition().Title, s.Definitions.Versions(n), nil}
		w.Standing = each(w.Versions, func(v int) VersionDoc { return VersionDoc{v, s.Definitions.Standing(n, v).Status} })
		out = append(out, w)
	}
	return page(out, "", nil)
}

type WorkflowInput struct {
	Name    string `path:"name" maxLength:"40"`
	Version int    `query:"version" minimum:"1"`
}

type DefinitionDoc struct {
	Definition define.Definition    `json:"definition"`
	Edges      []machine.Edge       `json:"edges"`
	Status     vet.DefinitionStatus `json:"status" enum:"waiting,approved,withdrawn" doc:"Only an approved version opens cases and rounds."`
}

func (s *service) definitionDoc(m *machine.Machine) DefinitionDoc {
	d := m.Definition()
	return DefinitionDoc{d, m.Edges(), s.Definitions.Standing(d.Name, d.Version).Status}
}

type VersionInput struct {
	Name    string `path:"name" maxLength:"40"`
	Version int    `path:"n" minimum:"1"`
}

type standInput struct {
	Keyed
	VersionInput
	Body *struct {
		Note string `json:"note,omitempty" maxLength:"500"`
	} `required:"false"`
}

func (in *standInput) note() string {
	if in.Body == nil {
		return ""
	}
	return in.Body.Note
}

func (s *service) getApproval(ctx context.Context, in *VersionInput) (*one[vet.DefinitionApproval], error) {
	if !vet.SeesApprovals(who(ctx)) {
		return nil, workflow.ErrNotFound
	}
	return approval(s.Definitions.Approval(in.Name, in.Version))
}

func (s *service) approveWorkflow(ctx context.Context, in *standInput) (*one[vet.DefinitionApproval], error) {
	return approval(s.Loader.Approve(ctx, who(ctx), in.Name, in.Version, in.note()))
}

func (s *service) withdrawWorkflow(ctx context.Context, in *standInput) (*one[vet.DefinitionApproval], error) {
	return approval(s.Loader.Withdraw(ctx, who(ctx), in.Name, in.Version, in.note()))
}

func approval(a *vet.DefinitionApproval, err error) (*one[vet.DefinitionApproval], error) {
	if err != nil {
		return nil, err
	}
	return &one[vet.DefinitionApproval]{Body: *a}, nil
}

func (s *service) tryWorkflow(ctx context.Context, in *VersionInput) (*one[vet.Trial], error) {
	t, err := s.Trials.Try(ctx, who(ctx), in.Name, in.Version)
	if err != nil {
		return nil, err
	}
	return &one[vet.Trial]{Body: *t}, nil
}

func (s *service) getWorkflow(_ context.Context, in *WorkflowInput) (*one[DefinitionDoc], error) {
	m := s.Definitions.Machine(in.Name, in.Version)
	if m == nil {
		return nil, workflow.ErrNotFound
	}
	return &one[DefinitionDoc]{Body: s.definitionDoc(m)}, nil
}

type newWorkflowInput struct {
	Keyed
	Body struct {
		Source string `json:"source" minLength:"1" maxLength:"1000000" doc:"The definition in YAML."`
	}
}

func (s *service) loadWorkflow(ctx context.Context, in *newWorkflowInput) (*one[DefinitionDoc], error) {
	m, err := s.Loader.Load(ctx, who(ctx), in.Body.Source)
	if err != nil {
		return nil, err
	}
	d := m.Definition()
	return &one[DefinitionDoc]{Location: Base + "/workflows/" + d.Name, Body: s.definitionDoc(m)}, nil
}

type diagramInput struct {
	WorkflowInput
	Accept string `header:"Accept" maxLength:"500"`
}

type diagramOutput struct {
	ContentType string `header:"Content-Type"`
	Body        []byte `contentType:"text/vnd.mermaid"`
}

func (s *service) diagram(ctx context.Context, in *diagramInput) (*diagramOutput, error) {
	m := s.Definitions.Machine(in.Name, in.Version)
	if m == nil {
		return nil, workflow.ErrNotFound
	}
	if strings.Contains(in.Accept, "image/svg+xml") {
		return &diagramOutput{"image/svg+xml; charset=utf-8", []byte(vet.SVG(m, edge.Of(ctx).Lang))}, nil
	}
	return &diagramOutput{"text/vnd.mermaid; charset=utf-8", []byte(vet.Mermaid(m, edge.Of(ctx).Lang))}, nil
}
