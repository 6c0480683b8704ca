package ui

import (
	"context"
	"time"

	"incubase/workflow"
	"incubase/workflow/registry"
	"incubase/workflow/vet"
)

// Accounts reads who can sign in, and what became of sign-ins.
type Accounts interface {
	Users(ctx context.Context, s registry.RecordScope, words string) ([]registry.UserRecord, error)
	User(ctx context.Context, s registry.RecordScope, id workflow.ID) (*registry.UserRecord, error)
	Agencies(ctx context.Context) ([]registry.AgencyRecord, error)
	// Trail is a part of the audit trail, the latest first. ErrNotFound for who may not read it.
	Trail(ctx context.Context, actor workflow.Actor, q workflow.TrailQuery) ([]TrailRow, error)
	// AccountsNow is what the three administrators look at first. ErrNotFound for anybody else.
	AccountsNow(ctx context.Context, actor workflow.Actor) (*AccountsNow, error)
}

// AccountsNow is how accounts and rights stand.
type AccountsNow struct {
	Open, Disabled int
	WithoutRights  int           // open accounts that hold none
	Refused        int           // sign-ins of the last week
	Ending         []EndingRight // within a month, the nearest first; eleven at most
	Stale          []Named       // disabled accounts that hold rights still; eleven at most
}

// EndingRight is a role that ends by itself.
type EndingRight struct {
	User  workflow.ID
	Name  string
	Role  workflow.Role
	Until time.Time
}

// Named is an account by its name.
type Named struct {
	User workflow.ID
	Name string
}

// MayOpen reports whether the actor opens accounts: the system administrator, or who keeps an organization's people.
func MayOpen(a workflow.Actor) bool {
	return vet.May(a, workflow.KindUser, "create") || vet.May(a, workflow.KindUser, "create_member")
}

// KeepsPeople reports whether accounts are the reader's to look after.
func KeepsPeople(a *workflow.Actor) bool {
	return registry.RecordScopeOf(*a).Accounts || MayOpen(*a)
}
