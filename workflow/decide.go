package workflow

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"incubase/workflow/clean"
)

// automatic moves in one decision: a definition in which more follow each other is going round in circles.
const maxAutomatic = 10

// Offers are the actions leaving the state that concern one of the actor's roles, allowed or with every refusal.
func (m *Machine) Offers(f Facts) []Offer {
	f.schema = m.def.Form
	f.refresh()
	return m.offers(&f)
}

// offers are Offers of facts that have their form and clocks of today.
func (m *Machine) offers(f *Facts) []Offer {
	var out []Offer
	for _, t := range m.leaving[f.Case.State] {
		if m.concerns(t, f.Actor) && (!t.def.Auto || f.Actor.ID == SystemID) {
			out = append(out, m.offer(t, f))
		}
	}
	return out
}

func (m *Machine) offer(t *transition, f *Facts) Offer {
	o := Offer{Name: t.def.Name, Label: t.def.Label, Refusals: m.refusals(t, f, nil), Note: t.def.Note == "required",
		Keyed: t.keyed(), Revert: t.def.Revert}
	asked := t.asks(f)
	for i := range asked {
		o.Fields = append(o.Fields, offered(&asked[i], f))
		if asked[i].Type == "answers" {
			o.Form = f.form()
			if f.DraftRead {
				f.signing(&o)
			}
		}
	}
	if d := t.signs(); d != nil {
		d.asksText(f, &o)
	}
	return o
}

// keyed reports whether the action takes money, so that an idempotency key is required.
func (t *transition) keyed() bool {
	return slices.ContainsFunc(t.effects, func(e effect) bool { _, ok := e.(ledger); return ok })
}

// refusals are all reasons why the actor may not do it now. Who is none of its parties learns that alone: what else is
// missing (whether the scores suffice) is told to those whose act it is. fields are what the actor said, nil for an
// offer.
func (m *Machine) refusals(t *transition, f *Facts, fields map[string]any) []Refusal {
	if r := m.dependent(t, f); r != nil {
		return []Refusal{*r}
	}
	if !m.may(t, f.Actor, &f.Case) {
		return []Refusal{*m.notParty(t)}
	}
	var out []Refusal
	for _, g := range t.guards {
		r := g.Check(input{f, fields})
		if d, ok := g.(deskFree); ok {
			if r = d.d.unissued(&f.Case); r != nil {
				out = append(out, *r)
			}
			if party, _ := d.d.seat(m, f); party == "" {
				r = deskTaken()
			} else {
				r = nil
			}
		}
		if r != nil {
			out = append(out, *r)
		}
	}
	return out
}

// notParty names who may do it.
func (m *Machine) notParty(t *transition) *Refusal {
	var zh, en string
	for i, n := range t.def.By {
		p := m.parties[n]
		if i > 0 {
			zh, en = zh+"、", en+", "
		}
		zh, en = zh+p.Label.ZH, en+p.Label.EN
	}
	return forbid("role", "只有%[1]s可以办理", "only %[2]s may do this", zh, en)
}

// Decide carries the action out on paper: *NotOffered, *Refused, *Invalid, or the complete decision. Nothing is
// changed.
func (m *Machine) Decide(ctx context.Context, f Facts, cmd Command) (Decision, error) {
	f.schema = m.def.Form
	f.refresh()
	cmd.Note, _ = clean.Tidy(cmd.Note)
	t := m.transition(f.Case.State, cmd.Action)
	if t == nil || t.def.Auto && f.Actor.ID != SystemID {
		return Decision{}, &NotOffered{Action: cmd.Action, State: f.Case.State, Label: m.states[f.Case.State].Label,
			Offers: m.Offers(f)}
	}
	if rs := m.refusals(t, &f, nil); len(rs) > 0 {
		return Decision{}, &Refused{Action: cmd.Action, Refusals: rs, Offers: m.Offers(f)}
	}
	err := t.seen(&f, cmd)
	var fields map[string]any
	if err == nil {
		fields, err = m.fields(t, &f, cmd)
	}
	if err == nil {
		err = t.read(&f, fields)
	}
	if err == nil {
		err = t.vet(&f, fields)
	}
	if err != nil {
		return Decision{}, err
	}
	w := m.begin(ctx, f, cmd, fields)
	if err := w.act(t); err != nil {
		return Decision{}, err
	}
	if err := w.automatic(); err != nil {
		return Decision{}, err
	}
	return w.finish()
}

// act fires one transition: effects, clocks, the event.
func (w *work) act(t *transition) error {
	w.at = t
	to, err := w.choose(t)
	if err != nil {
		return err
	}
	landed, err := t.fire(w.ctx, to, func() []Refusal { return w.m.refusals(t, &w.f, w.fields) })
	if err != nil {
		return err
	}
	for _, e := range t.effects {
		e.apply(w)
	}
	w.doer(t.def.Name)
	w.asserts(t)
	w.land(t.from, landed)
	w.write()
	return w.event(t.def.Name, t.from, landed)
}

// choose picks the first branch whose conditions hold.
func (w *work) choose(t *transition) (State, error) {
	var reasons []Refusal
	for _, b := range t.branches {
		held := true
		for _, g := range b.when {
			if r := g.Check(input{&w.f, w.fields}); r != nil {
				held, reasons = false, append(reasons, *r)
				break
			}
		}
		if held {
			w.resumed = b.stored()
			return b.to, nil
		}
	}
	return "", &Refused{Action: t.def.Name, Refusals: reasons}
}

// land enters a state: stage, outcome and clocks follow.
func (w *work) land(from, to State) {
	c, s := w.c(), w.m.states[to]
	c.State = to
	if from == to {
		w.pauseClocks(s.Pauses)
		return
	}
	switch s.Stage {
	case "keep":
	case "none":
		c.Stage = NoStage
	default:
		c.Stage = Stage(s.Stage)
	}
	c.Outcome, c.Aside = s.Outcome, s.Stage == "keep"
	c.Closed = nil
	if s.Outcome != "" || c.Stage == Reported {
		now := w.f.Now
		c.Closed = &now
		// nothing is waited for any more
		c.Clocks = slices.DeleteFunc(c.Clocks, func(k Clock) bool { return s.Outcome != "" || k.Owner == "" })
		c.endCosigns(now)
	}
	w.moveClocks(from, to)
	if s.Outcome != "" {
		releaseHold(w) // nothing is held for a case that has ended
	}
}

// doer remembers who did what in this case.
func (w *work) doer(action string) {
	c := w.c()
	if c.Doers == nil {
		c.Doers = map[string][]ID{}
	}
	if !slices.Contains(c.Doers[action], w.f.Actor.ID) {
		c.Doers[action] = append(slices.Clone(c.Doers[action]), w.f.Actor.ID)
	}
}

// asserts notes which other rows the action's guards and branches read.
func (w *work) asserts(t *transition) {
	for _, row := range t.rows {
		switch row {
		case RowRound:
			if w.f.Round != nil && w.f.Round.ID != w.c().ID {
				w.d.Asserts.Round = w.f.Round.Version
			}
		case RowOrganization:
			if w.f.Organization != nil {
				w.d.Asserts.Organization = w.f.Organization.Version
			}
		case RowParent:
			if w.f.Parent != nil {
				w.d.Asserts.Parent = w.f.Parent.Version
			}
		}
	}
}

// event appends and seals what happened. Answers go to their own table, not into the log: the log keeps their number.
func (w *work) event(action string, from, to State) error {
	c := w.c()
	p := Payload{Salt: w.f.salt(c.ID, w.next())}
	if len(w.d.Events) == 0 {
		p.Note = w.cmd.Note
		p.Fields = maps.Clone(w.fields)
		if _, ok := p.Fields["answers"]; ok {
			p.Fields["answers"] = map[string]any{"revision": c.AnswersRevision}
		}
		if len(w.d.Freeze) > 0 {
			named, _ := p.Fields["attachments"].([]string)
			p.Fields["attachments"] = append(slices.Clone(named), w.d.Freeze...)
		}
	}
	body, err := encodePayload(p)
	if err != nil {
		return fmt.Errorf("encode what was said: %w", err)
	}
	e := Event{Case: c.ID, Seq: w.next(), Workflow: c.Workflow, DefinitionVersion: c.DefinitionVersion, Action: action,
		From: from, To: to, Actor: w.f.Actor.ID, ActorName: w.f.Actor.Name, At: w.f.Now, Payload: body}
	e.Seal(c.LastHash)
	w.d.Events = append(w.d.Events, e)
	c.LastHash, c.Version = e.Hash, e.Seq
	return nil
}

// automatic fires what the definition does by itself once its guards hold: further events of the same decision.
func (w *work) automatic() error {
	for range maxAutomatic {
		t := w.ready()
		if t == nil {
			return nil
		}
		w.f.Actor, w.fields = System(), nil
		if err := w.act(t); err != nil {
			return fmt.Errorf("automatic %s: %w", t.def.Name, err)
		}
	}
	return fmt.Errorf("workflow %s: automatic actions go round in circles in state %s", w.m.def.Name, w.c().State)
}

// ready finds an automatic action whose guards hold.
func (w *work) ready() *transition {
	for _, t := range w.m.leaving[w.c().State] {
		if !t.def.Auto {
			continue
		}
		holds := true
		for _, g := range t.guards {
			holds = holds && g.Check(input{Facts: &w.f}) == nil
		}
		if holds {
			return t
		}
	}
	return nil
}

// finish completes the decision: what is due and who is waited for.
func (w *work) finish() (Decision, error) {
	c := w.c()
	c.Updated = w.f.Now.UTC().Truncate(time.Microsecond)
	c.earliest()
	c.UniqueKey = w.m.uniqueKey(c)
	w.d.Case = *c
	w.d.Duties = w.m.duties(&w.f)
	if w.f.Round != nil && w.f.Round.ID == c.ID && c.State != w.d.Before.State {
		w.d.Round = &RoundChange{State: c.State}
	}
	return w.d, nil
}

// Keyed reports whether the decision takes money, so that an idempotency key is required. Ending a proposal only gives
// back what it held, so it needs no key.
func (d *Decision) Keyed() bool {
	takes := func(p Posting) bool { return p.Kind != "unhold" }
	return slices.ContainsFunc(d.Postings, takes) || slices.ContainsFunc(d.Children,
		func(b Birth) bool { return b.Case.Awarded > 0 })
}

// rawFields is the command's fields with the draft's under them: what was saved need not be said again. Declarations
// are never taken from what was saved.
func rawFields(t *transition, f *Facts, cmd Command) map[string]any {
	out := map[string]any{}
	if len(f.Draft) > 0 {
		var saved map[string]any
		if json.Unmarshal(f.Draft, &saved) == nil {
			if answers, ok := saved["answers"].(map[string]any); ok && t.asksAnswers() {
				f.undeclared(answers)
			}
			maps.Copy(out, saved)
		}
	}
	maps.Copy(out, cmd.Fields)
	return out
}
