package api

import (
	"context"
	"strings"

	"incubase/api/edge"
	"incubase/workflow"
)

func (s *service) workflows() {
	at := Base + "/workflows"
	handle(s, route{method: "GET", path: at, id: "listWorkflows", tag: "workflows", summary: "The workflows and their versions"}, s.listWorkflows)
	handle(s, route{method: "GET", path: at + "/{name}", id: "getWorkflow", tag: "workflows", summary: "A definition", errors: []int{404}}, s.getWorkflow)
	handle(s, route{method: "POST", path: at, id: "loadWorkflow", tag: "workflows", summary: "Load a definition", status: 201,
		about: "A definition in YAML, as text. It is decoded strictly, compiled and checked; a version in use never changes.", errors: []int{403, 409, 422}}, s.loadWorkflow)
	handle(s, route{method: "GET", path: at + "/{name}/diagram", id: "getDiagram", tag: "workflows", summary: "The state diagram",
		about: "Mermaid text in the reader's language; as SVG where Accept asks for image/svg+xml.", errors: []int{404}, produces: []string{"text/vnd.mermaid", "image/svg+xml"}}, s.diagram)
}

// WorkflowDoc names a workflow and its versions.
type WorkflowDoc struct {
	Name     string        `json:"name"`
	Title    workflow.Text `json:"title"`
	Versions []int         `json:"versions"`
}

func (s *service) listWorkflows(context.Context, *emptyInput) (*many[WorkflowDoc], error) {
	var out []WorkflowDoc
	for _, n := range s.Definitions.Names() {
		out = append(out, WorkflowDoc{n, s.Definitions.Machine(n, 0).Definition().Title, s.Definitions.Versions(n)})
	}
	return page(out, "", nil)
}

// WorkflowInput names a workflow.
type WorkflowInput struct {
	Name    string `path:"name" maxLength:"40"`
	Version int    `query:"version" minimum:"1"`
}

// DefinitionDoc is a definition with its legal moves.
type DefinitionDoc struct {
	Definition workflow.Definition `json:"definition"`
	Edges      []workflow.Edge     `json:"edges"`
}

func (s *service) getWorkflow(_ context.Context, in *WorkflowInput) (*one[DefinitionDoc], error) {
	m := s.Definitions.Machine(in.Name, in.Version)
	if m == nil {
		return nil, workflow.ErrNotFound
	}
	return &one[DefinitionDoc]{Body: DefinitionDoc{m.Definition(), m.Edges()}}, nil
}

type newWorkflowInput struct {
	Keyed
	Body struct {
		Source string `json:"source" minLength:"1" maxLength:"1000000" doc:"The definition in YAML."`
	}
}

func (s *service) loadWorkflow(ctx context.Context, in *newWorkflowInput) (*one[DefinitionDoc], error) {
	m, err := s.Definitions.Load(ctx, who(ctx), in.Body.Source, in.Key)
	if err != nil {
		return nil, err
	}
	d := m.Definition()
	return &one[DefinitionDoc]{Location: Base + "/workflows/" + d.Name, Body: DefinitionDoc{d, m.Edges()}}, nil
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
		return &diagramOutput{"image/svg+xml; charset=utf-8", []byte(m.SVG(edge.Of(ctx).Lang))}, nil
	}
	return &diagramOutput{"text/vnd.mermaid; charset=utf-8", []byte(m.Mermaid(edge.Of(ctx).Lang))}, nil
}
