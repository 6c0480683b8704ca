package machine

import (
	"encoding/json"
	"fmt"

	"incubase/workflow"
	"incubase/workflow/money"
)

var moneyEffects = map[string]effectMaker{
	"propose":            simply(propose),
	"hold_award":         posting(holdAward),
	"release_hold":       simply(releaseHold), // gives back, so no key is required
	"commit_award":       posting(commitAward),
	"release_commitment": posting(releaseCommitment),
	"open_tranche": func(_ *checker, p *workflow.Params) effect {
		name := p.Need("workflow")
		return ledger{func(w *work) { w.openTranche(name) }}
	},
	"open_report": func(_ *checker, p *workflow.Params) effect {
		name, copied := p.Need("workflow"), p.Texts("copy")
		return effectFunc(func(w *work) { w.openReport(name, copied) })
	},
	"open_case": func(_ *checker, p *workflow.Params) effect {
		name := p.Need("workflow")
		return effectFunc(func(w *work) { w.openCase(name) })
	},
	"post_payment": posting(postPayment),
	"tranche_paid": simply(func(w *work) {
		now := w.f.Now
		for i := range w.C().Tranches {
			t := &w.C().Tranches[i]
			if int64(t.N) == w.number("tranche") && t.Paid == nil {
				t.Paid = &now
				w.C().Paid += t.Amount
			}
		}
	}),
	"tranche_cancelled": simply(func(w *work) {
		for i := range w.C().Tranches {
			if t := &w.C().Tranches[i]; int64(t.N) == w.number("tranche") && t.Payment != "" && t.Paid == nil {
				t.Payment = ""
				w.C().Committed -= t.Amount // the payment's own commit posts the release
			}
		}
	}),
	"cancel_payment": posting(func(w *work) {
		c := w.C()
		if p := w.f.Parent; p != nil && p.Paid == 0 { // an award without payments no longer counts
			w.d.Envelope.Awards--
		}
		w.post("release", "commitment:"+c.Parent, "envelope:"+c.Round, c.Awarded, 0)
		w.d.Envelope.Committed -= c.Awarded
	}),
	"report_accepted": simply(func(w *work) {
		w.count("accepted")
		if kind := w.text("kind"); kind != "" {
			w.count("accepted_" + kind)
		}
	}),
	"settle": posting(func(w *work) {
		back := money.Fen(w.number("returned_fen"))
		w.record("settled", true)
		if back > 0 {
			c := w.C()
			c.Returned += back
			w.post("return", "paid:"+c.ID, "returned:"+c.Round, back, 0)
			w.d.Envelope.Returned += back
		}
	}),
}

func propose(w *work) {
	c := w.C()
	c.Awarded = money.Fen(w.number("amount_fen"))
	rules := w.f.Rules().Tranches
	if len(rules) == 0 {
		rules = []workflow.TrancheRule{{Share: money.Whole}}
	}
	shares := make([]money.BasisPoints, len(rules))
	for i, r := range rules {
		shares[i] = r.Share
	}
	amounts, err := money.Allocate(c.Awarded, shares)
	if err != nil {
		return // round_complete refuses such rules before a round opens
	}
	c.Tranches = nil
	for i, a := range amounts {
		if a > 0 { // the share of a very small award may be nothing
			c.Tranches = append(c.Tranches, workflow.Tranche{N: len(c.Tranches) + 1, Amount: a, Reports: rules[i].Reports})
		}
	}
}

func (w *work) post(kind, debit, credit string, amount money.Fen, tranche int) {
	c := w.C()
	grant := c.ID
	if c.Parent != "" { // a payment posts on its parent's award
		grant = c.Parent
	}
	w.d.Postings = append(w.d.Postings, workflow.Posting{Case: c.ID, Grant: grant, Round: c.Round, Kind: kind,
		Debit:  debit,
		Credit: credit, Amount: amount, Tranche: tranche})
	w.d.Envelope.Round = c.Round
}

// holdAward reserves the proposed award in the round's envelope, so that a second proposal for the same money is
// refused.
func holdAward(w *work) {
	c := w.C()
	c.Held = c.Awarded
	w.post("hold", "envelope:"+c.Round, "held:"+c.ID, c.Held, 0)
	w.d.Envelope.Held += c.Held
	w.d.Envelope.HeldAwards++
}

func unhold(w *work) {
	c := w.C()
	if c.Held == 0 {
		return
	}
	w.post("unhold", "held:"+c.ID, "envelope:"+c.Round, c.Held, 0)
	w.d.Envelope.Held -= c.Held
	w.d.Envelope.HeldAwards--
	c.Held = 0
}

func releaseHold(w *work) {
	if c := w.C(); c.Held > 0 {
		unhold(w)
		c.Awarded, c.Tranches = 0, nil
	}
}

func commitAward(w *work) {
	unhold(w)
	c := w.C()
	c.Committed = c.Awarded
	w.post("commit", "envelope:"+c.Round, "commitment:"+c.ID, c.Awarded, 0)
	w.d.Envelope.Committed += c.Awarded
	w.d.Envelope.Awards++
}

// releaseCommitment releases committed money that is not paid or under way. A tranche with an open payment stays
// committed until that is released or cancelled: the bank may be paying it now. An award without payments does not
// count.
func releaseCommitment(w *work) {
	c := w.C()
	rest := c.Outstanding() - c.UnderWay()
	if rest <= 0 {
		return
	}
	if c.Paid == 0 && c.UnderWay() == 0 {
		w.d.Envelope.Awards--
	}
	c.Committed -= rest
	w.post("release", "commitment:"+c.ID, "envelope:"+c.Round, rest, 0)
	w.d.Envelope.Committed -= rest
}

// openTranche requires a key: a repeated request must not open another payment.
func (w *work) openTranche(workflow string) {
	t := w.C().DueTranche()
	if t == nil {
		return
	}
	child := w.child(workflow, fmt.Sprintf("P%d", t.N), t.N)
	child.Awarded = t.Amount
	child.Title = w.C().Title
	t.Payment = child.ID
	w.openChild(child)
}

// openReport opens a report with copies of the named amounts of the grant's answers.
func (w *work) openReport(theWorkflow string, copied []string) {
	w.count("reports")
	n := w.C().Counts["reports"]
	child := w.child(theWorkflow, fmt.Sprintf("R%d", n), n)
	child.Title = w.C().Title
	kind := w.text("kind")
	if kind == "" {
		kind = "progress"
	}
	child.Data = map[string]any{"kind": kind}
	var said map[string]any
	_ = json.Unmarshal(w.f.Answers, &said) // an imported grant has none
	for _, name := range copied {
		if n, ok := workflow.Integer(said[name]); ok {
			child.Data[name] = n
		}
	}
	w.openChild(child)
}

// openCase opens the next stage as a case of its own, led by this case's lead.
func (w *work) openCase(workflow string) {
	w.count("opened")
	n := w.C().Counts["opened"]
	child := w.child(workflow, fmt.Sprintf("N%d", n), 0)
	child.Title, child.Requested, child.Lead = w.C().Title, w.C().Requested, w.C().Lead
	w.openChild(child)
}

func (w *work) child(theWorkflow, suffix string, n int) workflow.Case {
	c := w.C()
	return workflow.Case{ID: workflow.DeriveID(w.f.Now, c.ID, suffix), Ref: c.Ref + "-" + suffix, Workflow: theWorkflow,
		Parent:       c.ID,
		Organization: c.Organization,
		Project:      c.Project, Round: c.Round, Track: c.Track, Region: c.Region, Agency: c.Agency, Lead: w.f.Actor.ID,
		Topics: c.Topics, Currency: c.Currency, Tranche: n}
}

// openChild leaves the child for Desk to complete: only the catalog has the child's definition.
func (w *work) openChild(child workflow.Case) {
	w.d.Children = append(w.d.Children, workflow.OpenedCase{Case: child})
}

func postPayment(w *work) {
	c := w.C()
	c.Paid = c.Awarded
	w.post("pay", "commitment:"+c.Parent, "paid:"+c.Parent, c.Awarded, c.Tranche)
	w.d.Envelope.Paid += c.Awarded
}
