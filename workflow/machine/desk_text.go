package machine

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"incubase/workflow"
	"incubase/workflow/define"
	"incubase/workflow/paper"
)

func (t *Transition) signs() *define.CompiledDesk {
	if t.desk == nil || t.desk.Def.Paper == "" {
		return nil
	}
	return t.desk
}

// Signers lists the sides that sign a paper of the kind, the public side first.
func (m *Machine) Signers(kind string) (out []paper.Seat) {
	for i := range m.Def.Desks {
		if d := &m.Def.Desks[i]; d.Paper == kind {
			for _, n := range d.Parties {
				p := m.Parties[n]
				out = append(out, paper.Seat{Party: n, Label: p.Label, Own: p.Relation == workflow.RelOwn})
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

// namesText checks that a signer names the hash of the text they saw. The draft never supplies it.
func (t *Transition) namesText(cmd workflow.Command, fault workflow.FaultFunc) {
	if t.signs() == nil {
		return
	}
	named := cmd.Fields[define.TextField]
	shown, ok := named.(string)
	if b, err := hex.DecodeString(shown); named == nil {
		fault("fields."+define.TextField, "请写明所签文本的校验码（sha256），见案件的公文",
			"name the text that you sign by its hash (sha256): the case's papers have it")
	} else if !ok || err != nil || len(b) != sha256.Size {
		fault("fields."+define.TextField, "应为所签文本的校验码（64 位十六进制），见案件的公文",
			"the hash of the text is expected (64 hexadecimal digits): the case's papers have it")
	}
}

// read refuses a signature under another text than the one in force.
func (t *Transition) read(f *workflow.Facts, fields map[string]any) error {
	d := t.signs()
	if d == nil {
		return nil
	}
	if now := d.Text(&f.Case); fields[define.TextField] != now {
		shown, _ := fields[define.TextField].(string)
		return &workflow.Changed{Shown: shown, Now: now, Paper: d.Def.Paper}
	}
	return nil
}
