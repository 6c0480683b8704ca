package workflow

import "slices"

// plays reports whether the actor is this party in this case: it holds one of the roles, the relation holds, and the
// actor is no insider whom the rule of independence keeps out.
func (m *Machine) plays(p *Party, a Actor, c *Case) bool {
	return p.holds(a, c) && !(p.barred() && c.insider(a))
}

// holds is plays without the rule of independence.
func (p *Party) holds(a Actor, c *Case) bool {
	switch p.Relation {
	case RelSystem:
		return a.ID == SystemID
	case RelPublic:
		return a.Has(RoleObjector)
	case RelAnyone:
		return a.ID != SystemID && !a.Has(RoleObjector) && (len(p.Roles) == 0 || slices.ContainsFunc(p.Roles, a.Has))
	}
	for _, g := range a.Roles {
		if slices.Contains(p.Roles, g.Role) && relates(p.Relation, g, a, c) {
			return true
		}
	}
	return false
}

// relates reports whether one grant ties the actor to the case.
func relates(r Relation, g Grant, a Actor, c *Case) bool {
	switch r {
	case RelOwn:
		return c.Organization != "" && g.organization(a) == c.Organization
	case RelScope:
		return g.covers(c)
	case RelAssigned:
		return c.assignment(a.ID) != nil
	case RelCompetent:
		agency := g.Agency
		if agency == "" {
			agency = a.Agency
		}
		return agency != "" && slices.ContainsFunc(c.Cosigns, func(x Cosign) bool { return x.Agency == agency })
	case RelLead:
		return c.Lead == a.ID && g.covers(c) && (g.Organization == "" || g.Organization == c.Organization)
	}
	return false
}

// covers reports whether the case lies in the grant's region, round and responsible agency, as far as it names them.
func (g Grant) covers(c *Case) bool {
	return c.Region.Within(g.Region) && (g.Round == "" || g.Round == c.Round || g.Round == c.ID) &&
		(g.Agency == "" || g.Agency == c.Agency)
}

func (g Grant) organization(a Actor) ID {
	if g.Organization != "" {
		return g.Organization
	}
	return a.Organization
}

// concerns reports whether an action is any business of somebody with the actor's roles, in whatever case.
func (m *Machine) concerns(t *transition, a Actor) bool {
	for _, name := range t.def.By {
		p := m.parties[name]
		switch {
		case p.Relation == RelSystem:
			if a.ID == SystemID {
				return true
			}
		case p.Relation == RelAnyone && len(p.Roles) == 0:
			return a.ID != SystemID && !a.Has(RoleObjector)
		case slices.ContainsFunc(p.Roles, a.Has), p.Relation == RelPublic && a.Has(RoleObjector):
			return true
		}
	}
	return false
}

// may reports whether the actor is one of the action's parties in this case.
func (m *Machine) may(t *transition, a Actor, c *Case) bool {
	return slices.ContainsFunc(t.def.By, func(n string) bool { return m.plays(m.parties[n], a, c) })
}

// audience is who may see a case in a state.
type audience struct {
	place string   // the state's in lists; see Place
	seers []*Party // in its true state
	shown []*Party // as it is shown, if it is shown otherwise; else the same
}

// seers are the parties who may see the case in a state. The public, unless named, only where it may say something:
// elsewhere a case does not exist for it.
func (m *Machine) seers(s State) []*Party { return m.audiences[s].seers }

func (m *Machine) allAudiences() map[State]audience {
	seers := func(st *StateDef) (out []*Party) {
		for i := range m.def.Parties {
			p := &m.def.Parties[i]
			everybody := len(st.See) == 0 && (p.Relation != RelPublic || m.acts(p, st.Name))
			if everybody || slices.Contains(st.See, p.Name) {
				out = append(out, p)
			}
		}
		return out
	}
	out := map[State]audience{}
	for i := range m.def.States {
		st := &m.def.States[i]
		v := audience{place: Place(m.def.Name, m.def.Version, st.Name), seers: seers(st)}
		v.shown = v.seers
		if st.Shown != "" { // who would not see the state that it is shown as sees nothing
			for _, p := range seers(m.states[st.Shown]) {
				if !slices.Contains(v.shown, p) {
					v.shown = append(slices.Clone(v.shown), p)
				}
			}
		}
		out[st.Name] = v
	}
	return out
}

// acts reports whether any action that leaves the state is the party's.
func (m *Machine) acts(p *Party, s State) bool {
	return slices.ContainsFunc(m.leaving[s], func(t *transition) bool { return slices.Contains(t.def.By, p.Name) })
}

// Visible reports whether the actor may see the case as it stands, in its true state or as its state is shown to
// others.
func (m *Machine) Visible(f Facts) bool {
	if m.states[f.Case.State] == nil {
		return false
	}
	return f.Actor.ID == SystemID || slices.ContainsFunc(m.audiences[f.Case.State].shown,
		func(p *Party) bool { return m.plays(p, f.Actor, &f.Case) })
}

// unseen reports whether a state is one that no person sees: that of a deleted draft.
func (m *Machine) unseen(s State) bool {
	return m.states[s] != nil && !slices.ContainsFunc(m.audiences[s].shown,
		func(p *Party) bool { return p.Relation != RelSystem })
}

// party reports whether the actor is any party of the case but the public.
func (m *Machine) party(a Actor, c *Case) bool {
	for i := range m.def.Parties {
		if p := &m.def.Parties[i]; p.Relation != RelPublic && m.plays(p, a, c) {
			return true
		}
	}
	return false
}

// edits reports whether the actor may save the draft answers of the case.
func (m *Machine) edits(a Actor, c *Case) bool {
	return slices.ContainsFunc(m.states[c.State].Edit, func(n string) bool { return m.plays(m.parties[n], a, c) })
}

// ties are the parties that an actor is in a case.
type ties []*Party

func (t ties) by(r Relation) bool {
	return slices.ContainsFunc(t, func(p *Party) bool { return p.Relation == r })
}

// inside reports whether the actor is of the staff in whose scope the case lies, or the system.
func (t ties) inside() bool {
	return slices.ContainsFunc(t, func(p *Party) bool {
		return p.Relation == RelSystem || p.Relation == RelScope &&
			!p.applicant()
	})
}

// applicant reports whether the actor is of the applicant's side.
func (t ties) applicant() bool { return slices.ContainsFunc(t, (*Party).applicant) }

func (m *Machine) playing(a Actor, c *Case) ties {
	out := make(ties, 0, 4)
	for i := range m.def.Parties {
		if p := &m.def.Parties[i]; m.plays(p, a, c) {
			out = append(out, p)
		}
	}
	return out
}

// ScopeOf is what the actor may see, for lists: the same parties and relations that Visible asks of a single case.
func ScopeOf(actor Actor, machines Machines) Scope {
	s := Scope{User: actor.ID, Houses: actor.Houses()}
	bound, free := make([]reach, len(actor.Roles)), make([]reach, len(actor.Roles))
	machines.Each(func(m *Machine) {
		for i := range m.def.States {
			v := m.audiences[m.def.States[i].Name]
			for _, p := range v.shown {
				place := v.place
				if shown := m.def.States[i].Shown; shown != "" && !slices.Contains(v.seers, p) {
					place += alias + string(shown)
				}
				if p.barred() {
					s.Ways.add(&actor, p, place, bound)
				} else {
					s.Free.add(&actor, p, place, free)
				}
			}
		}
	})
	for i, g := range actor.Roles {
		if !slices.Contains(actor.Roles[:i], g) {
			s.Ways.slice(actor, g, &bound[i])
			s.Free.slice(actor, g, &free[i])
		}
	}
	return s
}

// reach are the places that one grant opens, by the relations that name a part of the country.
type reach struct{ own, scope, lead, competent []string }

// add notes a place for the relations that name the actor, and per grant for those that name a part of the country.
func (s *Ways) add(a *Actor, p *Party, place string, by []reach) {
	put := func(list *[]string) {
		if n := len(*list); n == 0 || (*list)[n-1] != place { // the parties of a place come one after the other
			*list = append(*list, place)
		}
	}
	holds := func() bool { return len(p.Roles) == 0 || slices.ContainsFunc(p.Roles, a.Has) }
	switch p.Relation {
	case RelAnyone:
		if a.ID != SystemID && holds() && !a.Has(RoleObjector) {
			put(&s.Anyone)
		}
	case RelAssigned:
		if holds() {
			put(&s.Assigned)
		}
	case RelOwn, RelScope, RelCompetent, RelLead:
		for i := range a.Roles {
			if !slices.Contains(p.Roles, a.Roles[i].Role) {
				continue
			}
			switch p.Relation {
			case RelOwn:
				put(&by[i].own)
			case RelScope:
				put(&by[i].scope)
			case RelLead:
				put(&by[i].lead)
			case RelCompetent:
				put(&by[i].competent)
			}
		}
	}
}

// slice turns one grant's places into slices of the scope.
func (s *Ways) slice(a Actor, g Grant, places *reach) {
	if list := places.own; len(list) > 0 && g.organization(a) != "" {
		s.Own = append(s.Own, Slice{Organization: g.organization(a), Places: list})
	}
	if list := places.scope; len(list) > 0 {
		s.Regions = append(s.Regions, Slice{Region: g.Region, Round: g.Round, Agency: g.Agency, Places: list})
	}
	if list := places.lead; len(list) > 0 {
		s.Lead = append(s.Lead, Slice{Organization: g.Organization, Region: g.Region, Round: g.Round, Agency: g.Agency,
			Places: list})
	}
	agency := g.Agency
	if agency == "" {
		agency = a.Agency
	}
	if list := places.competent; len(list) > 0 && agency != "" {
		s.Competent = append(s.Competent, Slice{Agency: agency, Places: list})
	}
}
