package workflow

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"incubase/workflow/paper"
)

// TextField names, in every action at a desk that signs a paper, the hash of the text that is signed: that of the paper
// in force.
const TextField = "sha256"

// textFact is the fact of a case that keeps the hash of the paper that is to be signed, while the paper holds.
func textFact(kind string) string { return kind + "_sha256" }

// signs is the desk at which the action signs a paper; nil at others.
func (t *transition) signs() *desk {
	if t.desk == nil || t.desk.def.Paper == "" {
		return nil
	}
	return t.desk
}

// text is the hash of the paper that is signed at the desk, as it was issued; "" where none holds.
func (d *desk) text(c *Case) string {
	s, _ := c.Data[textFact(d.def.Paper)].(string)
	return s
}

// seats are the sides that sign a paper of the kind, the public side first.
func (m *Machine) seats(kind string) (out []paper.Seat) {
	for i := range m.def.Desks {
		if d := &m.def.Desks[i]; d.Paper == kind {
			for _, n := range d.Parties {
				p := m.parties[n]
				out = append(out, paper.Seat{Party: n, Label: p.Label, Own: p.Relation == RelOwn})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b paper.Seat) int { return cmp.Compare(sideOf(a), sideOf(b)) })
	return out
}

func sideOf(s paper.Seat) int {
	if s.Own {
		return 1
	}
	return 0
}

// unissued refuses to sign what is not written yet.
func (d *desk) unissued(c *Case) *Refusal {
	if d.def.Paper == "" || d.text(c) != "" {
		return nil
	}
	label := paper.Labels[d.def.Paper]
	return no("text_unissued", "%[1]s尚未制发，还不能签署", "there is nothing to sign yet: %[2]s has not been issued", label.ZH,
		label.EN)
}

// namesText checks that who signs a paper names the text that they were shown. It is never taken from what was saved.
func (t *transition) namesText(cmd Command, fault faultFunc) {
	if t.signs() == nil {
		return
	}
	named := cmd.Fields[TextField]
	shown, ok := named.(string)
	if b, err := hex.DecodeString(shown); named == nil {
		fault("fields."+TextField, "请写明所签文本的校验码（sha256），见案件的公文",
			"name the text that you sign by its hash (sha256): the case's papers have it")
	} else if !ok || err != nil || len(b) != sha256.Size {
		fault("fields."+TextField, "应为所签文本的校验码（64 位十六进制），见案件的公文",
			"the hash of the text is expected (64 hexadecimal digits): the case's papers have it")
	}
}

// read holds who signs a paper to the text that was named: it must be the one that holds.
func (t *transition) read(f *Facts, fields map[string]any) error {
	d := t.signs()
	if d == nil {
		return nil
	}
	if now := d.text(&f.Case); fields[TextField] != now {
		shown, _ := fields[TextField].(string)
		return &Changed{Shown: shown, Now: now, Paper: d.def.Paper}
	}
	return nil
}

// asksText adds the field that an offer to sign a paper has besides the definition's own.
func (d *desk) asksText(f *Facts, o *Offer) {
	o.Paper = d.def.Paper
	o.Fields = append(o.Fields, OfferedField{Name: TextField, Type: TextField, Required: true, Example: d.text(&f.Case),
		Label: Text{ZH: "所签文本校验码", EN: "Hash of the text that is signed"},
		Hint: Text{ZH: "写明您读过的文本；文本有变动的，不会签署",
			EN: "Names the text that you have read: if it is another one by now, nothing is signed"}})
}
