package app

import (
	"context"

	"incubase/workflow"
	"incubase/workflow/registry"
)

// State reads, and Begin, Enrol and Remove change, the second factor of who is signed in.
func (s Sessions) State(ctx context.Context, actor workflow.Actor) (*registry.SecondFactor, error) {
	f, err := s.DB.Factor(ctx, actor.ID)
	if err != nil {
		return nil, err
	}
	f.Required = s.Factors && registry.NeedsFactor(actor)
	return f, nil
}

func (s Sessions) Begin(ctx context.Context, actor workflow.Actor, code, ip string) (*registry.NewFactor, error) {
	if err := actor.Confirmed(workflow.KindUser, "factor"); err != nil {
		return nil, err
	}
	return s.DB.BeginFactor(ctx, actor.ID, code, ip)
}

func (s Sessions) Enrol(ctx context.Context, actor workflow.Actor, code, ip string) ([]string, error) {
	return s.DB.EnrolFactor(ctx, actor.ID, code, ip)
}

func (s Sessions) Remove(ctx context.Context, actor workflow.Actor, code, ip string) error {
	if s.Factors && registry.NeedsFactor(actor) {
		return &workflow.Refused{Action: "user.factor", Refusals: []workflow.Refusal{{Rule: "factor_required",
			Message: workflow.Text{ZH: "您的角色必须使用双重验证，可以更换，不能停用",
				EN: "your roles need a second factor: it can be replaced, not taken away"}}}}
	}
	if err := actor.Confirmed(workflow.KindUser, "factor"); err != nil {
		return err
	}
	return s.DB.RemoveFactor(ctx, actor.ID, code, ip)
}
