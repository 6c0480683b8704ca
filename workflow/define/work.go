package define

import (
	"slices"

	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/money"
	"incubase/workflow/paper"
)

// Work is one decision under way: effects change its copy of the case and collect what the commit must write.
type Work struct {
	workflow.Facts                // Case is the working copy
	Fields         map[string]any // checked and typed: int64, string, bool, []string, json.RawMessage
	Note           string
	Action         *ActionDef     // nil where no action of the definition is done, as at the opening
	From           workflow.State // the state that the action leaves
	Engine         Engine
	Plans          map[string]any // what effects prepared at compile, see Checker
	D              workflow.Decision

	landed []func(*Work)
}

// Engine answers what effects ask of the compiled definition.
type Engine interface {
	// Doing returns the action with an effect of the mark, "" if there is none.
	Doing(Mark) string
	// Apart lists the actions from which separate_from keeps the doer of an act with the mark.
	Apart(Mark) []string
	// ForApplicant reports whether the actor plays these parties through the applicant's side alone.
	ForApplicant(parties []string, a workflow.Actor, c *workflow.Case) bool
	// Signers lists the sides that sign a paper of the kind, the public side first.
	Signers(kind string) []paper.Seat
}

func (w *Work) C() *workflow.Case { return &w.Case }

// Next is the case's version after the event being decided.
func (w *Work) Next() int { return w.D.Before.Version + len(w.D.Events) + 1 }

func (w *Work) Text(field string) string  { s, _ := w.Fields[field].(string); return s }
func (w *Work) Number(field string) int64 { n, _ := w.Fields[field].(int64); return n }
func (w *Work) Yes(field string) bool     { b, _ := w.Fields[field].(bool); return b }

// Count adds one to a counter of the case.
func (w *Work) Count(name string) { w.Tally(name, 1) }

func (w *Work) Tally(name string, by int) {
	if w.C().Counts == nil {
		w.C().Counts = map[string]int{}
	}
	w.C().Counts[name] += by
}

// Record sets a fact of the case.
func (w *Work) Record(name string, v any) {
	if w.C().Data == nil {
		w.C().Data = map[string]any{}
	}
	w.C().Data[name] = v
}

// Result gives the case's organization a result; the last of a name in one decision counts.
func (w *Work) Result(r workflow.Result) {
	if w.C().Organization != "" {
		w.D.Results = append(slices.DeleteFunc(w.D.Results, func(x workflow.Result) bool { return x.Name == r.Name }), r)
	}
}

// Landed runs f when the action has reached its state and that state's clocks run.
func (w *Work) Landed(f func(*Work)) { w.landed = append(w.landed, f) }

// Land runs what waits for the landing.
func (w *Work) Land() {
	for _, f := range w.landed {
		f(w)
	}
	w.landed = nil
}

// StartClock starts a clock today. Leaving its owner, a state or group, ends it.
func (w *Work) StartClock(def workflow.TimerDef, owner workflow.State) {
	s, err := workflow.NewSpan(def.Period)
	if err != nil {
		return // refused at compile
	}
	k := workflow.Clock{Name: def.Name, Label: def.Label, Owner: owner, Start: w.Today(), Action: def.Action,
		Since: w.Next()}
	if s.Closes {
		if w.Round == nil || w.Round.Closes == nil {
			return
		}
		k.At, k.Due = *w.Round.Closes, calendar.DateOf(*w.Round.Closes)
		w.C().Clocks = append(w.C().Clocks, k)
		return
	}
	if k.Period = s.Period(&w.Facts); k.Period.IsZero() {
		return
	}
	w.Measure(&k)
	w.C().Clocks = append(w.C().Clocks, k)
}

func (w *Work) StopClock(name string) {
	w.C().Clocks = slices.DeleteFunc(w.C().Clocks, func(k workflow.Clock) bool { return k.Name == name })
}

func (w *Work) ExtendClock(name string, s workflow.Span) {
	k := w.C().Clock(name)
	if k == nil {
		return
	}
	k.Start, k.Period, k.Pauses, k.Since = k.Due, s.Period(&w.Facts), nil, w.Next()
	w.Measure(k)
}

// Post adds a posting on the round's ledger.
func (w *Work) Post(kind, debit, credit string, amount money.Fen, tranche int) {
	c := w.C()
	grant := c.ID
	if c.Parent != "" { // a payment posts on its parent's award
		grant = c.Parent
	}
	w.D.Postings = append(w.D.Postings, workflow.Posting{Case: c.ID, Grant: grant, Round: c.Round, Kind: kind,
		Debit:  debit,
		Credit: credit, Amount: amount, Tranche: tranche})
	w.D.Envelope.Round = c.Round
}

// Child returns a case of another workflow that belongs to this one; OpenChild opens it.
func (w *Work) Child(theWorkflow, suffix string, n int) workflow.Case {
	c := w.C()
	return workflow.Case{ID: workflow.DeriveID(w.Now, c.ID, suffix), Ref: c.Ref + "-" + suffix, Workflow: theWorkflow,
		Parent:       c.ID,
		Organization: c.Organization,
		Project:      c.Project, Round: c.Round, Track: c.Track, Region: c.Region, Agency: c.Agency, Lead: w.Actor.ID,
		Topics: c.Topics, Currency: c.Currency, Tranche: n}
}

// OpenChild leaves the child for Desk to complete: only the catalog has the child's definition.
func (w *Work) OpenChild(child workflow.Case) {
	w.D.Children = append(w.D.Children, workflow.OpenedCase{Case: child})
}

// Signal queues an action of the parent.
func (w *Work) Signal(action string) {
	c := w.C()
	if c.Parent == "" {
		return
	}
	fields := map[string]any{"child": c.ID}
	if c.Tranche > 0 {
		fields["tranche"] = c.Tranche
	}
	if kind, ok := c.Data["kind"].(string); ok {
		fields["kind"] = kind
	}
	if c.Paid > 0 {
		fields["amount_fen"] = int64(c.Paid)
	}
	w.D.Signals = append(w.D.Signals, workflow.Signal{To: c.Parent, Action: action, Fields: fields})
}
