package workflow

import "slices"

// Listed is a row of a list as the store reads it: the columns of a case that a list shows, the reader's own reviews
// and co-signatures, and whom the case waits for. Nothing else of the case is there.
type Listed struct {
	Case   Case
	Names  Names
	Duties []Duty
}

// Summary is a row of a list as one actor may see it: enough to choose a case by. The case itself says the rest.
type Summary struct {
	Case       Case // of a list's columns; Assignments and Cosigns are the reader's own
	Title      Text // of the workflow
	StateLabel Text
	StageLabel Text
	Names      Names  // of its organization and its place
	Waiting    []Role // whom it waits for
	CanEdit    bool
	Can        []Offer  // acts whose duty waits for the reader and is ready; of their fields those that one press answers
	Later      []string // acts that wait for the reader and are not ready
}

// Summaries are the rows of a list as the actor may see them. Rows that have moved out of the actor's sight this very
// moment are left out.
func (d *Desk) Summaries(actor Actor, rows []Listed) []Summary {
	out := make([]Summary, 0, len(rows))
	for i := range rows {
		c := &rows[i].Case
		m := d.Machines.Machine(c.Workflow, c.DefinitionVersion)
		if m == nil || !m.Visible(Facts{Case: *c, Actor: actor}) {
			continue // a list's scope and the case's own rule agree, a test says; were they not to, nothing leaks
		}
		out = append(out, m.summarize(&rows[i], actor))
	}
	return out
}

// summarize says of a row what Show says of the whole case.
func (m *Machine) summarize(l *Listed, a Actor) Summary {
	c := l.Case
	part, s := m.playing(a, &c), m.shown(a, &c, c.State)
	out := Summary{Case: c, Title: m.def.Title, StateLabel: m.states[s].Label, StageLabel: c.Stage.Label(), Names: l.Names}
	if public := m.states[s].Public; !part.inside() && !part.by(RelAssigned) && (public != Text{}) {
		out.StateLabel = public
	}
	if !part.by(RelAssigned) { // an insider, assigned by mistake
		out.Case.Assignments = nil
	}
	if !part.by(RelCompetent) {
		out.Case.Cosigns = nil
	}
	if s != c.State { // nothing may tell where it really stands
		out.Case.State, out.Case.Due = s, nil
		return out
	}
	out.CanEdit = m.edits(a, &c)
	for i := range l.Duties {
		d := &l.Duties[i]
		if !slices.Contains(out.Waiting, d.Role) {
			out.Waiting = append(out.Waiting, d.Role)
		}
		switch {
		case !d.asks(a, &c):
		case !d.Ready:
			out.Later = append(out.Later, d.Action)
		case !slices.ContainsFunc(out.Can, func(o Offer) bool { return o.Name == d.Action }):
			out.Can = append(out.Can, m.can(d.Action, a, &c)...)
		}
	}
	return out
}

// can is what a list offers of an act; nothing to who is none of its parties, such as the officer who is told of a
// timer that was refused.
func (m *Machine) can(action string, a Actor, c *Case) []Offer {
	if action == SaveAction && m.edits(a, c) {
		return []Offer{{Name: SaveAction, Label: Text{ZH: "填写内容", EN: "Fill in"}}}
	}
	t := m.transition(c.State, action)
	if t == nil || !m.may(t, a, c) {
		return nil
	}
	o := Offer{Name: t.def.Name, Label: t.def.Label, Note: t.def.Note == "required", Keyed: t.keyed(),
		Revert: t.def.Revert}
	for i := range t.def.Fields {
		if f := &t.def.Fields[i]; f.Tap != "" {
			o.Fields = append(o.Fields, OfferedField{Name: f.Name, Label: f.Label, Type: f.Type, Required: f.Required,
				Choices: f.Choices, Tap: f.Tap})
		}
	}
	return []Offer{o}
}
