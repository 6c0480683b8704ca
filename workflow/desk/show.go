package desk

import (
	"slices"

	"incubase/workflow"
	"incubase/workflow/define"
	"incubase/workflow/form"
	"incubase/workflow/machine"
)

// Show returns the case as the actor of the facts may see it.
func Show(m *machine.Machine, l workflow.Loaded) workflow.View { return show(m, &l) }

// show is Show for facts that it may change.
func show(m *machine.Machine, l *workflow.Loaded) workflow.View {
	f := &l.Facts
	f.Schema = m.Def.Form
	f.Refresh()
	part := m.PartiesOf(f.Actor, &f.Case)
	inside, own := part.Inside(), part.Applicant()
	s := m.Shown(f.Actor, &f.Case, f.Case.State)
	v := workflow.View{Case: mask(m, f), Title: m.Def.Title, StateLabel: m.States[s].Label,
		StageLabel: m.Def.StageLabel(f.Case.Stage),
		Names:      l.Names, Schema: f.Form(), Bounds: f.Bounds(), Children: f.Children, ParentRef: l.Parent,
		Answers: f.Answers}
	if public := m.States[s].Public; !inside && !part.By(workflow.RelAssigned) && (public != workflow.Text{}) {
		v.StateLabel = public
	}
	if !inside && !own && !part.By(workflow.RelLead) {
		v.Answers = form.Public(f.Form(), f.Answers)
	}
	v.Reader, v.Inside, v.Own = f.Actor.ID, inside, own
	v.Printable = !f.Case.Insider(f.Actor) && slices.ContainsFunc(f.Actor.Roles, func(g workflow.Grant) bool {
		return slices.Contains(printRoles, g.Role) && workflow.Relates(workflow.RelScope, g, f.Actor, &f.Case)
	})
	v.Lead, v.Veiled = part.By(workflow.RelLead), s != f.Case.State
	if a := f.Case.Assignment(f.Actor.ID); a != nil && !a.Declared && declares(m) && !inside && !own &&
		!part.By(workflow.RelCompetent) {
		v.Answers, v.Blind = nil, true // interests are declared before the content is read
	}
	v.Objectors = part.By(workflow.RelSystem) || knowsObjectors(f.Actor, &f.Case)
	if s != f.Case.State { // nothing may reveal the true state
		v.Case.State, v.Case.StoredState, v.Case.Clocks, v.Case.Due = s, "", nil, nil
		return v
	}
	v.Objections = shownObjections(m, f, part)
	if inside || own {
		v.Results = f.Results
	}
	v.Gates, v.Offers = gates(m, f, inside), m.OffersOf(f)
	if v.CanEdit = m.Edits(f.Actor, &f.Case); v.CanEdit {
		v.Draft, v.DraftBy, v.DraftAt, v.Closing = f.Draft, f.DraftName, f.DraftAt, closing(m, f)
		v.Written = f.Written
	}
	if inside {
		v.Warnings = append(v.Warnings, f.Exceptional()...)
	}
	if inside && !part.By(workflow.RelSystem) {
		scores := f.Case.ScoreFacts()
		v.Scores = &scores
	}
	return v
}

func declares(m *machine.Machine) bool {
	return slices.ContainsFunc(m.Def.Actions, func(a define.ActionDef) bool {
		return a.Has(define.Declares)
	})
}

// After returns the same view after a decision, without reading again.
func After(m *machine.Machine, l workflow.Loaded, d workflow.Decision) workflow.View {
	l.Facts.Case = d.Case
	if d.Answers != nil {
		l.Facts.Answers = d.Answers
	}
	l.Facts.Children = slices.Clone(l.Facts.Children)
	for _, b := range d.Children {
		l.Facts.Children = append(l.Facts.Children, workflow.Child{ID: b.Case.ID, Ref: b.Case.Ref, Workflow: b.Case.Workflow,
			State: b.Case.State, Stage: b.Case.Stage})
	}
	l.Facts.Draft, l.Facts.DraftRead, l.Facts.Files = nil, false, nil
	l.Facts.Objected(d.Objections)
	if l.Facts.Round != nil {
		r := *l.Facts.Round
		r.Committed += d.Envelope.Committed
		r.Awards += d.Envelope.Awards
		if d.Round != nil {
			r.State = d.Round.State
		}
		l.Facts.Round = &r
	}
	return show(m, &l)
}

// gates returns the guards about the case on the actions that leave its state. Only the staff sees whether the scores
// suffice.
func gates(m *machine.Machine, f *workflow.Facts, staff bool) []workflow.Gate {
	var out []workflow.Gate
	for _, t := range m.Leaving[f.Case.State] {
		if t.Def.Auto || m.OnlySystem(t) {
			continue
		}
		for _, g := range t.Guards {
			if !g.Gate() || !staff && define.Confidential(g) ||
				slices.ContainsFunc(out, func(x workflow.Gate) bool { return x.Name == g.Rule() && x.Label == g.Label() }) {
				continue
			}
			gate := workflow.Gate{Name: g.Rule(), Label: g.Label(), Met: true, Detail: workflow.Text{ZH: "已满足", EN: "met"}}
			if r := g.Check(define.Input{Facts: f}); r != nil {
				gate.Met, gate.Detail = false, r.Message
			}
			out = append(out, gate)
		}
	}
	return out
}

// secretRoles may know who objected; the rest of the staff decides without.
var secretRoles = []workflow.Role{workflow.RoleOfficer, workflow.RoleDecider, workflow.RoleAuditor}

var printRoles = []workflow.Role{workflow.RoleOfficer, workflow.RoleChecker, workflow.RoleDecider,
	workflow.RoleFinanceMaker, workflow.RoleFinanceChecker, workflow.RoleAuditor}

func knowsObjectors(a workflow.Actor, c *workflow.Case) bool {
	return !c.Insider(a) && slices.ContainsFunc(a.Roles,
		func(g workflow.Grant) bool {
			return slices.Contains(secretRoles, g.Role) && workflow.Relates(workflow.RelScope, g, a, c)
		})
}

// mask removes from a case what the actor's part in it does not entitle to:
//   - the applicant: reviewers, single scores, names of the other side;
//   - a reviewer: others' scores until the own one is in (or, by the round's switch, interests are declared), and their
//     names always;
//   - an agency: reviews, and others' opinions while its own is open.
//
// Objections are masked by shownObjections.
func mask(m *machine.Machine, f *workflow.Facts) workflow.Case {
	c := f.Case.Clone()
	part := m.PartiesOf(f.Actor, &c)
	objectors := part.By(workflow.RelSystem) || knowsObjectors(f.Actor, &c)
	maskSaid(m, &c, f, part, objectors)
	define.MaskParts(&c, &define.Reader{Actor: f.Actor, Inside: part.Inside(), Applicant: part.Applicant(),
		Objectors: objectors})
	if part.Inside() {
		return c
	}
	c.Doers = nil
	for i := range c.Approvals {
		c.Approvals[i].By, c.Approvals[i].Name = "", ""
	}
	own := c.Assignment(f.Actor.ID)
	if !part.By(workflow.RelAssigned) {
		own = nil // an insider, assigned by mistake
	}
	switch {
	case own != nil && (own.Scored || own.Declared && f.Rules().OpenScores):
		for i := range c.Assignments {
			if c.Assignments[i].User != f.Actor.ID {
				c.Assignments[i].User, c.Assignments[i].Name = "", ""
			}
		}
	case own != nil:
		c.Assignments = []workflow.Assignment{*own}
	default:
		c.Assignments = nil
	}
	maskCosigns(&c, f.Actor, part)
	return c
}

func maskCosigns(c *workflow.Case, a workflow.Actor, part machine.ActorParties) {
	waiting := c.Awaited(a) != nil
	for i := range c.Cosigns {
		x := &c.Cosigns[i]
		if part.By(workflow.RelCompetent) && slices.Contains(a.Agencies(), x.Agency) {
			continue
		}
		x.By = ""
		if !part.By(workflow.RelCompetent) || waiting {
			x.Opinion = ""
		}
	}
}

// ownAct reports whether only the applicant's side may do the event's action.
func ownAct(m *machine.Machine, e *workflow.Event) bool {
	by := m.Def.Open
	if e.Action != workflow.CreateAction {
		t := m.Transition(e.From, e.Action)
		if t == nil {
			return false
		}
		by = t.Def.By
	}
	// An action without parties is fired by another case's act, such as a payment by the staff.
	return len(by) > 0 && !slices.ContainsFunc(by, func(n string) bool { return !m.Parties[n].Applicant() })
}

// ShowEvents masks a time line: reviewers' names, scores and objectors (by audienceOf), and states that are shown as
// others. Others than staff read what was done and when, and the names of their own side only.
func ShowEvents(m *machine.Machine, f workflow.Facts, events []workflow.Event) []workflow.Event {
	part := m.PartiesOf(f.Actor, &f.Case)
	objectors := part.By(workflow.RelSystem) || knowsObjectors(f.Actor, &f.Case)
	out := make([]workflow.Event, 0, len(events))
	for i := range events {
		e := events[i]
		if !veil(m, &e, f.Actor, &f.Case) {
			continue
		}
		audience := audienceOf(m, &events[i])
		mine := e.Actor == f.Actor.ID && audience != define.Objectors
		if !mine && !part.Reads(audience, objectors) {
			e.Actor, e.ActorName, e.Payload = "", "", "{}"
			e.PayloadHash = workflow.Hash{}
		}
		if !mine && !part.Inside() && e.Actor != workflow.SystemID && !(part.Applicant() && ownAct(m, &events[i])) {
			e.Actor, e.ActorName = "", ""
		}
		out = append(out, e)
	}
	return out
}
