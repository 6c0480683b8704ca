package workflow

import (
	"slices"
	"time"

	"incubase/workflow/calendar"
)

// Side is whose business a party does.
type Side string

// The sides of a party.
const (
	SideApplicant Side = "applicant"
	SideStaff     Side = "staff"
)

// Applicant reports whether the party is of the applicant's side.
func (p *Party) Applicant() bool {
	return p.Side == SideApplicant || p.Side == "" && p.Relation == RelOwn
}

// Barred reports whether insiders are kept out of the party: of the staff, unless the definition loosens it.
func (p *Party) Barred() bool {
	return !p.Applicant() && (p.Independent == nil || *p.Independent)
}

// Coached says that a person coached the case's organization on another case, and when that was last.
type Coached struct {
	User ID        `json:"user"`
	At   time.Time `json:"at"`
}

// lookBack is for how long a coach does not score or decide where the round says nothing.
var lookBack = calendar.Period{N: 3, Unit: calendar.Year}

// Houses are the organizations whose insider the actor is by account or role.
func (a Actor) Houses() []ID {
	var out []ID
	add := func(id ID) {
		if id != "" && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	add(a.Organization)
	for _, g := range a.Roles {
		add(g.Organization)
	}
	return out
}

// Insider reports whether the actor is an insider of the case. A case without an organization has none.
func (c *Case) Insider(a Actor) bool {
	return c.Organization != "" && a.ID != SystemID && a.ID != ObjectorID &&
		(a.Organization == c.Organization || slices.ContainsFunc(a.Roles,
			func(g Grant) bool { return g.Organization == c.Organization }) || c.Helped(a.ID))
}

// Helped reports whether the person wrote the case for the applicant.
func (c *Case) Helped(user ID) bool {
	return slices.Contains(c.Doers[SaveAction], user) || slices.Contains(c.Helpers, user)
}

// Coached reports whether the person coached the organization within the round's look-back.
func (f *Facts) Coached(user ID) bool {
	for _, x := range f.Case.Coaches {
		if x.User != user {
			continue
		}
		period := f.Rules().LookBack
		if period.IsZero() {
			period = lookBack
		}
		if !f.Calendar.Last(calendar.DateOf(x.At), period).Last.Before(f.Today()) {
			return true
		}
	}
	return false
}
