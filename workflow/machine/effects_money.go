package machine

import (
	"encoding/json"
	"fmt"

	"incubase/workflow"
	"incubase/workflow/define"
	"incubase/workflow/money"
)

var moneyEffects = []define.EffectDef{
	{Name: "propose", About: `names the award from field "amount_fen", with tranches by the round's rule`,
		Traits: define.Traits{Asks: asks{"amount_fen": "money"}, Marks: marks{define.Proposes}},
		Make:   simply(propose)},
	{Name: "hold_award", About: "holds the proposed award in the envelope until it is decided",
		Traits: define.Traits{Takes: true, Marks: marks{define.Holds}},
		Make:   simply(holdAward)},
	// gives back, so no key is required
	{Name: "release_hold", About: "releases what is held and drops the proposed award; any outcome does so by itself",
		Traits: define.Traits{Gives: true},
		Make:   simply(releaseHold)},
	{Name: "commit_award", About: "posts the commitment on the envelope, in place of the hold",
		Traits: define.Traits{Takes: true, Judges: true, Marks: marks{define.Awards}},
		Make: func(c *define.Checker, p *workflow.Params) define.Effect {
			if !c.Def.NeedsRound() {
				p.Fail("the envelope is the round's, so the workflow needs a round")
			}
			return applying(commitAward)
		}},
	{Name: "release_commitment", About: "posts what is outstanding and not under way back to the envelope",
		Traits: define.Traits{Gives: true, Keyed: true},
		Make:   simply(releaseCommitment)},
	{Name: "open_tranche", About: "opens the payment of the next tranche as a child", Params: params("workflow*"),
		Traits: define.Traits{Takes: true, Marks: marks{define.Tranches}},
		Make: func(_ *define.Checker, p *workflow.Params) define.Effect {
			name := p.Need("workflow")
			return applying(func(w *define.Work) { openTranche(w, name) })
		}},
	{Name: "open_report", About: "opens a report as a child, with amounts of the answers (copy) as facts",
		Params: params("workflow* copy"),
		Traits: define.Traits{Keeps: define.Names{Counts: words{"reports"}}},
		Make: func(_ *define.Checker, p *workflow.Params) define.Effect {
			name, copied := p.Need("workflow"), p.Texts("copy")
			return applying(func(w *define.Work) { openReport(w, name, copied) })
		}},
	{Name: "open_case", About: "opens a child of another definition: same organization, title, amount requested",
		Params: params("workflow*"),
		Traits: define.Traits{Keeps: define.Names{Counts: words{"opened"}}},
		Make: func(_ *define.Checker, p *workflow.Params) define.Effect {
			name := p.Need("workflow")
			return applying(func(w *define.Work) { openCase(w, name) })
		}},
	{Name: "post_payment", About: "posts the payment of the parent's tranche",
		Traits: define.Traits{Takes: true, Confirms: true, Marks: marks{define.Pays}},
		Make:   simply(postPayment)},
	{Name: "tranche_paid", About: "a child has paid a tranche",
		Traits: define.Traits{Asks: asks{"tranche": "integer"}},
		Make: simply(func(w *define.Work) {
			now := w.Now
			for i := range w.C().Tranches {
				t := &w.C().Tranches[i]
				if int64(t.N) == w.Number("tranche") && t.Paid == nil {
					t.Paid = &now
					w.C().Paid += t.Amount
				}
			}
		})},
	{Name: "tranche_cancelled", About: "the payment of a tranche was cancelled",
		Traits: define.Traits{Asks: asks{"tranche": "integer"}},
		Make: simply(func(w *define.Work) {
			for i := range w.C().Tranches {
				if t := &w.C().Tranches[i]; int64(t.N) == w.Number("tranche") && t.Payment != "" && t.Paid == nil {
					t.Payment = ""
					w.C().Committed -= t.Amount // the payment's own commit posts the release
				}
			}
		})},
	{Name: "cancel_payment", About: "posts the tranche of a cancelled payment back to the envelope",
		Traits: define.Traits{Gives: true, Keyed: true},
		Make: simply(func(w *define.Work) {
			c := w.C()
			if p := w.Parent; p != nil && p.Paid == 0 { // an award without payments no longer counts
				w.D.Envelope.Awards--
			}
			w.Post("release", "commitment:"+c.Parent, "envelope:"+c.Round, c.Awarded, 0)
			w.D.Envelope.Committed -= c.Awarded
		})},
	{Name: "report_accepted", About: "a child was accepted as a report",
		Traits: define.Traits{Keeps: define.Names{Counts: words{"accepted", "accepted_*"}}},
		Make: simply(func(w *define.Work) {
			w.Count("accepted")
			if kind := w.Text("kind"); kind != "" {
				w.Count("accepted_" + kind)
			}
		})},
	{Name: "settle", About: `posts the unspent rest from field "returned_fen"`,
		Traits: define.Traits{Gives: true, Keyed: true, Asks: asks{"returned_fen": "money"},
			Keeps: define.Names{Facts: words{"settled"}}},
		Make: simply(func(w *define.Work) {
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
	c.Tranches = nil
	for i, a := range amounts {
		if a > 0 { // the share of a very small award may be nothing
			c.Tranches = append(c.Tranches, workflow.Tranche{N: len(c.Tranches) + 1, Amount: a, Reports: rules[i].Reports})
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
		c.Awarded, c.Tranches = 0, nil
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
	rest := c.Outstanding() - c.UnderWay()
	if rest <= 0 {
		return
	}
	if c.Paid == 0 && c.UnderWay() == 0 {
		w.D.Envelope.Awards--
	}
	c.Committed -= rest
	w.Post("release", "commitment:"+c.ID, "envelope:"+c.Round, rest, 0)
	w.D.Envelope.Committed -= rest
}

// openTranche requires a key: a repeated request must not open another payment.
func openTranche(w *define.Work, workflow string) {
	t := w.C().DueTranche()
	if t == nil {
		return
	}
	child := w.Child(workflow, fmt.Sprintf("P%d", t.N), t.N)
	child.Awarded = t.Amount
	child.Title = w.C().Title
	t.Payment = child.ID
	w.OpenChild(child)
}

// openReport opens a report with copies of the named amounts of the grant's answers.
func openReport(w *define.Work, theWorkflow string, copied []string) {
	w.Count("reports")
	n := w.C().Counts["reports"]
	child := w.Child(theWorkflow, fmt.Sprintf("R%d", n), n)
	child.Title = w.C().Title
	kind := w.Text("kind")
	if kind == "" {
		kind = "progress"
	}
	child.Data = map[string]any{"kind": kind}
	var said map[string]any
	_ = json.Unmarshal(w.Answers, &said) // an imported grant has none
	for _, name := range copied {
		if n, ok := workflow.Integer(said[name]); ok {
			child.Data[name] = n
		}
	}
	w.OpenChild(child)
}

// openCase opens the next stage as a case of its own, led by this case's lead.
func openCase(w *define.Work, workflow string) {
	w.Count("opened")
	n := w.C().Counts["opened"]
	child := w.Child(workflow, fmt.Sprintf("N%d", n), 0)
	child.Title, child.Requested, child.Lead = w.C().Title, w.C().Requested, w.C().Lead
	w.OpenChild(child)
}

func postPayment(w *define.Work) {
	c := w.C()
	c.Paid = c.Awarded
	w.Post("pay", "commitment:"+c.Parent, "paid:"+c.Parent, c.Awarded, c.Tranche)
	w.D.Envelope.Paid += c.Awarded
}
