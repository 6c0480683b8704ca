package registry

import (
	"context"

	"incubase/workflow"
)

// Factors keeps the second factors of people.
type Factors struct {
	Store    FactorStore
	Required bool // some roles need one; see NeedsFactor
}

// FactorStore keeps second factors and checks their codes: ErrWrongFactor for a wrong one, *Throttled after too many.
type FactorStore interface {
	Factor(ctx context.Context, user workflow.ID) (*SecondFactor, error)
	// BeginFactor creates a pending secret, active after its first valid code. Replacing a factor needs a code of it.
	BeginFactor(ctx context.Context, user workflow.ID, code, ip string) (*NewFactor, error)
	// EnrolFactor takes the pending secret into use and returns recovery codes.
	EnrolFactor(ctx context.Context, user workflow.ID, code, ip string) ([]string, error)
	RemoveFactor(ctx context.Context, user workflow.ID, code, ip string) error
}

// Lacks reports whether a session's user needs a second factor and has not enrolled one.
func (f *Factors) Lacks(s *Session) bool { return f.Required && !s.Factor && NeedsFactor(s.Actor) }

// State is how the actor's second factor stands.
func (f *Factors) State(ctx context.Context, actor workflow.Actor) (*SecondFactor, error) {
	s, err := f.Store.Factor(ctx, actor.ID)
	if err != nil {
		return nil, err
	}
	s.Required = f.Required && NeedsFactor(actor)
	return s, nil
}

// Begin creates a pending secret, in a confirmed session.
func (f *Factors) Begin(ctx context.Context, actor workflow.Actor, code, ip string) (*NewFactor, error) {
	if err := actor.Confirmed(workflow.KindUser, "factor"); err != nil {
		return nil, err
	}
	return f.Store.BeginFactor(ctx, actor.ID, code, ip)
}

// Remove takes the actor's factor away, in a confirmed session and unless a role needs it.
func (f *Factors) Remove(ctx context.Context, actor workflow.Actor, code, ip string) error {
	if f.Required && NeedsFactor(actor) {
		return &workflow.Refused{Action: "user.factor", Refusals: []workflow.Refusal{{Rule: "factor_required",
			Message: workflow.Text{ZH: "您的角色必须使用双重验证，可以更换，不能停用",
				EN: "your roles need a second factor: it can be replaced, not taken away"}}}}
	}
	if err := actor.Confirmed(workflow.KindUser, "factor"); err != nil {
		return err
	}
	return f.Store.RemoveFactor(ctx, actor.ID, code, ip)
}
