package api

import (
	"context"

	"incubase/api/edge"
	"incubase/workflow/registry"
)

func (s *service) factors() {
	at := Base + "/me/factor"
	handle(s, route{method: "GET", path: at, id: "getFactor", tag: "sessions", summary: "How one's second factor stands",
		unfactored: true}, s.getFactor)
	handle(s, route{method: "POST", path: at, id: "beginFactor", tag: "sessions",
		summary: "Begin to enrol a second factor", status: 201, unfactored: true,
		about: "The answer has the secret for an authenticator app, this once. It is in use from its first code on. Who " +
			"has a second factor already gives a code of it.", errors: []int{409, 422}}, s.beginFactor)
	handle(s, route{method: "POST", path: at + "/confirmation", id: "enrolFactor", tag: "sessions",
		summary: "Take the second factor into use with its first code", status: 201, unfactored: true,
		about: "The answer has recovery codes for the day on which the device is lost, this once: each is good for one " +
			"sign-in.", errors: []int{409, 422}}, s.enrolFactor)
	handle(s, route{method: "DELETE", path: at, id: "removeFactor", tag: "sessions",
		summary: "Take one's second factor away", status: 204, about: "With a code of it. Refused where a role needs one.",
		errors: []int{404, 409, 422}}, s.removeFactor)
}

type factorCode struct {
	Code string `json:"code" minLength:"1" maxLength:"60" doc:"Of the app, or a recovery code."`
}

type beginFactorInput struct {
	Body *struct {
		Code string `json:"code,omitempty" maxLength:"60" doc:"Of the second factor that there is already."`
	} `required:"false"`
}

type enrolFactorInput struct{ Body factorCode }

type recoveryDoc struct {
	Codes []string `json:"recovery_codes" doc:"Shown this once."`
}

func (s *service) getFactor(ctx context.Context, _ *emptyInput) (*one[registry.SecondFactor], error) {
	f, err := s.Factors.State(ctx, who(ctx))
	if err != nil {
		return nil, err
	}
	return &one[registry.SecondFactor]{Body: *f}, nil
}

func (s *service) beginFactor(ctx context.Context, in *beginFactorInput) (*one[registry.NewFactor], error) {
	code := ""
	if in.Body != nil {
		code = in.Body.Code
	}
	f, err := s.Factors.Begin(ctx, who(ctx), code, edge.Of(ctx).IP)
	if err != nil {
		return nil, err
	}
	return &one[registry.NewFactor]{Body: *f}, nil
}

func (s *service) enrolFactor(ctx context.Context, in *enrolFactorInput) (*one[recoveryDoc], error) {
	codes, err := s.Factors.Store.EnrolFactor(ctx, who(ctx).ID, in.Body.Code, edge.Of(ctx).IP)
	if err != nil {
		return nil, err
	}
	return &one[recoveryDoc]{Body: recoveryDoc{codes}}, nil
}

func (s *service) removeFactor(ctx context.Context, in *enrolFactorInput) (*nothing, error) {
	return nil, s.Factors.Remove(ctx, who(ctx), in.Body.Code, edge.Of(ctx).IP)
}
