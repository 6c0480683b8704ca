package ui

import (
	"context"
	"time"

	"incubase/workflow"
	"incubase/workflow/registry"
	"incubase/workflow/vet"
)

type Accounts interface {
	Users(ctx context.Context, s registry.RecordScope, words string) ([]registry.UserRecord, error)
	User(ctx context.Context, s registry.RecordScope, id workflow.ID) (*registry.UserRecord, error)
	Agencies(ctx context.Context) ([]registry.AgencyRecord, error)
	// Trail reads a page of the audit trail, the latest first; ErrNotFound for actors who may not read it.
	Trail(ctx context.Context, actor workflow.Actor, q workflow.TrailQuery) ([]TrailRow, error)
	// AccountsNow reads the overview of the three administrators; ErrNotFound for other actors.
	AccountsNow(ctx context.Context, actor workflow.Actor) (*AccountsNow, error)
}

type AccountsNow struct {
	Open, Disabled int
	WithoutRights  int           // open accounts without roles
	Refused        int           // sign-ins of the last week
	Ending         []EndingRight // within a month, the nearest first; at most eleven
	Stale          []Named       // disabled accounts that still hold roles; at most eleven
}

type EndingRight struct {
	User  workflow.ID
	Name  string
	Role  workflow.Role
	Until time.Time
}

type Named struct {
	User workflow.ID
	Name string
}

// MayOpen reports whether the actor may open accounts: system administrators and keepers of organizations.
func MayOpen(a workflow.Actor) bool {
	return vet.May(a, workflow.KindUser, "create") || vet.May(a, workflow.KindUser, "create_member")
}

func KeepsPeople(a *workflow.Actor) bool {
	return registry.RecordScopeOf(*a).Accounts || MayOpen(*a)
}
