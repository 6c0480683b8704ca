package machine

import (
	"slices"

	"incubase/workflow"
	"incubase/workflow/define"
)

// Plays reports whether the actor is this party in this case: holds one of its roles and its relation, and is no
// insider whom the rule of independence bars.
func (m *Machine) Plays(p *workflow.Party, a workflow.Actor, c *workflow.Case) bool {
	return p.Holds(a, c) && !(p.Barred() && c.Insider(a))
}

// concerns reports whether the action is for one of the actor's roles, in any case.
func (m *Machine) concerns(t *Transition, a workflow.Actor) bool {
	for _, name := range t.Def.By {
		p := m.Parties[name]
		switch {
		case p.Relation == workflow.RelSystem:
			if a.ID == workflow.SystemID {
				return true
			}
		case p.Relation == workflow.RelAnyone && len(p.Roles) == 0:
			return a.ID != workflow.SystemID && !a.Has(workflow.RoleObjector)
		case slices.ContainsFunc(p.Roles, a.Has), p.Relation == workflow.RelPublic && a.Has(workflow.RoleObjector):
			return true
		}
	}
	return false
}

// MayOpen reports whether the actor holds a role of a party that opens cases; the case decides on the relation.
func (m *Machine) MayOpen(a workflow.Actor) bool {
	return slices.ContainsFunc(m.Def.Open, func(name string) bool {
		p := m.Parties[name]
		return p.Relation == workflow.RelAnyone && len(p.Roles) == 0 || slices.ContainsFunc(p.Roles, a.Has)
	})
}

func (m *Machine) May(t *Transition, a workflow.Actor, c *workflow.Case) bool {
	return slices.ContainsFunc(t.Def.By, func(n string) bool { return m.Plays(m.Parties[n], a, c) })
}

type audience struct {
	Place string            // of the state in lists, see workflow.Place
	Seers []*workflow.Party // in its true state
	Shown []*workflow.Party // including those who see it as another state
}

// seers returns the parties who may see the case. The public, unless named, sees only states where it may act:
// elsewhere a case does not exist for it.
func (m *Machine) seers(s workflow.State) []*workflow.Party { return m.Audiences[s].Seers }

func (m *Machine) allAudiences() map[workflow.State]audience {
	seers := func(st *define.StateDef) (out []*workflow.Party) {
		for i := range m.Def.Parties {
			p := &m.Def.Parties[i]
			everybody := len(st.See) == 0 && (p.Relation != workflow.RelPublic || m.acts(p, st.Name))
			if everybody || slices.Contains(st.See, p.Name) {
				out = append(out, p)
			}
		}
		return out
	}
	out := map[workflow.State]audience{}
	for i := range m.Def.States {
		st := &m.Def.States[i]
		v := audience{Place: workflow.Place(m.Def.Name, m.Def.Version, st.Name), Seers: seers(st)}
		v.Shown = v.Seers
		if st.Shown != "" { // readers who may not see the state shown see nothing
			for _, p := range seers(m.States[st.Shown]) {
				if !slices.Contains(v.Shown, p) {
					v.Shown = append(slices.Clone(v.Shown), p)
				}
			}
		}
		out[st.Name] = v
	}
	return out
}

func (m *Machine) acts(p *workflow.Party, s workflow.State) bool {
	return slices.ContainsFunc(m.Leaving[s], func(t *Transition) bool { return slices.Contains(t.Def.By, p.Name) })
}

// Unseen reports whether no person sees cases in the state, such as deleted drafts.
func (m *Machine) Unseen(s workflow.State) bool {
	return m.States[s] != nil && !slices.ContainsFunc(m.Audiences[s].Shown,
		func(p *workflow.Party) bool { return p.Relation != workflow.RelSystem })
}

// Party reports whether the actor is a party of the case other than the public.
func (m *Machine) Party(a workflow.Actor, c *workflow.Case) bool {
	for i := range m.Def.Parties {
		if p := &m.Def.Parties[i]; p.Relation != workflow.RelPublic && m.Plays(p, a, c) {
			return true
		}
	}
	return false
}

func (m *Machine) Edits(a workflow.Actor, c *workflow.Case) bool {
	return slices.ContainsFunc(m.States[c.State].Edit, func(n string) bool { return m.Plays(m.Parties[n], a, c) })
}

// ActorParties are the parties that an actor plays in a case.
type ActorParties []*workflow.Party

func (t ActorParties) By(r workflow.Relation) bool {
	return slices.ContainsFunc(t, func(p *workflow.Party) bool { return p.Relation == r })
}

func (t ActorParties) Inside() bool {
	return slices.ContainsFunc(t, func(p *workflow.Party) bool {
		return p.Relation == workflow.RelSystem || p.Relation == workflow.RelScope &&
			!p.Applicant()
	})
}

func (t ActorParties) Applicant() bool { return slices.ContainsFunc(t, (*workflow.Party).Applicant) }

func (m *Machine) PartiesOf(a workflow.Actor, c *workflow.Case) ActorParties {
	out := make(ActorParties, 0, 4)
	for i := range m.Def.Parties {
		if p := &m.Def.Parties[i]; m.Plays(p, a, c) {
			out = append(out, p)
		}
	}
	return out
}
