package machine

import (
	"slices"

	"incubase/workflow"
	"incubase/workflow/define"
)

// seat returns the party as which the actor may still answer, "" for none. A person has one live answer at a desk; a
// party or agency too, where the desk counts those.
func seat(d *define.CompiledDesk, m *Machine, f *workflow.Facts) (party string, agency workflow.ID) {
	live := d.Live(&f.Case)
	for _, a := range live {
		if a.By == f.Actor.ID {
			return "", ""
		}
	}
	for _, name := range d.Def.Parties {
		p := m.Parties[name]
		if !m.Plays(p, f.Actor, &f.Case) {
			continue
		}
		agency := f.Actor.AgencyFor(p)
		taken := slices.ContainsFunc(live, func(a workflow.Approval) bool {
			return d.Def.Each == "party" && a.Party == name || d.Def.Each == "agency" && a.Agency == agency
		})
		if !taken {
			return name, agency
		}
	}
	return "", ""
}

func deskGuard(makes func(*define.CompiledDesk) define.Guard) func(*define.Checker, *workflow.Params) define.Guard {
	return func(c *define.Checker, p *workflow.Params) define.Guard {
		d := c.Desks[p.Need("desk")]
		if d == nil {
			p.Fail("unknown desk")
			return nil
		}
		return makes(d)
	}
}
