package registry

import (
	"context"

	"incubase/workflow"
	"incubase/workflow/region"
	"incubase/workflow/topic"
	"incubase/workflow/vet"
)

type NewAgency struct {
	Name   workflow.Text `json:"name"`
	Kind   string        `json:"kind"`
	Region string        `json:"region,omitempty"` // none: the whole country
}

type AgencyChange struct {
	Name   *workflow.Text `json:"name,omitempty"`
	Kind   *string        `json:"kind,omitempty"`
	Region *string        `json:"region,omitempty"`
}

type NewCompetence struct {
	Topic  string `json:"topic"` // "*" is all
	Region string `json:"region,omitempty"`
	Action string `json:"action"`
}

func (r *Registry) CreateAgency(ctx context.Context, actor workflow.Actor, n NewAgency,
	cmd RecordCommand) (*AgencyRecord,
	error) {
	return create[AgencyRecord](ctx, r, actor, cmd, workflow.KindAgency, func() (AgencyRecord, string, error) {
		var f workflow.Faults
		a := AgencyRecord{ID: workflow.NewID(r.now()), Name: n.Name, Kind: n.Kind, Region: f.Region("region", n.Region,
			r.Regions,
			false)}
		if err := vet.Allow(actor, workflow.KindAgency, "create", workflow.Subject{Region: a.Region}); err != nil {
			return a, "", err
		}
		a.check(&f)
		return a, "", f.Err()
	})
}

func (r *Registry) ChangeAgency(ctx context.Context, actor workflow.Actor, id workflow.ID, c AgencyChange,
	cmd RecordCommand) (*AgencyRecord, error) {
	return Change(ctx, r, actor, cmd, workflow.KindAgency, id, func(before AgencyRecord) (Edit[AgencyRecord], error) {
		a, none := before, Edit[AgencyRecord]{}
		var f workflow.Faults
		set(&a.Name, c.Name)
		set(&a.Kind, c.Kind)
		if c.Region != nil {
			a.Region = f.Region("region", *c.Region, r.Regions, false)
		}
		for _, place := range []region.Code{before.Region, a.Region} {
			if err := vet.Allow(actor, workflow.KindAgency, "change", workflow.Subject{Region: place}); err != nil {
				return none, err
			}
		}
		a.check(&f)
		return Edit[AgencyRecord]{After: a, Op: "change"}, f.Err()
	})
}

func (a *AgencyRecord) check(f *workflow.Faults) {
	f.Line("name.zh", &a.Name.ZH, 2, 100)
	f.Line("name.en", &a.Name.EN, 0, 200)
	if workflow.AgencyKindOf(a.Kind) == nil {
		f.Say("kind", "没有这类单位", "there is no such kind of agency")
	}
}

// SetCompetence sets a competence from now on; without a region it is the agency's.
func (r *Registry) SetCompetence(ctx context.Context, actor workflow.Actor, agency workflow.ID, n NewCompetence,
	cmd RecordCommand) (*CompetenceRecord, error) {
	return create[CompetenceRecord](ctx, r, actor, cmd, workflow.KindCompetence, func() (CompetenceRecord, string, error) {
		c := CompetenceRecord{ID: workflow.NewID(r.now()), Agency: agency, Topic: n.Topic, Action: n.Action, Since: r.now()}
		var a AgencyRecord
		if _, err := r.Store.ReadRecord(ctx, workflow.KindAgency, agency, "", "", &a); err != nil {
			return c, "", err
		}
		var f workflow.Faults
		if c.Region = f.Region("region", n.Region, r.Regions, false); n.Region == "" {
			c.Region = a.Region
		}
		if err := vet.Allow(actor, workflow.KindCompetence, "set", workflow.Subject{Region: c.Region}); err != nil {
			return c, "", err
		}
		if n.Topic != "*" && !topic.Known(n.Topic) {
			f.Say("topic", "没有这个领域；全部领域写 *", "there is no such topic; * is all of them")
		}
		f.OneOf("action", n.Action, workflow.CompetenceActions)
		return c, "", f.Err()
	})
}

// EndCompetence ends one from now on; requests already sent to the agency stand.
func (r *Registry) EndCompetence(ctx context.Context, actor workflow.Actor, id workflow.ID,
	cmd RecordCommand) (*CompetenceRecord,
	error) {
	return Change(ctx, r, actor, cmd, workflow.KindCompetence, id, func(before CompetenceRecord) (Edit[CompetenceRecord],
		error) {
		none := Edit[CompetenceRecord]{}
		if err := vet.Allow(actor, workflow.KindCompetence, "end", workflow.Subject{Region: before.Region}); err != nil {
			return none, err
		}
		if before.Until != nil {
			return none, &workflow.Refused{Action: "competence.end",
				Refusals: []workflow.Refusal{*workflow.No("competence_ended", "这项职能已经结束", "this competence has already ended")}}
		}
		now := r.now()
		before.Until = &now
		return Edit[CompetenceRecord]{After: before, Op: "end"}, nil
	})
}
