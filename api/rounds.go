package api

import (
	"context"
	"encoding/json"

	"incubase/workflow"
	"incubase/workflow/machine"
	"incubase/workflow/registry"
)

func (s *service) rounds() {
	at := Base + "/rounds"
	handle(s, route{method: "GET", path: at, id: "listRounds", tag: "rounds", summary: "List rounds"}, s.listRounds)
	handle(s, route{method: "POST", path: at, id: "prepareRound", tag: "rounds", summary: "Prepare a round", status: 201,
		about: "What is left out can follow by PATCH until the round opens.", errors: []int{403, 409, 422}}, s.prepareRound)
	handle(s, route{method: "GET", path: at + "/{id}", id: "getRound", tag: "rounds", summary: "A round with its rules",
		errors: []int{404}}, s.getRound)
	handle(s, route{method: "PATCH", path: at + "/{id}", id: "changeRound", tag: "rounds", summary: "Change a round",
		about: "While it is prepared everything can change; once open only the closing may move to a later time, with its " +
			"reason in note.", errors: []int{403, 404, 409, 412, 422, 428}}, s.changeRound)
	handle(s, route{method: "GET", path: at + "/{id}/form", id: "getRoundForm", tag: "rounds",
		summary: "The round's application form, a JSON Schema", errors: []int{404}}, s.roundForm)
	handle(s, route{method: "POST", path: at + "/{id}/actions/{action}", id: "actOnRound", tag: "rounds",
		summary: "Open, close, decide or finish a round",
		about:   "A round is a case: the same as acting on the case.", errors: []int{403, 404, 409, 412, 422}}, s.act)
}

type roundsInput struct {
	Paged
	Region   string `query:"region" maxLength:"12"`
	Words    string `query:"q" maxLength:"200"`
	Workflow string `query:"workflow" maxLength:"40" doc:"What the round is for, such as grant."`
	State    string `query:"state" maxLength:"40"`
}

func (s *service) listRounds(ctx context.Context, in *roundsInput) (*many[workflow.RoundRecord], error) {
	code, err := regionOf("region", in.Region)
	if err != nil {
		return nil, err
	}
	for _, q := range []workflow.CaseQuery{{Workflow: in.Workflow},
		{Workflow: machine.RoundWorkflow, State: workflow.State(in.State)}} {
		if err := machine.Check(&q, s.Desk.Machines); err != nil {
			return nil, err
		}
	}
	items, next, err := s.Records.Rounds(ctx, registry.RecordScopeOf(who(ctx)), registry.RecordQuery{Region: code,
		Kind: in.Workflow, State: workflow.State(in.State), Words: in.Words, Cursor: in.Cursor, Limit: in.Limit})
	for i := range items {
		s.Registry.Labelled(&items[i])
	}
	return page(items, next, err)
}

type newRoundInput struct {
	Keyed
	Body registry.NewRound
}

func (s *service) prepareRound(ctx context.Context, in *newRoundInput) (*one[workflow.RoundRecord], error) {
	r, err := s.Registry.OpenRound(ctx, who(ctx), in.Body, command(ctx, in.Keyed, nil, "POST", "/rounds", ""))
	if err != nil {
		return nil, err
	}
	return single(r, r.ID, r.Version, "/rounds", nil)
}

// round returns a round by the desk's rules for its case.
func (s *service) round(ctx context.Context, ref string) (*workflow.RoundRecord, error) {
	v, err := s.Desk.Show(ctx, who(ctx), ref)
	if err != nil {
		return nil, err
	}
	if v.Case.Workflow != machine.RoundWorkflow {
		return nil, workflow.ErrNotFound
	}
	return s.Registry.Round(ctx, v.Case.ID)
}

func (s *service) getRound(ctx context.Context, in *idInput) (*one[workflow.RoundRecord], error) {
	r, err := s.round(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return single(r, r.ID, r.Version, "", nil)
}

type roundPatch struct {
	Keyed
	Matched
	ID   string `path:"id" maxLength:"60"`
	Body struct {
		registry.RoundPatch
		Note string `json:"note,omitempty" maxLength:"2000"`
	}
}

func (s *service) changeRound(ctx context.Context, in *roundPatch) (*one[workflow.RoundRecord], error) {
	version, err := in.required()
	if err != nil {
		return nil, err
	}
	r, err := s.Registry.ChangeRound(ctx, who(ctx), in.ID, in.Body.RoundPatch, command(ctx, in.Keyed, version, "PATCH",
		"/rounds/"+in.ID, in.Body.Note))
	if err != nil {
		return nil, err
	}
	return single(r, r.ID, r.Version, "", nil)
}

func (s *service) roundForm(ctx context.Context, in *idInput) (*formOutput, error) {
	r, err := s.round(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if len(r.Form) == 0 || string(r.Form) == "null" {
		return nil, workflow.ErrNotFound
	}
	return &formOutput{json.RawMessage(r.Form)}, nil
}
