package desk

import (
	"slices"

	"incubase/workflow"
	"incubase/workflow/machine"
)

// Visible reports whether the actor may see the case, in its true state or in the state it is shown as.
func Visible(m *machine.Machine, f workflow.Facts) bool {
	if m.States[f.Case.State] == nil {
		return false
	}
	return f.Actor.ID == workflow.SystemID || slices.ContainsFunc(m.Audiences[f.Case.State].Shown,
		func(p *workflow.Party) bool { return m.Plays(p, f.Actor, &f.Case) })
}

// ScopeOf returns what the actor may see in lists, by the same parties and relations as Visible.
func ScopeOf(actor workflow.Actor, machines machine.Machines) workflow.Scope {
	s := workflow.Scope{User: actor.ID, InsiderOf: actor.InsiderOf()}
	bound, free := make([]workflow.GrantPlaces, len(actor.Roles)), make([]workflow.GrantPlaces, len(actor.Roles))
	machines.Each(func(m *machine.Machine) {
		for i := range m.Def.States {
			v := m.Audiences[m.Def.States[i].Name]
			for _, p := range v.Shown {
				place := v.Place
				if shown := m.Def.States[i].Shown; shown != "" && !slices.Contains(v.Seers, p) {
					place += workflow.Alias + string(shown)
				}
				if p.Barred() {
					s.Grants.Add(&actor, p, place, bound)
				} else {
					s.Free.Add(&actor, p, place, free)
				}
			}
		}
	})
	for i, g := range actor.Roles {
		if !slices.Contains(actor.Roles[:i], g) {
			s.Grants.AddGrant(actor, g, &bound[i])
			s.Free.AddGrant(actor, g, &free[i])
		}
	}
	return s
}
