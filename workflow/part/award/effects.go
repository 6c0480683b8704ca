package award

import (
	"fmt"

	"incubase/workflow"
	"incubase/workflow/define"
	"incubase/workflow/money"
)

var effects = []define.EffectDef{
	{Name: "propose", About: `names the award from field "amount_fen", with tranches by the round's rule`,
		Traits: define.Traits{Asks: map[string]string{"amount_fen": "money"}, Marks: []define.Mark{define.Proposes}},
		Make:   define.Simply(propose)},
	{Name: "hold_award", About: "holds the proposed award in the envelope until it is decided",
		Traits: define.Traits{Takes: true, Marks: []define.Mark{define.Holds}},
		Make:   define.Simply(holdAward)},
	// gives back, so no key is required
	{Name: "release_hold", About: "releases what is held and drops the proposed award; any outcome does so by itself",
		Traits: define.Traits{Gives: true},
		Make:   define.Simply(releaseHold)},
	{Name: "commit_award", About: "posts the commitment on the envelope, in place of the hold",
		Traits: define.Traits{Takes: true, Judges: true, Marks: []define.Mark{define.Awards}},
		Make: func(c *define.Checker, p *workflow.Params) define.Effect {
			if !c.Def.NeedsRound() {
				p.Fail("the envelope is the round's, so the workflow needs a round")
			}
			return define.Applying(commitAward)
		}},
	{Name: "release_commitment", About: "posts what is outstanding and not under way back to the envelope",
		Traits: define.Traits{Gives: true},
		Make:   define.Simply(releaseCommitment)},
	{Name: "open_tranche", About: "opens the payment of the next tranche as a child", Params: define.ParamsOf("workflow*"),
		Traits: define.Traits{Takes: true, Marks: []define.Mark{define.Tranches}},
		Make: func(_ *define.Checker, p *workflow.Params) define.Effect {
			name := p.Need("workflow")
			return define.Applying(func(w *define.Work) { openTranche(w, name) })
		}},
	{Name: "post_payment", About: "posts the payment of the parent's tranche",
		Traits: define.Traits{Takes: true, Confirms: true, Marks: []define.Mark{define.Pays}},
		Make:   define.Simply(postPayment)},
	{Name: "tranche_paid", About: "a child has paid a tranche",
		Traits: define.Traits{Asks: map[string]string{"tranche": "integer"}},
		Make: define.Simply(func(w *define.Work) {
			now := w.Now
			award := own(w)
			for i := range award.Tranches {
				t := &award.Tranches[i]
				if int64(t.N) == w.Number("tranche") && t.Paid == nil {
					t.Paid = &now
					w.C().Paid += t.Amount
				}
			}
		})},
	{Name: "tranche_cancelled", About: "the payment of a tranche was cancelled",
		Traits: define.Traits{Asks: map[string]string{"tranche": "integer"}},
		Make: define.Simply(func(w *define.Work) {
			award := own(w)
			for i := range award.Tranches {
				if t := &award.Tranches[i]; int64(t.N) == w.Number("tranche") && t.UnderWay() {
					t.Payment = ""
					w.C().Committed -= t.Amount // the payment's own commit posts the release
				}
			}
		})},
	{Name: "cancel_payment", About: "posts the tranche of a cancelled payment back to the envelope",
		Traits: define.Traits{Gives: true},
		Make: define.Simply(func(w *define.Work) {
			c := w.C()
			if p := w.Parent; p != nil && p.Paid == 0 { // an award without payments no longer counts
				w.D.Envelope.Awards--
			}
			w.Post("release", "commitment:"+c.Parent, "envelope:"+c.Round, c.Awarded, 0)
			w.D.Envelope.Committed -= c.Awarded
		})},
	{Name: "settle", About: `posts the unspent rest from field "returned_fen"`,
		Traits: define.Traits{Gives: true, Asks: map[string]string{"returned_fen": "money"},
			Keeps: define.Names{Facts: []string{"settled"}}},
		Make: define.Simply(func(w *define.Work) {
			back := money.Fen(w.Number("returned_fen"))
			w.Record("settled", true)
			if back > 0 {
				c := w.C()
				c.Returned += back
				w.Post("return", "paid:"+c.ID, "returned:"+c.Round, back, 0)
				w.D.Envelope.Returned += back
			}
		})},
}

func propose(w *define.Work) {
	c := w.C()
	c.Awarded = money.Fen(w.Number("amount_fen"))
	rules := w.Rules().Tranches
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
	award := own(w)
	award.Tranches = nil
	for i, a := range amounts {
		if a > 0 { // the share of a very small award may be nothing
			award.Tranches = append(award.Tranches, Tranche{N: len(award.Tranches) + 1, Amount: a, Reports: rules[i].Reports})
		}
	}
}

// holdAward reserves the proposed award in the round's envelope, so that a second proposal for the same money is
// refused.
func holdAward(w *define.Work) {
	c := w.C()
	c.Held = c.Awarded
	w.Post("hold", "envelope:"+c.Round, "held:"+c.ID, c.Held, 0)
	w.D.Envelope.Held += c.Held
	w.D.Envelope.HeldAwards++
}

func unhold(w *define.Work) {
	c := w.C()
	if c.Held == 0 {
		return
	}
	w.Post("unhold", "held:"+c.ID, "envelope:"+c.Round, c.Held, 0)
	w.D.Envelope.Held -= c.Held
	w.D.Envelope.HeldAwards--
	c.Held = 0
}

func releaseHold(w *define.Work) {
	if c := w.C(); c.Held > 0 {
		unhold(w)
		c.Awarded, own(w).Tranches = 0, nil
	}
}

func commitAward(w *define.Work) {
	unhold(w)
	c := w.C()
	c.Committed = c.Awarded
	w.Post("commit", "envelope:"+c.Round, "commitment:"+c.ID, c.Awarded, 0)
	w.D.Envelope.Committed += c.Awarded
	w.D.Envelope.Awards++
}

// releaseCommitment releases committed money that is not paid or under way. A tranche with an open payment stays
// committed until that is released or cancelled: the bank may be paying it now. An award without payments does not
// count.
func releaseCommitment(w *define.Work) {
	c := w.C()
	underWay := Of(c).underWay()
	rest := c.Outstanding() - underWay
	if rest <= 0 {
		return
	}
	if c.Paid == 0 && underWay == 0 {
		w.D.Envelope.Awards--
	}
	c.Committed -= rest
	w.Post("release", "commitment:"+c.ID, "envelope:"+c.Round, rest, 0)
	w.D.Envelope.Committed -= rest
}

// openTranche requires a key: a repeated request must not open another payment.
func openTranche(w *define.Work, workflow string) {
	t := own(w).Due()
	if t == nil {
		return
	}
	child := w.Child(workflow, fmt.Sprintf("P%d", t.N), t.N)
	child.Awarded = t.Amount
	child.Title = w.C().Title
	t.Payment = child.ID
	w.OpenChild(child)
}

func postPayment(w *define.Work) {
	c := w.C()
	c.Paid = c.Awarded
	w.Post("pay", "commitment:"+c.Parent, "paid:"+c.Parent, c.Awarded, c.Tranche)
	w.D.Envelope.Paid += c.Awarded
}
