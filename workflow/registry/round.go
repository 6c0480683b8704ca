package registry

import (
	"bytes"
	"context"
	"encoding/json"
	"time"

	"incubase/workflow"
	"incubase/workflow/desk"
	"incubase/workflow/machine"
	"incubase/workflow/money"
	"incubase/workflow/vet"
)

const statePreparing workflow.State = "preparing"

// NewRound prepares a round. Fields left out can follow until it opens.
type NewRound struct {
	Name   workflow.Text    `json:"name"`
	Kind   string           `json:"kind"` // grant or incubation
	Region string           `json:"region"`
	Agency workflow.ID      `json:"agency,omitempty"`
	Opens  *time.Time       `json:"opens_at,omitempty"`
	Closes *time.Time       `json:"closes_at,omitempty"`
	Tracks []workflow.Track `json:"tracks,omitempty"`
	Rules  *workflow.Rules  `json:"rules,omitempty"`
	Form   json.RawMessage  `json:"form,omitempty"`
	Total  money.Fen        `json:"total_fen,omitempty"`
}

type RoundPatch struct {
	Name   *workflow.Text    `json:"name,omitempty"`
	Agency *workflow.ID      `json:"agency,omitempty"`
	Opens  *time.Time        `json:"opens_at,omitempty"`
	Closes *time.Time        `json:"closes_at,omitempty"`
	Tracks *[]workflow.Track `json:"tracks,omitempty"`
	Rules  *workflow.Rules   `json:"rules,omitempty"`
	Form   json.RawMessage   `json:"form,omitempty"`
	Total  *money.Fen        `json:"total_fen,omitempty"`
}

// OpenRound creates a round: its case and its details in one statement.
func (r *Registry) OpenRound(ctx context.Context, actor workflow.Actor, n NewRound,
	cmd RecordCommand) (*workflow.RoundRecord, error) {
	d := workflow.RoundRecord{ID: workflow.NewID(r.now()), Name: n.Name, Kind: n.Kind, Agency: n.Agency, Opens: n.Opens,
		Closes: n.Closes,
		Tracks: n.Tracks, Form: n.Form, Total: n.Total, State: statePreparing}
	if n.Rules != nil {
		d.Rules = *n.Rules
	}
	var f workflow.Faults
	d.Region = f.Region("region", n.Region, r.Regions, true)
	if d.Region != "" || !vet.May(actor, workflow.KindRound, "create") {
		if err := vet.Allow(actor, workflow.KindRound, "create", workflow.Subject{Region: d.Region}); err != nil {
			return nil, err
		}
	}
	if n.Kind == machine.RoundWorkflow || !roundKinds[n.Kind] {
		f.Say("kind", "批次类型应为 grant 或 incubation", "a round is of kind grant or incubation")
	} else {
		m, err := r.Desk.Opens(ctx, n.Kind)
		if err != nil {
			return nil, err
		}
		d.Definition = m.Definition().Version
	}
	if d.Check(&f); d.Form != nil {
		d.FormNumber = 1
	}
	if err := f.Err(); err != nil {
		return nil, err
	}
	fields := map[string]any{"title": d.Name.ZH, "region": string(d.Region), "kind": d.Kind}
	if d.Agency != "" {
		fields["agency"] = d.Agency
	}
	receipt, err := r.Desk.Open(ctx, actor, desk.Opening{ID: d.ID, Workflow: machine.RoundWorkflow, Key: cmd.Key,
		Digest: cmd.Digest,
		Fields: fields, Details: &d})
	if err != nil {
		return nil, err
	}
	return r.Round(ctx, receipt.View.Case.ID)
}

var roundKinds = map[string]bool{"grant": true, "incubation": true}

func (r *Registry) Round(ctx context.Context, id workflow.ID) (*workflow.RoundRecord, error) {
	var d workflow.RoundRecord
	if _, err := r.Store.ReadRecord(ctx, workflow.KindRound, id, "", "", &d); err != nil {
		return nil, err
	}
	return r.Labelled(&d), nil
}

func (r *Registry) Labelled(d *workflow.RoundRecord) *workflow.RoundRecord {
	if m := r.Desk.Machines.Machine(machine.RoundWorkflow, 0); m != nil {
		for _, s := range m.Definition().States {
			if s.Name == d.State {
				d.StateLabel = s.Label
			}
		}
	}
	return d
}

// ChangeRound changes a round in preparation; afterwards only its closing may move to a later time, with a reason.
func (r *Registry) ChangeRound(ctx context.Context, actor workflow.Actor, id workflow.ID, p RoundPatch,
	cmd RecordCommand) (*workflow.RoundRecord,
	error) {
	out, err := Change(ctx, r, actor, cmd, workflow.KindRound, id,
		func(before workflow.RoundRecord) (Edit[workflow.RoundRecord], error) {
			d, none := before, Edit[workflow.RoundRecord]{}
			if before.State == statePreparing && !RecordScopeOf(actor).Sees(d.Region, "") {
				return none, workflow.ErrNotFound
			}
			if err := vet.Allow(actor, workflow.KindRound, "change", workflow.Subject{Region: d.Region}); err != nil {
				return none, err
			}
			if before.State != statePreparing {
				return extend(before, p, cmd.Note)
			}
			var f workflow.Faults
			p.Apply(&d)
			d.Check(&f)
			return Edit[workflow.RoundRecord]{After: d, Op: "change"}, f.Err()
		})
	if err != nil {
		return nil, err
	}
	return r.Labelled(out), nil
}

func (p RoundPatch) Apply(d *workflow.RoundRecord) {
	set(&d.Name, p.Name)
	set(&d.Agency, p.Agency)
	set(&d.Tracks, p.Tracks)
	set(&d.Rules, p.Rules)
	set(&d.Total, p.Total)
	if p.Opens != nil {
		d.Opens = p.Opens
	}
	if p.Closes != nil {
		d.Closes = p.Closes
	}
	if p.Form != nil && !bytes.Equal(p.Form, d.Form) {
		d.Form, d.FormNumber = p.Form, d.FormNumber+1
	}
}

// extend changes the closing only: applicants rely on the rest.
func extend(before workflow.RoundRecord, p RoundPatch, why string) (Edit[workflow.RoundRecord], error) {
	var out Edit[workflow.RoundRecord]
	only := p
	only.Closes = nil
	switch {
	case only.changes() || p.Closes == nil:
		return out, refuseRound("round_fixed", "批次开放后，规则、表单、资金和日期都不能再改，只能延长截止时间",
			"once a round has opened its rules, form, envelope and dates stand; only the closing may move to a later time")
	case before.State != "open":
		return out, refuseRound("round_fixed", "批次已经截止，不能再延期", "the round has closed; it cannot be extended")
	case before.Closes != nil && !p.Closes.After(*before.Closes):
		return out, refuseRound("round_only_later", "截止时间只能推迟，不能提前", "the closing may only move to a later time")
	case why == "":
		return out,
			&workflow.Invalid{Fields: []workflow.FieldError{{Field: "note", Message: workflow.Text{ZH: "请写明延期原因",
				EN: "say why it is extended"}}}}
	}
	after := before
	after.Closes = p.Closes
	return Edit[workflow.RoundRecord]{After: after, Op: "extend"}, nil
}

func (p RoundPatch) changes() bool {
	return p.Name != nil || p.Agency != nil || p.Opens != nil || p.Closes != nil || p.Tracks != nil || p.Rules != nil ||
		p.Form != nil || p.Total != nil
}

func refuseRound(rule, zh, en string) error {
	return &workflow.Refused{Action: "round.change", Refusals: []workflow.Refusal{*workflow.No(rule, "%[1]s", "%[2]s", zh,
		en)}}
}
