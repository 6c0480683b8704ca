package registry

import (
	"context"
	"errors"

	"incubase/workflow"
	"incubase/workflow/desk"
)

// VetOrganization is CreateOrganization without writing. Only the write knows whether a code is registered already.
func (r *Registry) VetOrganization(ctx context.Context, actor workflow.Actor, n NewOrganization) error {
	_, err := r.newOrganization(ctx, actor, n)
	return err
}

// VetOpening is Open without writing.
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

// Faults returns what a refusal says is wrong with a request; nil for other errors.
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
