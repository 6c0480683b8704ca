package workflow

import (
	"time"

	"incubase/workflow/calendar"
)

// TrailRow is one row of the trail of accounts.
type TrailRow struct {
	N       int64
	At      time.Time
	Act     string
	Actor   string // name of who acted
	Subject string
	Address string
	Success bool
	Detail  string
}

// TrailQuery filters the trail of accounts, latest first. Zero values do not filter.
type TrailQuery struct {
	Before       int64         // rows before this number
	Who          string        // a login, or a part of a name: the actor or the account's owner
	Act          string        // such as login
	Since, Until calendar.Date // both days included
	Limit        int
}
