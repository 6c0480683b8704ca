package workflow

import (
	"slices"
	"time"

	"incubase/workflow/calendar"
)

// Side is the side of the case that a party acts for.
type Side string

const (
	SideApplicant Side = "applicant"
	SideStaff     Side = "staff"
)

func (p *Party) Applicant() bool {
	return p.Side == SideApplicant || p.Side == "" && p.Relation == RelOwn
}

// Barred reports whether the party bars insiders: staff does, unless the definition loosens it.
func (p *Party) Barred() bool {
	return !p.Applicant() && (p.Independent == nil || *p.Independent)
}

// Coached is the last time a person coached the case's organization on another case.
type Coached struct {
	User ID        `json:"user"`
	At   time.Time `json:"at"`
}

// lookBack is the default for Rules.LookBack.
var lookBack = calendar.Period{N: 3, Unit: calendar.Year}

// InsiderOf lists the organizations whose insider the actor is by account or role.
func (a Actor) InsiderOf() []ID {
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
