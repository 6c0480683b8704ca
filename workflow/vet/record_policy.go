package vet

import (
	"slices"

	"incubase/workflow"
)

// May reports whether the actor may do an act anywhere, for menus and buttons. Each act is checked again.
func May(a workflow.Actor, kind workflow.RecordKind, act string) bool {
	return slices.ContainsFunc(workflow.Rights, func(x workflow.Right) bool {
		return x.Kind == kind && x.Act == act && (x.Role == "" || a.Has(x.Role))
	})
}

// Allow returns workflow.May as an error.
func Allow(a workflow.Actor, kind workflow.RecordKind, act string, s workflow.Subject) error {
	if r := workflow.May(a, kind, act, s); r != nil {
		return &workflow.Refused{Action: string(kind) + "." + act, Refusals: []workflow.Refusal{*r}}
	}
	return nil
}
