// Package award is the part of a case that is awarded money: the tranches of the award, with the effects and guards
// that propose, hold, commit, pay and return it on the envelope of a round.
package award

import (
	"slices"
	"time"

	"incubase/workflow"
	"incubase/workflow/define"
	"incubase/workflow/money"
	"incubase/workflow/paper"
)

const partName = "award"

func init() {
	define.Parts(define.Part{
		PartKind: workflow.PartKind{Name: partName, New: func() workflow.PartDoc { return &Award{} }},
		About:    "the tranches of an award, and its money on the envelope of a round",
		Guards:   guards,
		Effects:  effects,
		Land:     land,
		Paper:    fill,
		Sections: sections,
		Columns:  columns,
	})
}

// Award is what a case says about its award. The sums are columns of the case, since boards and constraints use them.
type Award struct {
	Tranches []Tranche `json:"tranches,omitempty"`
}

type Tranche struct {
	N       int         `json:"n"` // from 1
	Amount  money.Fen   `json:"amount_fen"`
	Reports int         `json:"reports_needed"`    // accepted ones, before it may be paid
	Payment workflow.ID `json:"payment,omitempty"` // the case that pays it
	Paid    *time.Time  `json:"paid_at,omitempty"`
}

// Of returns the award of a case, to read.
func Of(c *workflow.Case) *Award { return c.Part(partName).(*Award) }

// own returns the award of the case that a decision works on, to change.
func own(w *define.Work) *Award { return w.C().OwnPart(partName).(*Award) }

func (d *Award) Clone() workflow.PartDoc { return &Award{slices.Clone(d.Tranches)} }

func (t *Tranche) UnderWay() bool { return t.Payment != "" && t.Paid == nil }

// Due returns the next tranche to be paid: the first without a payment.
func (d *Award) Due() *Tranche {
	for i := range d.Tranches {
		if d.Tranches[i].Payment == "" {
			return &d.Tranches[i]
		}
	}
	return nil
}

// UnderWay returns the first tranche whose payment is open.
func (d *Award) UnderWay() *Tranche {
	for i := range d.Tranches {
		if t := &d.Tranches[i]; t.UnderWay() {
			return t
		}
	}
	return nil
}

// underWay sums the tranches whose payment is open.
func (d *Award) underWay() (sum money.Fen) {
	for _, t := range d.Tranches {
		if t.UnderWay() {
			sum += t.Amount
		}
	}
	return sum
}

// land releases what a case holds once it has ended.
func land(w *define.Work, to *define.StateDef) {
	if to.Outcome != "" {
		releaseHold(w)
	}
}

func fill(c *workflow.Case, kind string, x *paper.Facts) {
	if kind != paper.Award && kind != paper.Agreement {
		return
	}
	for _, t := range Of(c).Tranches {
		x.Tranches = append(x.Tranches, paper.Tranche{N: t.N, Amount: t.Amount, Reports: t.Reports})
	}
}
