package machine

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"incubase/workflow"
	"incubase/workflow/define"
)

// Duties lists who the case waits for: a row for each party of an action whose turn it is, with whether the case is
// ready. Reviewers, agencies and desks that have acted are left out, and so are actions without occasion, such as an
// answer where there is no objection.
func (m *Machine) Duties(f *workflow.Facts) []workflow.Duty {
	if f.Case.Outcome != "" {
		return nil
	}
	var out []workflow.Duty
	for _, t := range m.Leaving[f.Case.State] {
		if !t.Def.Turn || !t.occasioned(f) {
			continue
		}
		ready, from := t.ready(f)
		for _, name := range t.Def.By {
			for _, d := range m.partyDuties(t, m.Parties[name], f) {
				d.Ready, d.ReadyFrom = ready, from
				out = append(out, d)
			}
		}
	}
	return append(out, m.writerDuties(f)...)
}

// ready reports whether the guards about the case hold now, else when a clock makes them hold; nil if more than time
// is missing. The act itself checks the guards about round, organization and person.
func (t *Transition) ready(f *workflow.Facts) (now bool, from *time.Time) {
	holds := func(at time.Time) bool {
		then := *f
		then.Now = at
		return !slices.ContainsFunc(t.Guards, func(g define.Guard) bool {
			if d, ok := g.(define.DeskFree); ok {
				return d.D.Unissued(&f.Case) != nil
			}
			return g.Subject() == define.OfCase && g.Check(define.Input{Facts: &then}) != nil
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

// writerDuties lists duties of those who write what another submits.
func (m *Machine) writerDuties(f *workflow.Facts) []workflow.Duty {
	t := m.Submission(f.Case.State)
	if t == nil || !t.Def.Turn {
		return nil
	}
	var out []workflow.Duty
	for _, name := range m.States[f.Case.State].Edit {
		p := m.Parties[name]
		if slices.Contains(t.Def.By, name) || p.Relation == workflow.RelLead && f.Case.Lead == "" {
			continue
		}
		for _, d := range m.partyDuties(t, p, f) {
			d.Key, d.Action = workflow.SaveAction+strings.TrimPrefix(d.Key, t.Def.Name), workflow.SaveAction
			d.Ready = true
			out = append(out, d)
		}
	}
	return out
}

// Submission returns the act that submits the answers of a state, nil if there is none.
func (m *Machine) Submission(s workflow.State) *Transition {
	for _, t := range m.Leaving[s] {
		if m.AsksAnswers(t.Def.Name) {
			return t
		}
	}
	return nil
}

// occasioned reports whether there is anything to do: it checks the guards about the case that are no gates.
func (t *Transition) occasioned(f *workflow.Facts) bool {
	return !slices.ContainsFunc(t.Guards, func(g define.Guard) bool {
		return g.Subject() == define.OfCase && !g.Gate() && g.Check(define.Input{Facts: f}) != nil
	})
}

func (m *Machine) partyDuties(t *Transition, p *workflow.Party, f *workflow.Facts) []workflow.Duty {
	c := &f.Case
	due := c.DueAt()
	base := workflow.Duty{Key: t.Def.Name + "/" + p.Name, Action: t.Def.Name, Due: due, Staff: p.Barred()}
	if len(p.Roles) > 0 {
		base.Role = p.Roles[0]
	}
	switch p.Relation {
	case workflow.RelOwn, workflow.RelScope:
		if t.Def.Desk != "" && m.Desks[t.Def.Desk].Done(f, p.Name) {
			return nil
		}
		return roleDuties(base, p, c)
	case workflow.RelAssigned:
		return t.assigneeDuties(base, f)
	case workflow.RelCompetent:
		return cosignDuties(base, c)
	case workflow.RelLead:
		base.User = c.Lead
		return []workflow.Duty{base}
	}
	return nil
}

func roleDuties(base workflow.Duty, p *workflow.Party, c *workflow.Case) []workflow.Duty {
	var out []workflow.Duty
	for i, r := range p.Roles {
		d := base
		d.Role = r
		if i > 0 {
			d.Key = fmt.Sprintf("%s/%s", base.Key, r)
		}
		if p.Relation == workflow.RelOwn {
			d.Organization = c.Organization
		}
		out = append(out, d)
	}
	return out
}

func (t *Transition) assigneeDuties(base workflow.Duty, f *workflow.Facts) []workflow.Duty {
	var out []workflow.Duty
	as := *f
	for _, a := range f.Case.Assignments {
		as.Actor = workflow.Actor{ID: a.User}
		open := a.Live() && !(base.Staff && f.Case.Helped(a.User)) && !(t.judges() && f.Coached(a.User))
		for _, g := range t.Guards {
			open = open && (g.Subject() != define.OfActor || g.Check(define.Input{Facts: &as}) == nil)
		}
		if open {
			d := base
			d.Key, d.User = base.Key+"/"+a.User, a.User
			out = append(out, d)
		}
	}
	return out
}

func cosignDuties(base workflow.Duty, c *workflow.Case) []workflow.Duty {
	var out []workflow.Duty
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
