package workflow

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"incubase/workflow/calendar"
)

// ScoreFacts leaves out reviewers with a conflict.
func (c *Case) ScoreFacts() ScoreFacts {
	var s ScoreFacts
	sum := 0
	for _, a := range c.Assignments {
		if a.Live() && a.Scored {
			s.Count++
			sum += a.Points
		}
	}
	if s.Count > 0 {
		s.Mean = (2*sum + s.Count) / (2 * s.Count)
	}
	return s
}

func (c *Case) Assignment(user ID) *Assignment {
	for i := range c.Assignments {
		if c.Assignments[i].User == user && c.Assignments[i].Live() {
			return &c.Assignments[i]
		}
	}
	return nil
}

// Awaited returns the open co-signature of one of the actor's agencies.
func (c *Case) Awaited(a Actor) *Cosign {
	for i := range c.Cosigns {
		if c.Cosigns[i].Open() && slices.Contains(a.Agencies(), c.Cosigns[i].Agency) {
			return &c.Cosigns[i]
		}
	}
	return nil
}

func (a Actor) Agencies() []ID {
	var out []ID
	for _, g := range a.Roles {
		id := g.Agency
		if id == "" {
			id = a.Agency
		}
		if g.Role == RoleCosigner && id != "" && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

// Clone copies everything that an effect may change in place.
func (c Case) Clone() Case {
	c.Topics = slices.Clone(c.Topics)
	c.Assignments = slices.Clone(c.Assignments)
	c.Cosigns = slices.Clone(c.Cosigns)
	c.Approvals = slices.Clone(c.Approvals)
	c.Parts = c.Parts.Clone()
	c.Clocks = slices.Clone(c.Clocks)
	for i := range c.Clocks {
		c.Clocks[i].Pauses = slices.Clone(c.Clocks[i].Pauses)
	}
	c.Counts = maps.Clone(c.Counts)
	c.Data = maps.Clone(c.Data)
	c.Doers = maps.Clone(c.Doers)
	return c
}

// Asks reports whether a duty is the actor's: it names them, or the organization, agency or region of a role of
// theirs, and bars no insider. The store's lists use the same rule.
func (d *Duty) Asks(a Actor, c *Case) bool {
	if d.Staff && c.Insider(a) {
		return false
	}
	if d.User != "" {
		return d.User == a.ID
	}
	return slices.ContainsFunc(a.Roles, func(g Grant) bool {
		switch {
		case g.Role != d.Role:
			return false
		case d.Organization != "":
			return d.Organization == g.OrganizationOf(a)
		case d.Agency != "":
			return d.Agency == cmp.Or(g.Agency, a.Agency)
		}
		return g.covers(c)
	})
}

func (c *Case) DueAt() *time.Time {
	if c.Due == nil {
		return nil
	}
	t := c.Due.End()
	return &t
}

func (c *Case) SetDue() { c.Due = c.Earliest() }

func (c *Case) Earliest() (due *calendar.Date) {
	for _, k := range c.Clocks {
		if !k.Paused && (due == nil || k.Due.Before(*due)) {
			due = new(k.Due)
		}
	}
	return due
}
