package ui

import (
	"incubase/workflow"
	"incubase/workflow/registry"
	"incubase/workflow/vet"
)

// MayOpen reports whether the actor may open accounts: system administrators and keepers of organizations.
func MayOpen(a workflow.Actor) bool {
	return vet.May(a, workflow.KindUser, "create") || vet.May(a, workflow.KindUser, "create_member")
}

func KeepsPeople(a *workflow.Actor) bool {
	return registry.RecordScopeOf(*a).Accounts || MayOpen(*a)
}
