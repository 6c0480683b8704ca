package workflow

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// duties is who the case waits for: a row for each party of an action that is somebody's turn, with whether the case is
// ready for it. For reviewers, agencies and desks only those who have not acted yet; nobody waits for what the case has
// no occasion for, such as an answer where nobody has objected.
func (m *Machine) duties(f *Facts) []Duty {
	if f.Case.Outcome != "" {
		return nil // a case that has ended waits for nobody
	}
	var out []Duty
	for _, t := range m.leaving[f.Case.State] {
		if !t.def.Turn || !t.occasioned(f) {
			continue
		}
		ready, from := t.ready(f)
		for _, name := range t.def.By {
			for _, d := range m.partyDuties(t, m.parties[name], f) {
				d.Ready, d.ReadyFrom = ready, from
				out = append(out, d)
			}
		}
	}
	return append(out, m.writerDuties(f)...)
}

// ready reports whether the guards about the case hold now, and if not, from when they will because a clock runs out
// until then; nil where more than time is missing. Guards about the round, the organization and the person are asked by
// the act itself.
func (t *transition) ready(f *Facts) (now bool, from *time.Time) {
	holds := func(at time.Time) bool {
		then := *f
		then.Now = at
		return !slices.ContainsFunc(t.guards, func(g Guard) bool {
			if d, ok := g.(deskFree); ok {
				return d.d.unissued(&f.Case) != nil
			}
			return g.Letter() == OnCase && g.Check(input{Facts: &then}) != nil
		})
	}
	if holds(f.Now) {
		return true, nil
	}
	var ends []time.Time
	for _, k := range f.Case.Clocks {
		if end := k.Fires(); !k.Paused && end.After(f.Now) {
			ends = append(ends, end)
		}
	}
	slices.SortFunc(ends, time.Time.Compare)
	if i := slices.IndexFunc(ends, holds); i >= 0 {
		return false, &ends[i]
	}
	return false, nil
}

// asks reports whether a duty waits for the actor: it names the actor, or the organization, agency or place of a role
// that the actor holds, and the actor is no insider whom it keeps out. The store's lists of what waits say the same.
func (d *Duty) asks(a Actor, c *Case) bool {
	if d.Staff && c.insider(a) {
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
			return d.Organization == g.organization(a)
		case d.Agency != "":
			return d.Agency == cmp.Or(g.Agency, a.Agency)
		}
		return g.covers(c)
	})
}

// writerDuties waits for those who write what somebody else submits: a preparer whose head sends the application off.
func (m *Machine) writerDuties(f *Facts) []Duty {
	t := m.submission(f.Case.State)
	if t == nil || !t.def.Turn {
		return nil
	}
	var out []Duty
	for _, name := range m.states[f.Case.State].Edit {
		p := m.parties[name]
		if slices.Contains(t.def.By, name) || p.Relation == RelLead && f.Case.Lead == "" {
			continue
		}
		for _, d := range m.partyDuties(t, p, f) {
			d.Key, d.Action = SaveAction+strings.TrimPrefix(d.Key, t.def.Name), SaveAction
			d.Ready = true
			out = append(out, d)
		}
	}
	return out
}

// submission is the act that sends off what is written in a state; nil where nothing is.
func (m *Machine) submission(s State) *transition {
	for _, t := range m.leaving[s] {
		if m.asksAnswers(t.def.Name) {
			return t
		}
	}
	return nil
}

// occasioned asks the guards that say when there is anything to do: those about the case that are no condition of
// moving on.
func (t *transition) occasioned(f *Facts) bool {
	return !slices.ContainsFunc(t.guards, func(g Guard) bool {
		return g.Letter() == OnCase && !g.Gate() && g.Check(input{Facts: f}) != nil
	})
}

func (m *Machine) partyDuties(t *transition, p *Party, f *Facts) []Duty {
	c := &f.Case
	due := c.dueAt()
	base := Duty{Key: t.def.Name + "/" + p.Name, Action: t.def.Name, Due: due, Staff: p.barred()}
	if len(p.Roles) > 0 {
		base.Role = p.Roles[0]
	}
	switch p.Relation {
	case RelOwn, RelScope:
		if t.def.Desk != "" && m.desks[t.def.Desk].done(f, p.Name) {
			return nil
		}
		return roleDuties(base, p, c)
	case RelAssigned:
		return t.assigneeDuties(base, f)
	case RelCompetent:
		return cosignDuties(base, c)
	case RelLead:
		base.User = c.Lead
		return []Duty{base}
	}
	return nil
}

// done reports whether nobody waits for the party any more: the desk has what it needs, or the party has answered.
func (d *desk) done(f *Facts, party string) bool {
	c := &f.Case
	if int64(d.approvals(c)) >= d.need.value(f) {
		return true
	}
	return d.def.Each == "party" && slices.ContainsFunc(d.live(c), func(a Approval) bool { return a.Party == party })
}

// roleDuties is a duty for each of the party's roles, of the case's organization or in its region.
func roleDuties(base Duty, p *Party, c *Case) []Duty {
	var out []Duty
	for i, r := range p.Roles {
		d := base
		d.Role = r
		if i > 0 {
			d.Key = fmt.Sprintf("%s/%s", base.Key, r)
		}
		if p.Relation == RelOwn {
			d.Organization = c.Organization
		}
		out = append(out, d)
	}
	return out
}

// assigneeDuties asks the guards about each reviewer in turn: a declared one need not declare again.
func (t *transition) assigneeDuties(base Duty, f *Facts) []Duty {
	var out []Duty
	as := *f
	for _, a := range f.Case.Assignments {
		as.Actor = Actor{ID: a.User}
		open := a.Live() && !(base.Staff && f.Case.helped(a.User)) && !(t.judges() && f.coached(a.User))
		for _, g := range t.guards {
			open = open && (g.Letter() != OnActor || g.Check(input{Facts: &as}) == nil)
		}
		if open {
			d := base
			d.Key, d.User = base.Key+"/"+a.User, a.User
			out = append(out, d)
		}
	}
	return out
}

func cosignDuties(base Duty, c *Case) []Duty {
	var out []Duty
	for _, x := range c.Cosigns {
		if x.Open() {
			d := base
			end := x.Due.End()
			d.Key, d.Agency, d.Due = base.Key+"/"+x.Agency, x.Agency, &end
			out = append(out, d)
		}
	}
	return out
}

// dueAt is the end of the earliest running clock.
func (c *Case) dueAt() *time.Time {
	if c.Due == nil {
		return nil
	}
	t := c.Due.End()
	return &t
}
