package main

import (
	"context"

	"incubase/workflow"
	"incubase/workflow/registry"
)

// State, Begin, Enrol and Remove keep the second factor of who is signed in.
func (s sessions) State(ctx context.Context, actor workflow.Actor) (*registry.SecondFactor, error) {
	f, err := s.db.Factor(ctx, actor.ID)
	if err != nil {
		return nil, err
	}
	f.Required = s.factors && registry.NeedsFactor(actor)
	return f, nil
}

func (s sessions) Begin(ctx context.Context, actor workflow.Actor, code, ip string) (*registry.NewFactor, error) {
	if err := actor.Confirmed(workflow.KindUser, "factor"); err != nil {
		return nil, err
	}
	return s.db.BeginFactor(ctx, actor.ID, code, ip)
}

func (s sessions) Enrol(ctx context.Context, actor workflow.Actor, code, ip string) ([]string, error) {
	return s.db.EnrolFactor(ctx, actor.ID, code, ip)
}

func (s sessions) Remove(ctx context.Context, actor workflow.Actor, code, ip string) error {
	if s.factors && registry.NeedsFactor(actor) {
		return &workflow.Refused{Action: "user.factor", Refusals: []workflow.Refusal{{Rule: "factor_required",
			Message: workflow.Text{ZH: "您的角色必须使用双重验证，可以更换，不能停用",
				EN: "your roles need a second factor: it can be replaced, not taken away"}}}}
	}
	if err := actor.Confirmed(workflow.KindUser, "factor"); err != nil {
		return err
	}
	return s.db.RemoveFactor(ctx, actor.ID, code, ip)
}
