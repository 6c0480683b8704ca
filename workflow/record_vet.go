package workflow

import (
	"context"
	"errors"
)

// VetOrganization tells what CreateOrganization would answer, and writes nothing. Whether a code is registered already
// only the writing knows.
func (r *Registry) VetOrganization(ctx context.Context, actor Actor, n NewOrganization) error {
	_, err := r.newOrganization(ctx, actor, n)
	return err
}

// VetOpening tells what Open would answer, and writes nothing.
func (d *Desk) VetOpening(ctx context.Context, actor Actor, o Opening) error {
	m, err := d.opens(ctx, o.Workflow)
	if err != nil {
		return err
	}
	l, err := d.Store.LoadOpening(ctx, OpeningQuery{Actor: actor, Workflow: o.Workflow, Round: o.Round,
		Organization: o.Organization, Project: o.Project})
	if err != nil {
		return err
	}
	d.complete(&l.Facts, actor)
	_, err = m.Open(ctx, *l, o)
	return err
}

// Faults are the fields of an error that says what is wrong with a request; nil of any other.
func Faults(err error) []FieldError {
	var bad *Invalid
	var refused *Refused
	switch {
	case errors.As(err, &bad):
		return bad.Fields
	case errors.As(err, &refused):
		var out []FieldError
		for _, r := range refused.Refusals {
			out = append(out, FieldError{r.Rule, r.Message})
		}
		return out
	}
	return nil
}
