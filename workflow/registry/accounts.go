package registry

import (
	"time"

	"incubase/workflow"
)

// AccountsNow is what the three administrators look at first: how accounts and rights stand.
type AccountsNow struct {
	Enabled       int
	Disabled      int
	WithoutRights int           // open accounts without roles
	Refused       int           // sign-ins of the last week
	Ending        []EndingRight // within a month, nearest first; at most eleven
	Stale         []Named       // disabled accounts that still hold roles; at most eleven
}

// EndingRight is a role that ends by itself.
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
