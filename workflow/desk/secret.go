package desk

import (
	"slices"

	"incubase/workflow"
	"incubase/workflow/define"
	"incubase/workflow/machine"
)

// An act's secrecy follows from its effects and its parties, not from its name: scores, declarations of interests,
// opinions of agencies and objections. A definition adds more by "secret: true".

// audienceOf returns the audience of the event's action in that state, else the narrowest of that action's name.
func audienceOf(m *machine.Machine, e *workflow.Event) define.Audience {
	if e.Action == machine.EraseAction { // the reason may name the person concerned
		return define.Objectors
	}
	if t := m.Transition(e.From, e.Action); t != nil {
		return m.Audience(t.Def)
	}
	out := define.Everybody
	for i := range m.Def.Actions {
		if a := &m.Def.Actions[i]; a.Name == e.Action {
			out = max(out, m.Audience(a))
		}
	}
	return out
}

func maskSaid(m *machine.Machine, c *workflow.Case, f *workflow.Facts, part machine.ActorParties, objectors bool) {
	for n, k := range m.Secrets {
		if !part.Reads(k, objectors) {
			delete(c.Data, n)
		}
	}
	for i := range m.Def.Actions {
		a := &m.Def.Actions[i]
		if k := m.Audience(a); a.Desk != "" && !part.Reads(k, objectors) {
			c.Approvals = slices.DeleteFunc(c.Approvals, func(x workflow.Approval) bool {
				return x.Desk == a.Desk && x.By != f.Actor.ID && !m.Parties[x.Party].Applicant()
			})
		}
	}
}

var MovedLabel = workflow.Text{ZH: "办理中", EN: "Being handled"}

// veil removes what would reveal a hidden state: acts between states that the reader sees as one are left out, others
// lose name and words. It reports whether the event is shown at all.
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
