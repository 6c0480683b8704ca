package workflow

import "incubase/workflow/calendar"

// TrailQuery asks for a part of the trail of accounts, the latest first. Zero values do not filter.
type TrailQuery struct {
	Before       int64         // rows before this number
	Who          string        // a login, or a part of a name: who acted or whose account it was
	Act          string        // such as login
	Since, Until calendar.Date // both days included
	Limit        int
}
