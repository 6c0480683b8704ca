package registry

import (
	"context"
	"errors"

	"incubase/workflow"
	"incubase/workflow/desk"
)

// VetOrganization tells what CreateOrganization would answer, and writes nothing. Whether a code is registered already
// only the writing knows.
func (r *Registry) VetOrganization(ctx context.Context, actor workflow.Actor, n NewOrganization) error {
	_, err := r.newOrganization(ctx, actor, n)
	return err
}

// VetOpening tells what Open would answer, and writes nothing.
func VetOpening(d *desk.Desk, ctx context.Context, actor workflow.Actor, o desk.Opening) error {
	m, err := d.Opens(ctx, o.Workflow)
	if err != nil {
		return err
	}
	l, err := d.Store.LoadOpening(ctx, workflow.OpeningQuery{Actor: actor, Workflow: o.Workflow, Round: o.Round,
		Organization: o.Organization, Project: o.Project})
	if err != nil {
		return err
	}
	d.Complete(&l.Facts, actor)
	_, err = desk.Open(m, ctx, *l, o)
	return err
}

// Faults are the fields of an error that says what is wrong with a request; nil of any other.
func Faults(err error) []workflow.FieldError {
	var bad *workflow.Invalid
	var refused *workflow.Refused
	switch {
	case errors.As(err, &bad):
		return bad.Fields
	case errors.As(err, &refused):
		var out []workflow.FieldError
		for _, r := range refused.Refusals {
			out = append(out, workflow.FieldError{Field: r.Rule, Message: r.Message})
		}
		return out
	}
	return nil
}
