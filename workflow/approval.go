package workflow

import "slices"

// desk is a compiled DeskDef: answers of several parties, of which some number must approve.
type desk struct {
	def   *DeskDef
	order int
	need  ref
}

// live are the desk's answers that count.
func (d *desk) live(c *Case) []Approval {
	var out []Approval
	for _, a := range c.Approvals {
		if a.Desk == d.def.Name && !a.Void {
			out = append(out, a)
		}
	}
	return out
}

// approvals counts live answers that approve: the first of the allowed ones does.
func (d *desk) approvals(c *Case) int {
	n := 0
	for _, a := range d.live(c) {
		if a.Answer == d.def.Answers[0].Value {
			n++
		}
	}
	return n
}

// vetoes counts live answers other than approval by a party with a veto.
func (d *desk) vetoes(c *Case) int {
	n := 0
	for _, a := range d.live(c) {
		if a.Answer != d.def.Answers[0].Value && slices.Contains(d.def.Veto, a.Party) {
			n++
		}
	}
	return n
}

// seat finds the party as which the actor may still answer: "" if there is none. One person has one live answer at a
// desk; a party or agency too, where the desk counts those.
func (d *desk) seat(m *Machine, f *Facts) (party string, agency ID) {
	live := d.live(&f.Case)
	for _, a := range live {
		if a.By == f.Actor.ID {
			return "", ""
		}
	}
	for _, name := range d.def.Parties {
		p := m.parties[name]
		if !m.plays(p, f.Actor, &f.Case) {
			continue
		}
		agency := f.Actor.agencyFor(p)
		taken := slices.ContainsFunc(live, func(a Approval) bool {
			return d.def.Each == "party" && a.Party == name || d.def.Each == "agency" && a.Agency == agency
		})
		if !taken {
			return name, agency
		}
	}
	return "", ""
}

// agencyFor is the agency that the actor speaks for as this party.
func (a Actor) agencyFor(p *Party) ID {
	for _, g := range a.Roles {
		if slices.Contains(p.Roles, g.Role) && g.Agency != "" {
			return g.Agency
		}
	}
	return a.Agency
}

// deskFree refuses who has answered already; every action at a desk carries it.
type deskFree struct{ d *desk }

func (g deskFree) Rule() string   { return "desk_answered" }
func (g deskFree) Letter() Letter { return OnCase }
func (g deskFree) Row() Row       { return "" }
func (g deskFree) Gate() bool     { return false }
func (g deskFree) Label() Text    { return Text{ZH: "每方只答复一次", EN: "each answers once"} }

// Check cannot know the machine; Machine.refusals asks seat instead and this stands for the words.
func (g deskFree) Check(input) *Refusal { return nil }

func deskTaken() *Refusal {
	return no("desk_answered", "您（或您一方）已经答复过", "you, or your side, have answered already")
}

func deskGuard(makes func(*desk) Guard) guardMaker {
	return func(c *checker, p *params) Guard {
		d := c.m.desks[p.need("desk")]
		if d == nil {
			p.fail("unknown desk")
			return nil
		}
		return makes(d)
	}
}

func deskMet(d *desk) Guard {
	return gate("desk_met", OnCase, d.def.Label.ZH, d.def.Label.EN, func(in input) *Refusal {
		missing := d.need.value(in.Facts) - int64(d.approvals(&in.Case))
		if missing <= 0 {
			return nil
		}
		return no("desk_met", "%[1]s：还差 %[3]d 方", "%[2]s: still missing: %[3]d", d.def.Label.ZH, d.def.Label.EN, missing)
	})
}

func deskVetoed(d *desk) Guard {
	return quiet("desk_vetoed", OnCase, d.def.Label.ZH+"被否决", d.def.Label.EN+" is vetoed", func(in input) *Refusal {
		if d.vetoes(&in.Case) > 0 {
			return nil
		}
		return no("desk_vetoed", "没有被否决", "there is no veto")
	})
}

// void takes away the force of answers: of every desk, or of this desk and later ones.
func (d *desk) void(c *Case) {
	c.Approvals = slices.Clone(c.Approvals)
	for i := range c.Approvals {
		if d.def.Restart != "later" || c.Approvals[i].Order >= d.order {
			c.Approvals[i].Void = true
		}
	}
}
