package machine

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"incubase/workflow"
	"incubase/workflow/clean"
	"incubase/workflow/define"
)

// maxAutomatic bounds the automatic moves of one decision: with more the definition goes round in circles.
const maxAutomatic = 10

// Offers returns the actions that concern one of the actor's roles, each allowed or with all its refusals.
func (m *Machine) Offers(f workflow.Facts) []workflow.Offer {
	f.Schema = m.Def.Form
	f.Refresh()
	return m.OffersOf(&f)
}

// OffersOf is Offers for refreshed facts.
func (m *Machine) OffersOf(f *workflow.Facts) []workflow.Offer {
	var out []workflow.Offer
	for _, t := range m.Leaving[f.Case.State] {
		if m.concerns(t, f.Actor) && (!t.Def.Auto || f.Actor.ID == workflow.SystemID) {
			out = append(out, m.Offer(t, f))
		}
	}
	return out
}

func (m *Machine) Offer(t *Transition, f *workflow.Facts) workflow.Offer {
	o := workflow.Offer{Name: t.Def.Name, Label: t.Def.Label, Refusals: m.refusals(t, f, nil),
		Note:  t.Def.Note == "required",
		Keyed: t.traits.Takes, Revert: t.Def.Revert}
	asked := t.Asks(f)
	for i := range asked {
		o.Fields = append(o.Fields, define.Offered(&asked[i], f))
		if asked[i].Type == "answers" {
			o.Form = f.Form()
			if f.DraftRead {
				f.Signing(&o)
			}
		}
	}
	if d := t.signs(); d != nil {
		d.AsksText(f, &o)
	}
	return o
}

// refusals returns all reasons why the actor may not do it now. Non-parties learn only that they are not a party:
// more would leak whether the scores suffice. fields is the actor's input, nil for an offer.
func (m *Machine) refusals(t *Transition, f *workflow.Facts, fields map[string]any) []workflow.Refusal {
	if r := m.dependent(t, f); r != nil {
		return []workflow.Refusal{*r}
	}
	if !m.May(t, f.Actor, &f.Case) {
		return []workflow.Refusal{*m.NotParty(t)}
	}
	var out []workflow.Refusal
	for _, g := range t.Guards {
		r := g.Check(define.Input{Facts: f, Fields: fields})
		if d, ok := g.(define.DeskFree); ok {
			if r = d.D.Unissued(&f.Case); r != nil {
				out = append(out, *r)
			}
			if party, _ := seat(d.D, m, f); party == "" {
				r = define.DeskTaken()
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

func (m *Machine) NotParty(t *Transition) *workflow.Refusal {
	var zh, en string
	for i, n := range t.Def.By {
		p := m.Parties[n]
		if i > 0 {
			zh, en = zh+"、", en+", "
		}
		zh, en = zh+p.Label.ZH, en+p.Label.EN
	}
	return workflow.Forbid("role", "只有%[1]s可以办理", "only %[2]s may do this", zh, en)
}

// Decide returns the complete decision, or *NotOffered, *Refused, *Invalid or another refusal. It changes nothing.
func (m *Machine) Decide(ctx context.Context, f workflow.Facts, cmd workflow.Command) (workflow.Decision, error) {
	f.Schema = m.Def.Form
	f.Refresh()
	cmd.Note, _ = clean.Tidy(cmd.Note)
	t := m.Transition(f.Case.State, cmd.Action)
	if t == nil || t.Def.Auto && f.Actor.ID != workflow.SystemID {
		return workflow.Decision{}, &workflow.NotOffered{Action: cmd.Action, State: f.Case.State,
			Label:  m.States[f.Case.State].Label,
			Offers: m.Offers(f)}
	}
	if rs := m.refusals(t, &f, nil); len(rs) > 0 {
		return workflow.Decision{}, &workflow.Refused{Action: cmd.Action, Refusals: rs, Offers: m.Offers(f)}
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
		return workflow.Decision{}, err
	}
	w := m.Begin(ctx, f, cmd, fields)
	if err := w.act(t); err != nil {
		return workflow.Decision{}, err
	}
	if err := w.automatic(); err != nil {
		return workflow.Decision{}, err
	}
	return w.Finish()
}

func (w *work) act(t *Transition) error {
	w.at, w.Action, w.From = t, t.Def, t.from
	to, err := w.choose(t)
	if err != nil {
		return err
	}
	landed, err := t.fire(w.ctx, to, func() []workflow.Refusal { return w.m.refusals(t, &w.Facts, w.Fields) })
	if err != nil {
		return err
	}
	for i := range t.effects {
		t.effects[i].Apply(&w.Work)
	}
	w.doer(t.Def.Name)
	w.asserts(t)
	w.land(t.from, landed)
	w.Land()
	return w.Event(t.Def.Name, t.from, landed)
}

func (w *work) choose(t *Transition) (workflow.State, error) {
	var reasons []workflow.Refusal
	for _, b := range t.Branches {
		held := true
		for _, g := range b.when {
			if r := g.Check(define.Input{Facts: &w.Facts, Fields: w.Fields}); r != nil {
				held, reasons = false, append(reasons, *r)
				break
			}
		}
		if held {
			w.resumed = b.stored()
			return b.To, nil
		}
	}
	return "", &workflow.Refused{Action: t.Def.Name, Refusals: reasons}
}

func (w *work) land(from, to workflow.State) {
	c, s := w.C(), w.m.States[to]
	c.State = to
	if from == to {
		w.pauseClocks(s.Pauses)
		return
	}
	switch s.Stage {
	case "keep":
	case "none":
		c.Stage = workflow.NoStage
	default:
		c.Stage = workflow.Stage(s.Stage)
	}
	c.Outcome, c.Aside = s.Outcome, s.Stage == "keep"
	c.Closed = nil
	if s.Outcome != "" || c.Stage == workflow.Reported {
		now := w.Now
		c.Closed = &now
		c.Clocks = slices.DeleteFunc(c.Clocks, func(k workflow.Clock) bool { return s.Outcome != "" || k.Owner == "" })
		c.EndCosigns(now)
	}
	w.moveClocks(from, to)
	define.LandParts(&w.Work, s)
}

func (w *work) doer(action string) {
	c := w.C()
	if c.Doers == nil {
		c.Doers = map[string][]workflow.ID{}
	}
	if !slices.Contains(c.Doers[action], w.Actor.ID) {
		c.Doers[action] = append(slices.Clone(c.Doers[action]), w.Actor.ID)
	}
}

func (w *work) asserts(t *Transition) {
	for _, row := range t.rows {
		switch row {
		case define.RowRound:
			if w.Round != nil && w.Round.ID != w.C().ID {
				w.D.Asserts.Round = w.Round.Version
			}
		case define.RowOrganization:
			if w.Organization != nil {
				w.D.Asserts.Organization = w.Organization.Version
			}
		case define.RowParent:
			if w.Parent != nil {
				w.D.Asserts.Parent = w.Parent.Version
			}
		}
	}
}

// Event appends and seals an event. It names the revision of the answers, which have a table of their own.
func (w *work) Event(action string, from, to workflow.State) error {
	c := w.C()
	p := workflow.Payload{Salt: w.Salt(c.ID, w.Next())}
	if len(w.D.Events) == 0 {
		p.Note = w.Note
		p.Fields = maps.Clone(w.Fields)
		if _, ok := p.Fields["answers"]; ok {
			p.Fields["answers"] = map[string]any{"revision": c.AnswersRevision}
		}
		if len(w.D.Freeze) > 0 {
			named, _ := p.Fields["attachments"].([]string)
			p.Fields["attachments"] = append(slices.Clone(named), w.D.Freeze...)
		}
	}
	body, err := workflow.EncodePayload(p)
	if err != nil {
		return fmt.Errorf("encode what was said: %w", err)
	}
	e := workflow.Event{Case: c.ID, Seq: w.Next(), Workflow: c.Workflow, DefinitionVersion: c.DefinitionVersion,
		Action: action,
		From:   from, To: to, Actor: w.Actor.ID, ActorName: w.Actor.Name, At: w.Now, Payload: body}
	e.Seal(c.LastHash)
	w.D.Events = append(w.D.Events, e)
	c.LastHash, c.Version = e.Hash, e.Seq
	return nil
}

// automatic fires automatic actions whose guards hold, as further events of the same decision.
func (w *work) automatic() error {
	for range maxAutomatic {
		t := w.ready()
		if t == nil {
			return nil
		}
		w.Actor, w.Fields = workflow.System(), nil
		if err := w.act(t); err != nil {
			return fmt.Errorf("automatic %s: %w", t.Def.Name, err)
		}
	}
	return fmt.Errorf("workflow %s: automatic actions go round in circles in state %s", w.m.Def.Name, w.C().State)
}

func (w *work) ready() *Transition {
	for _, t := range w.m.Leaving[w.C().State] {
		if !t.Def.Auto {
			continue
		}
		holds := true
		for _, g := range t.Guards {
			holds = holds && g.Check(define.Input{Facts: &w.Facts}) == nil
		}
		if holds {
			return t
		}
	}
	return nil
}

func (w *work) Finish() (workflow.Decision, error) {
	c := w.C()
	c.Updated = w.Now.UTC().Truncate(time.Microsecond)
	c.SetDue()
	c.UniqueKey = w.m.uniqueKey(c)
	w.D.Case = *c
	w.D.Duties = w.m.Duties(&w.Facts)
	if w.Round != nil && w.Round.ID == c.ID && c.State != w.D.Before.State {
		w.D.Round = &workflow.RoundChange{State: c.State}
	}
	return w.D, nil
}

// rawFields merges the command's fields over those of the saved draft. Declarations are never taken from a draft.
func rawFields(t *Transition, f *workflow.Facts, cmd workflow.Command) map[string]any {
	out := map[string]any{}
	if len(f.Draft) > 0 {
		var saved map[string]any
		if json.Unmarshal(f.Draft, &saved) == nil {
			if answers, ok := saved["answers"].(map[string]any); ok && t.AsksAnswers() {
				f.Undeclared(answers)
			}
			maps.Copy(out, saved)
		}
	}
	maps.Copy(out, cmd.Fields)
	return out
}
