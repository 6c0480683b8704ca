package workflow

import "slices"

// Show is the case as the actor of the facts may see it: parts the actor's role in it does not entitle to are left out.
func (m *Machine) Show(l Loaded) View {
	f := l.Facts
	s := m.shown(f)
	v := View{Case: m.mask(f), Title: m.def.Title, StateLabel: s.Label, StageLabel: f.Case.Stage.Label(), Names: l.Names,
		Gates: m.gates(f), Offers: m.Offers(f), Children: f.Children, ParentRef: l.Parent, Answers: f.Answers}
	v.Case.State = s.Name
	part := m.playing(f.Actor, &f.Case)
	if !part[RelScope] && !part[RelAssigned] && !part[RelSystem] && (s.Public != Text{}) {
		v.StateLabel = s.Public
	}
	if v.CanEdit = m.edits(f.Actor, &f.Case); v.CanEdit {
		v.Draft = f.Draft
	}
	if part[RelScope] {
		scores := f.Case.scoreFacts()
		v.Scores = &scores
	}
	return v
}

// shown is the state as this actor is shown it.
func (m *Machine) shown(f Facts) *StateDef {
	s := m.states[f.Case.State]
	if s.Shown != "" && !m.sees(f.Actor, &f.Case) {
		return m.states[s.Shown]
	}
	return s
}

// After is the same view after a decision, without reading again.
func (m *Machine) After(l Loaded, d Decision) View {
	l.Facts.Case = d.Case
	if d.Answers != nil {
		l.Facts.Answers = d.Answers
	}
	l.Facts.Children = slices.Clone(l.Facts.Children)
	for _, b := range d.Children {
		l.Facts.Children = append(l.Facts.Children, Child{b.Case.ID, b.Case.Ref, b.Case.Workflow, b.Case.State, b.Case.Stage})
	}
	l.Facts.Draft = nil
	if l.Facts.Round != nil {
		r := *l.Facts.Round
		r.Committed += d.Envelope.Committed
		r.Awards += d.Envelope.Awards
		if d.Round != nil {
			r.State = d.Round.State
		}
		l.Facts.Round = &r
	}
	return m.Show(l)
}

// gates are the conditions of moving on from this state: each guard of a leaving action that is about the case. What
// only timers and other cases do is not waited for by anybody.
func (m *Machine) gates(f Facts) []Gate {
	var out []Gate
	for _, t := range m.leaving[f.Case.State] {
		if t.def.Auto || m.onlySystem(t) {
			continue
		}
		for _, g := range t.guards {
			if !g.Gate() || slices.ContainsFunc(out, func(x Gate) bool { return x.Name == g.Rule() && x.Label == g.Label() }) {
				continue
			}
			gate := Gate{Name: g.Rule(), Label: g.Label(), Met: true, Detail: Text{ZH: "已满足", EN: "met"}}
			if r := g.Check(input{Facts: &f}); r != nil {
				gate.Met, gate.Detail = false, r.Message
			}
			out = append(out, gate)
		}
	}
	return out
}

// secretRoles may know who objected: the others of the staff decide without.
var secretRoles = []Role{RoleOfficer, RoleDecider, RoleAuditor}

// mask leaves out of a case what the actor's part in it does not entitle to:
//   - the applicant: who reviews, single scores, who did what on the other side, objectors;
//   - a reviewer: others' scores until the own one is in, and their names always; objections;
//   - an agency: reviews; the others' opinions while its own is open;
//   - staff in scope: objectors' names, unless officer, decider or auditor.
func (m *Machine) mask(f Facts) Case {
	c := f.Case.clone()
	part := m.playing(f.Actor, &c)
	if !slices.ContainsFunc(secretRoles, f.Actor.Has) || !part[RelScope] {
		for i := range c.Objections {
			c.Objections[i].Name, c.Objections[i].Contact = "", ""
		}
	}
	if part[RelScope] || part[RelSystem] {
		return c
	}
	c.Doers = nil
	for i := range c.Approvals {
		c.Approvals[i].By = ""
	}
	own := c.assignment(f.Actor.ID)
	switch {
	case own != nil && own.Scored:
		for i := range c.Assignments {
			if c.Assignments[i].User != f.Actor.ID {
				c.Assignments[i].User, c.Assignments[i].Name = "", ""
			}
		}
	case own != nil:
		c.Assignments = []Assignment{*own}
	default:
		c.Assignments = nil
	}
	if !part[RelOwn] {
		c.Objections = nil
	}
	maskCosigns(&c, f.Actor, part)
	return c
}

// maskCosigns hides opinions from the applicant and reviewers, and from an agency that has still to speak.
func maskCosigns(c *Case, a Actor, part map[Relation]bool) {
	waiting := c.awaited(a) != nil
	for i := range c.Cosigns {
		x := &c.Cosigns[i]
		if slices.Contains(a.agencies(), x.Agency) {
			continue
		}
		x.By = ""
		if !part[RelCompetent] || waiting {
			x.Opinion = ""
		}
	}
}

// guarded are the actions whose author and content stay inside.
var guardedActions = []string{"declare", "score", "object"}

// ShowEvents masks a time line for the actor: reviewers' names, scores and objectors stay with those entitled.
func (m *Machine) ShowEvents(f Facts, events []Event) []Event {
	part := m.playing(f.Actor, &f.Case)
	secrets := slices.ContainsFunc(secretRoles, f.Actor.Has) && part[RelScope]
	out := slices.Clone(events)
	for i := range out {
		e := &out[i]
		inside := part[RelScope] || part[RelSystem] || e.Actor == f.Actor.ID
		if e.Action == "object" {
			inside = secrets
		}
		if !inside && (slices.Contains(guardedActions, e.Action) || e.Action == "cosign" && !part[RelCompetent]) {
			e.Actor, e.ActorName, e.Payload = "", "", "{}"
		}
	}
	return out
}
