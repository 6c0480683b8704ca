package define

import (
	"slices"

	"incubase/workflow"
	"incubase/workflow/paper"
)

// CompiledDesk is a compiled DeskDef: several parties answer, and a number of them must approve.
type CompiledDesk struct {
	Def   *DeskDef
	Order int
	Need  workflow.Ref
}

// Live returns the desk's answers that count.
func (d *CompiledDesk) Live(c *workflow.Case) []workflow.Approval {
	var out []workflow.Approval
	for _, a := range c.Approvals {
		if a.Desk == d.Def.Name && !a.Void {
			out = append(out, a)
		}
	}
	return out
}

// Approvals counts live answers that approve: the first allowed answer does.
func (d *CompiledDesk) Approvals(c *workflow.Case) int {
	n := 0
	for _, a := range d.Live(c) {
		if a.Answer == d.Def.Answers[0].Value {
			n++
		}
	}
	return n
}

// Vetoes counts live answers other than approval by a party with a veto.
func (d *CompiledDesk) Vetoes(c *workflow.Case) int {
	n := 0
	for _, a := range d.Live(c) {
		if a.Answer != d.Def.Answers[0].Value && slices.Contains(d.Def.Veto, a.Party) {
			n++
		}
	}
	return n
}

// DeskFree refuses a second answer of the same party, in every action at a desk.
type DeskFree struct{ D *CompiledDesk }

func (g DeskFree) Rule() string     { return "desk_answered" }
func (g DeskFree) Letter() Letter   { return OnCase }
func (g DeskFree) Subject() Subject { return OfCase }
func (g DeskFree) Traits() *Traits  { return &Traits{} }
func (g DeskFree) Row() Row         { return "" }
func (g DeskFree) Gate() bool       { return false }
func (g DeskFree) Label() workflow.Text {
	return workflow.Text{ZH: "每方只答复一次", EN: "each answers once"}
}

// Check is empty because the guard does not know the machine: Machine.refusals calls seat instead.
func (g DeskFree) Check(Input) *workflow.Refusal { return nil }

func DeskTaken() *workflow.Refusal {
	return workflow.No("desk_answered", "您（或您一方）已经答复过", "you, or your side, have answered already")
}

func DeskMet(d *CompiledDesk) Guard {
	var t Traits
	if d.Def.Paper != "" {
		t.Marks = []Mark{Signed}
	}
	return Gate("desk_met", d.Def.Label.ZH, d.Def.Label.EN, func(in Input) *workflow.Refusal {
		missing := d.Need.Value(in.Facts) - int64(d.Approvals(&in.Case))
		if missing <= 0 {
			return nil
		}
		return workflow.No("desk_met", "%[1]s：还差 %[3]d 方", "%[2]s: still missing: %[3]d", d.Def.Label.ZH, d.Def.Label.EN,
			missing)
	}).With(t)
}

func DeskVetoed(d *CompiledDesk) Guard {
	return Quiet("desk_vetoed", d.Def.Label.ZH+"被否决", d.Def.Label.EN+" is vetoed",
		func(in Input) *workflow.Refusal {
			if d.Vetoes(&in.Case) > 0 {
				return nil
			}
			return workflow.No("desk_vetoed", "没有被否决", "there is no veto")
		})
}

// Void voids the answers of every desk, or of this desk and later ones.
func (d *CompiledDesk) Void(c *workflow.Case) {
	c.Approvals = slices.Clone(c.Approvals)
	for i := range c.Approvals {
		if d.Def.Restart != "later" || c.Approvals[i].Order >= d.Order {
			c.Approvals[i].Void = true
		}
	}
}

// TextField holds, in actions at a desk that signs a paper, the hash of the text in force that the actor signs.
const TextField = "sha256"

// TextFact names the fact with the hash of the paper to sign, set while the paper is in force.
func TextFact(kind string) string { return kind + "_sha256" }

// Text returns the hash of the paper in force that the desk signs, "" if there is none.
func (d *CompiledDesk) Text(c *workflow.Case) string {
	s, _ := c.Data[TextFact(d.Def.Paper)].(string)
	return s
}

func (d *CompiledDesk) Unissued(c *workflow.Case) *workflow.Refusal {
	if d.Def.Paper == "" || d.Text(c) != "" {
		return nil
	}
	label := paper.Labels[d.Def.Paper]
	return workflow.No("text_unissued", "%[1]s尚未制发，还不能签署", "there is nothing to sign yet: %[2]s has not been issued",
		label.ZH,
		label.EN)
}

// AsksText adds TextField to an offer to sign a paper.
func (d *CompiledDesk) AsksText(f *workflow.Facts, o *workflow.Offer) {
	o.Paper = d.Def.Paper
	o.Fields = append(o.Fields, workflow.OfferedField{Name: TextField, Type: TextField, Required: true,
		Example: d.Text(&f.Case),
		Label:   workflow.Text{ZH: "所签文本校验码", EN: "Hash of the text that is signed"},
		Hint: workflow.Text{ZH: "写明您读过的文本；文本有变动的，不会签署",
			EN: "Names the text that you have read: if it is another one by now, nothing is signed"}})
}

// Done reports whether the desk needs no answer of the party: its need is met, or the party has answered.
func (d *CompiledDesk) Done(f *workflow.Facts, party string) bool {
	c := &f.Case
	if int64(d.Approvals(c)) >= d.Need.Value(f) {
		return true
	}
	return d.Def.Each == "party" && slices.ContainsFunc(d.Live(c),
		func(a workflow.Approval) bool { return a.Party == party })
}
