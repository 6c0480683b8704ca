package workflow

import "slices"

// What an act says, who did it and what it records is as secret as what it does, whatever it is called: a score, a
// declaration of interests, an agency's opinion and an objection are known by their effects and by who may do them. A
// definition adds to that by "secret: true".

// circle is who reads who did an act and what was said in it.
type circle int

const (
	everybody circle = iota // who sees the case; names of the other side are left out all the same
	agencies                // the staff in scope, and agencies asked
	insiders                // the staff in scope
	objection               // those of the staff who know who objected
)

// circles of the effects that keep what one person said.
var circles = map[string]circle{"cosign": agencies, "declare": insiders, "score": insiders, "add_objection": objection}

// circle is the narrowest that any of the action's effects or parties asks for.
func (m *Machine) circle(a *ActionDef) circle {
	out := everybody
	if a.Secret {
		out = insiders
	}
	for _, e := range a.Effects {
		out = max(out, circles[e.Name])
	}
	for _, n := range a.By {
		switch m.parties[n].Relation {
		case RelPublic:
			out = max(out, objection)
		case RelAssigned:
			out = max(out, insiders)
		case RelCompetent:
			out = max(out, agencies)
		}
	}
	return out
}

// circleOf is an event's circle: that of its action where it happened, and the narrowest of that name where it is
// unknown.
func (m *Machine) circleOf(e *Event) circle {
	if e.Action == EraseAction { // why something was erased may name whom it was about
		return objection
	}
	if t := m.transition(e.From, e.Action); t != nil {
		return m.circle(t.def)
	}
	out := everybody
	for i := range m.def.Actions {
		if a := &m.def.Actions[i]; a.Name == e.Action {
			out = max(out, m.circle(a))
		}
	}
	return out
}

// reads reports whether somebody who is these parties of the case is in a circle.
func (t ties) reads(c circle, objectors bool) bool {
	switch c {
	case everybody:
		return true
	case agencies:
		return t.inside() || t.by(RelCompetent)
	case insiders:
		return t.inside()
	}
	return objectors
}

// secretFacts are the facts that only secret acts record, each with their narrowest circle.
func (m *Machine) secretFacts() map[string]circle {
	out := map[string]circle{}
	for i := range m.def.Actions {
		a := &m.def.Actions[i]
		for _, e := range a.Effects {
			if e.Name != "record" {
				continue
			}
			for _, n := range (&params{given: e.Params}).texts("fields") {
				out[n] = max(out[n], m.circle(a))
			}
		}
	}
	return out
}

// maskSaid leaves out the facts and the answers at desks that secret acts left on the case.
func (m *Machine) maskSaid(c *Case, f *Facts, part ties, objectors bool) {
	for n, k := range m.secrets {
		if !part.reads(k, objectors) {
			delete(c.Data, n)
		}
	}
	for i := range m.def.Actions {
		a := &m.def.Actions[i]
		if k := m.circle(a); a.Desk != "" && !part.reads(k, objectors) {
			c.Approvals = slices.DeleteFunc(c.Approvals, func(x Approval) bool {
				return x.Desk == a.Desk && x.By != f.Actor.ID && !m.parties[x.Party].applicant()
			})
		}
	}
}

// MovedAction stands in a time line for an act that led into a state, or out of one, that its reader is shown as
// another.
const MovedAction = "moved"

// MovedLabel says it in words.
var MovedLabel = Text{ZH: "办理中", EN: "Being handled"}

// veil hides from a reader's time line what tells a hidden state: acts between states that look the same to the reader
// are left out, others keep neither name nor words. It reports whether the event is shown at all.
func (m *Machine) veil(e *Event, a Actor, c *Case) bool {
	from, to := m.shown(a, c, e.From), m.shown(a, c, e.To)
	hidden := from != e.From || to != e.To
	e.From, e.To = from, to
	if !hidden || e.Actor == a.ID {
		return true
	}
	e.Action, e.Actor, e.ActorName, e.Payload, e.PayloadHash = MovedAction, "", "", "{}", Hash{}
	return from != to
}

// hides refuses a state that is shown as another and yet told apart from it: by its stage or outcome, which lists
// filter by.
func (c *checker) hides() {
	for i := range c.m.def.States {
		s := &c.m.def.States[i]
		if s.Shown == "" {
			continue
		}
		as := c.m.states[s.Shown]
		switch {
		case len(s.See) == 0:
			c.fail("state %s: shown as %s, but everybody sees it: name who does (see)", s.Name, s.Shown)
		case as.Shown != "":
			c.fail("state %s: shown as %s, which is shown as another itself", s.Name, s.Shown)
		case s.Stage != as.Stage || s.Outcome != as.Outcome:
			c.fail("state %s: shown as %s, but its stage or outcome tells them apart", s.Name, s.Shown)
		}
	}
}
