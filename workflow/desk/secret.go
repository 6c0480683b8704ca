package desk

import (
	"slices"

	"incubase/workflow"
	"incubase/workflow/machine"
)

// What an act says, who did it and what it records is as secret as what it does, whatever it is called: a score, a
// declaration of interests, an agency's opinion and an objection are known by their effects and by who may do them. A
// definition adds to that by "secret: true".

// circleOf is an event's circle: that of its action where it happened, and the narrowest of that name where it is
// unknown.
func circleOf(m *machine.Machine, e *workflow.Event) machine.Circle {
	if e.Action == machine.EraseAction { // why something was erased may name whom it was about
		return machine.Objection
	}
	if t := m.Transition(e.From, e.Action); t != nil {
		return m.Circle(t.Def)
	}
	out := machine.Everybody
	for i := range m.Def.Actions {
		if a := &m.Def.Actions[i]; a.Name == e.Action {
			out = max(out, m.Circle(a))
		}
	}
	return out
}

// maskSaid leaves out the facts and the answers at desks that secret acts left on the case.
func maskSaid(m *machine.Machine, c *workflow.Case, f *workflow.Facts, part machine.Ties, objectors bool) {
	for n, k := range m.Secrets {
		if !part.Reads(k, objectors) {
			delete(c.Data, n)
		}
	}
	for i := range m.Def.Actions {
		a := &m.Def.Actions[i]
		if k := m.Circle(a); a.Desk != "" && !part.Reads(k, objectors) {
			c.Approvals = slices.DeleteFunc(c.Approvals, func(x workflow.Approval) bool {
				return x.Desk == a.Desk && x.By != f.Actor.ID && !m.Parties[x.Party].Applicant()
			})
		}
	}
}

// MovedLabel says it in words.
var MovedLabel = workflow.Text{ZH: "办理中", EN: "Being handled"}

// veil hides from a reader's time line what tells a hidden state: acts between states that look the same to the reader
// are left out, others keep neither name nor words. It reports whether the event is shown at all.
func veil(m *machine.Machine, e *workflow.Event, a workflow.Actor, c *workflow.Case) bool {
	from, to := m.Shown(a, c, e.From), m.Shown(a, c, e.To)
	hidden := from != e.From || to != e.To
	e.From, e.To = from, to
	if !hidden || e.Actor == a.ID {
		return true
	}
	e.Action, e.Actor, e.ActorName, e.Payload, e.PayloadHash = machine.MovedAction, "", "", "{}", workflow.Hash{}
	return from != to
}
