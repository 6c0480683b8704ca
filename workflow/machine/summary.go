package machine

import (
	"slices"

	"incubase/workflow"
)

// Summarize returns a list row, with the same rights as Show.
func (m *Machine) Summarize(l *workflow.Listed, a workflow.Actor) workflow.Summary {
	c := l.Case
	part, s := m.PartiesOf(a, &c), m.Shown(a, &c, c.State)
	out := workflow.Summary{Case: c, Title: m.Def.Title, StateLabel: m.States[s].Label,
		StageLabel: m.Def.StageLabel(c.Stage), Names: l.Names}
	if public := m.States[s].Public; !part.Inside() && !part.By(workflow.RelAssigned) && (public != workflow.Text{}) {
		out.StateLabel = public
	}
	if !part.By(workflow.RelAssigned) { // an insider, assigned by mistake
		out.Case.Assignments = nil
	}
	if !part.By(workflow.RelCompetent) {
		out.Case.Cosigns = nil
	}
	if s != c.State { // nothing may reveal the true state
		out.Case.State, out.Case.Due = s, nil
		return out
	}
	out.CanEdit = m.Edits(a, &c)
	for i := range l.Duties {
		d := &l.Duties[i]
		if !slices.Contains(out.Waiting, d.Role) {
			out.Waiting = append(out.Waiting, d.Role)
		}
		switch {
		case !d.Asks(a, &c):
		case !d.Ready:
			out.Later = append(out.Later, d.Action)
		case !slices.ContainsFunc(out.Can, func(o workflow.Offer) bool { return o.Name == d.Action }):
			out.Can = append(out.Can, m.can(d.Action, a, &c)...)
		}
	}
	return out
}

// can is empty for non-parties, such as an officer who is told of a refused timer.
func (m *Machine) can(action string, a workflow.Actor, c *workflow.Case) []workflow.Offer {
	if action == workflow.SaveAction && m.Edits(a, c) {
		return []workflow.Offer{{Name: workflow.SaveAction, Label: workflow.Text{ZH: "填写内容", EN: "Fill in"}}}
	}
	t := m.Transition(c.State, action)
	if t == nil || !m.May(t, a, c) {
		return nil
	}
	o := workflow.Offer{Name: t.Def.Name, Label: t.Def.Label, Note: t.Def.Note == "required", Keyed: t.traits.Takes,
		Revert: t.Def.Revert}
	for i := range t.Def.Fields {
		if f := &t.Def.Fields[i]; f.Tap != "" {
			o.Fields = append(o.Fields, workflow.OfferedField{Name: f.Name, Label: f.Label, Type: f.Type, Required: f.Required,
				Choices: f.Choices, Tap: f.Tap})
		}
	}
	return []workflow.Offer{o}
}
