package workflow

import (
	"slices"

	"incubase/workflow/form"
)

// Show is the case as the actor of the facts may see it: parts the actor's role in it does not entitle to are left out.
func (m *Machine) Show(l Loaded) View { return m.show(&l) }

// show is Show for who gives the facts away.
func (m *Machine) show(l *Loaded) View {
	f := &l.Facts
	f.schema = m.def.Form
	f.refresh()
	part := m.playing(f.Actor, &f.Case)
	inside, own := part.inside(), part.applicant()
	s := m.shown(f.Actor, &f.Case, f.Case.State)
	v := View{Case: m.mask(f), Title: m.def.Title, StateLabel: m.states[s].Label, StageLabel: f.Case.Stage.Label(),
		Names: l.Names, Schema: f.form(), Bounds: f.bounds(), Children: f.Children, ParentRef: l.Parent, Answers: f.Answers}
	if public := m.states[s].Public; !inside && !part.by(RelAssigned) && (public != Text{}) {
		v.StateLabel = public
	}
	if !inside && !own && !part.by(RelLead) {
		v.Answers = form.Public(f.form(), f.Answers)
	}
	v.reader, v.inside, v.own = f.Actor.ID, inside, own
	v.prints = !f.Case.insider(f.Actor) && slices.ContainsFunc(f.Actor.Roles, func(g Grant) bool {
		return slices.Contains(printRoles, g.Role) && relates(RelScope, g, f.Actor, &f.Case)
	})
	v.lead, v.veiled = part.by(RelLead), s != f.Case.State
	if a := f.Case.assignment(f.Actor.ID); a != nil && !a.Declared && m.declares() && !inside && !own &&
		!part.by(RelCompetent) {
		v.Answers, v.blind = nil, true // interests are declared before the content is read
	}
	v.objectors = part.by(RelSystem) || knowsObjectors(f.Actor, &f.Case)
	if s != f.Case.State { // nothing may tell where it really stands
		v.Case.State, v.Case.StoredState, v.Case.Clocks, v.Case.Due = s, "", nil, nil
		return v
	}
	v.Objections = m.shownObjections(f, part)
	v.Gates, v.Offers = m.gates(f, inside), m.offers(f)
	if v.CanEdit = m.edits(f.Actor, &f.Case); v.CanEdit {
		v.Draft, v.DraftBy, v.DraftAt, v.Closing = f.Draft, f.DraftName, f.DraftAt, m.closing(f)
		v.Written = f.Written
	}
	if inside {
		v.Warnings = append(v.Warnings, f.exceptional()...)
	}
	if inside && !part.by(RelSystem) {
		scores := f.Case.scoreFacts()
		v.Scores = &scores
	}
	return v
}

// declares reports whether reviewers declare their interests under this definition.
func (m *Machine) declares() bool {
	return slices.ContainsFunc(m.def.Actions, func(a ActionDef) bool {
		return slices.ContainsFunc(a.Effects, func(e Spec) bool { return e.Name == "declare" })
	})
}

// shown is a state of the case as this actor is shown it.
func (m *Machine) shown(a Actor, c *Case, s State) State {
	st := m.states[s]
	if st == nil || st.Shown == "" || a.ID == SystemID || slices.ContainsFunc(m.seers(s),
		func(p *Party) bool { return m.plays(p, a, c) }) {
		return s
	}
	return st.Shown
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
	l.Facts.Draft, l.Facts.DraftRead, l.Facts.Files = nil, false, nil
	l.Facts.objected(d.Objections)
	if l.Facts.Round != nil {
		r := *l.Facts.Round
		r.Committed += d.Envelope.Committed
		r.Awards += d.Envelope.Awards
		if d.Round != nil {
			r.State = d.Round.State
		}
		l.Facts.Round = &r
	}
	return m.show(&l)
}

// gates are the conditions of moving on from this state: each guard of a leaving action that is about the case. What
// only timers and other cases do is not waited for by anybody. Whether the scores suffice is for the staff to know.
func (m *Machine) gates(f *Facts, staff bool) []Gate {
	var out []Gate
	for _, t := range m.leaving[f.Case.State] {
		if t.def.Auto || m.onlySystem(t) {
			continue
		}
		for _, g := range t.guards {
			if !g.Gate() || !staff && confidential(g) ||
				slices.ContainsFunc(out, func(x Gate) bool { return x.Name == g.Rule() && x.Label == g.Label() }) {
				continue
			}
			gate := Gate{Name: g.Rule(), Label: g.Label(), Met: true, Detail: Text{ZH: "已满足", EN: "met"}}
			if r := g.Check(input{Facts: f}); r != nil {
				gate.Met, gate.Detail = false, r.Message
			}
			out = append(out, gate)
		}
	}
	return out
}

// secretRoles may know who objected: the others of the staff decide without.
var secretRoles = []Role{RoleOfficer, RoleDecider, RoleAuditor}

// printRoles read the papers of a whole round: those who issue them, pay on them and audit them.
var printRoles = []Role{RoleOfficer, RoleChecker, RoleDecider, RoleFinanceMaker, RoleFinanceChecker, RoleAuditor}

// knowsObjectors reports whether one of the actor's grants that reach this case is of those roles.
func knowsObjectors(a Actor, c *Case) bool {
	return !c.insider(a) && slices.ContainsFunc(a.Roles,
		func(g Grant) bool { return slices.Contains(secretRoles, g.Role) && relates(RelScope, g, a, c) })
}

// mask leaves out of a case what the actor's part in it does not entitle to:
//   - the applicant: who reviews, single scores, who did what on the other side;
//
// - a reviewer: others' scores until the own one is in (or, by the round's switch, interests are declared), and their
// names always;
//   - an agency: reviews; the others' opinions while its own is open.
//
// Objections lie beside the case: see shownObjections.
func (m *Machine) mask(f *Facts) Case {
	c := f.Case.clone()
	part := m.playing(f.Actor, &c)
	m.maskSaid(&c, f, part, part.by(RelSystem) || knowsObjectors(f.Actor, &c))
	if part.inside() {
		return c
	}
	c.Doers = nil
	for i := range c.Approvals {
		c.Approvals[i].By, c.Approvals[i].Name = "", ""
	}
	own := c.assignment(f.Actor.ID)
	if !part.by(RelAssigned) {
		own = nil // an insider, assigned by mistake
	}
	switch {
	case own != nil && (own.Scored || own.Declared && f.rules().OpenScores):
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
	maskCosigns(&c, f.Actor, part)
	return c
}

// maskCosigns hides opinions from the applicant and reviewers, and from an agency that has still to speak.
func maskCosigns(c *Case, a Actor, part ties) {
	waiting := c.awaited(a) != nil
	for i := range c.Cosigns {
		x := &c.Cosigns[i]
		if part.by(RelCompetent) && slices.Contains(a.Agencies(), x.Agency) {
			continue
		}
		x.By = ""
		if !part.by(RelCompetent) || waiting {
			x.Opinion = ""
		}
	}
}

// ownAct reports whether an event is of an action that is the applicant's side's alone.
func (m *Machine) ownAct(e *Event) bool {
	by := m.def.Open
	if e.Action != CreateAction {
		t := m.transition(e.From, e.Action)
		if t == nil {
			return false
		}
		by = t.def.By
	}
	// What only another case's act opens may be anybody's: a payment is the staff's.
	return len(by) > 0 && !slices.ContainsFunc(by, func(n string) bool { return !m.parties[n].applicant() })
}

// ShowEvents masks a time line for the actor: reviewers' names, scores and objectors stay with those entitled, by what
// each act does (see circle), and so do states that are shown as others. Who acted on the other side is for the staff
// to know: others read what was done and when, and the names of their own side.
func (m *Machine) ShowEvents(f Facts, events []Event) []Event {
	part := m.playing(f.Actor, &f.Case)
	objectors := part.by(RelSystem) || knowsObjectors(f.Actor, &f.Case)
	out := make([]Event, 0, len(events))
	for i := range events {
		e := events[i]
		if !m.veil(&e, f.Actor, &f.Case) {
			continue
		}
		circle := m.circleOf(&events[i])
		mine := e.Actor == f.Actor.ID && circle != objection
		if !mine && !part.reads(circle, objectors) {
			e.Actor, e.ActorName, e.Payload = "", "", "{}"
			e.PayloadHash = Hash{}
		}
		if !mine && !part.inside() && e.Actor != SystemID && !(part.applicant() && m.ownAct(&events[i])) {
			e.Actor, e.ActorName = "", ""
		}
		out = append(out, e)
	}
	return out
}
