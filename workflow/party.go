package workflow

import "slices"

// plays tells whether the actor is this party in this case: it holds one of the roles, and the relation holds.
func (m *Machine) plays(p *Party, a Actor, c *Case) bool {
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

// relates tells whether one grant ties the actor to the case.
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

// covers tells whether the case lies in the grant's region, round and responsible agency, as far as it names them.
func (g Grant) covers(c *Case) bool {
	return c.Region.Within(g.Region) && (g.Round == "" || g.Round == c.Round || g.Round == c.ID) && (g.Agency == "" || g.Agency == c.Agency)
}

func (g Grant) organization(a Actor) ID {
	if g.Organization != "" {
		return g.Organization
	}
	return a.Organization
}

// concerns tells whether an action is any business of somebody with the actor's roles, in whatever case.
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

// may tells whether the actor is one of the action's parties in this case.
func (m *Machine) may(t *transition, a Actor, c *Case) bool {
	return slices.ContainsFunc(t.def.By, func(n string) bool { return m.plays(m.parties[n], a, c) })
}

// seers are the parties who may see the case in a state. The public, unless named, only where it may say something:
// elsewhere a case does not exist for it.
func (m *Machine) seers(s State) []*Party {
	var out []*Party
	see := m.states[s].See
	for i := range m.def.Parties {
		p := &m.def.Parties[i]
		everybody := len(see) == 0 && (p.Relation != RelPublic || m.acts(p, s))
		if everybody || slices.Contains(see, p.Name) {
			out = append(out, p)
		}
	}
	return out
}

// acts tells whether any action that leaves the state is the party's.
func (m *Machine) acts(p *Party, s State) bool {
	return slices.ContainsFunc(m.leaving[s], func(t *transition) bool { return slices.Contains(t.def.By, p.Name) })
}

// sees tells whether the actor may see the case in its true state.
func (m *Machine) sees(a Actor, c *Case) bool {
	return a.ID == SystemID || slices.ContainsFunc(m.seers(c.State), func(p *Party) bool { return m.plays(p, a, c) })
}

// Visible tells whether the actor may see the case as it stands, in its true state or as its state is shown to others.
func (m *Machine) Visible(f Facts) bool {
	if m.states[f.Case.State] == nil {
		return false
	}
	return m.sees(f.Actor, &f.Case) || m.states[f.Case.State].Shown != "" && m.party(f.Actor, &f.Case)
}

// party tells whether the actor is any party of the case but the public.
func (m *Machine) party(a Actor, c *Case) bool {
	for i := range m.def.Parties {
		if p := &m.def.Parties[i]; p.Relation != RelPublic && m.plays(p, a, c) {
			return true
		}
	}
	return false
}

// edits tells whether the actor may save the draft answers of the case.
func (m *Machine) edits(a Actor, c *Case) bool {
	return slices.ContainsFunc(m.states[c.State].Edit, func(n string) bool { return m.plays(m.parties[n], a, c) })
}

// playing lists the relations by which the actor is tied to the case.
func (m *Machine) playing(a Actor, c *Case) map[Relation]bool {
	out := map[Relation]bool{}
	for i := range m.def.Parties {
		if p := &m.def.Parties[i]; m.plays(p, a, c) {
			out[p.Relation] = true
		}
	}
	return out
}

// ScopeOf is what the actor may see, for lists: the same parties and relations that Visible asks of a single case.
func ScopeOf(actor Actor, machines Machines) Scope {
	s := Scope{User: actor.ID}
	byGrant := map[Grant]map[Relation][]string{}
	machines.Each(func(m *Machine) {
		for _, st := range m.def.States {
			place := Place(m.def.Name, m.def.Version, st.Name)
			parties := m.seers(st.Name)
			if st.Shown != "" {
				parties = m.all()
			}
			for _, p := range parties {
				s.add(actor, p, place, byGrant)
			}
		}
	})
	for _, g := range actor.Roles {
		s.slice(actor, g, byGrant[g])
		delete(byGrant, g)
	}
	return s
}

func (m *Machine) all() []*Party {
	out := make([]*Party, len(m.def.Parties))
	for i := range m.def.Parties {
		out[i] = &m.def.Parties[i]
	}
	return out
}

// add notes a place for the relations that name the actor, and per grant for those that name a part of the country.
func (s *Scope) add(a Actor, p *Party, place string, by map[Grant]map[Relation][]string) {
	put := func(list *[]string) {
		if !slices.Contains(*list, place) {
			*list = append(*list, place)
		}
	}
	holds := len(p.Roles) == 0 || slices.ContainsFunc(p.Roles, a.Has)
	switch p.Relation {
	case RelAnyone:
		if holds && a.ID != SystemID && !a.Has(RoleObjector) {
			put(&s.Anyone)
		}
	case RelAssigned:
		if holds {
			put(&s.Assigned)
		}
	case RelOwn, RelScope, RelCompetent, RelLead:
		for _, g := range a.Roles {
			if !slices.Contains(p.Roles, g.Role) {
				continue
			}
			if by[g] == nil {
				by[g] = map[Relation][]string{}
			}
			list := by[g][p.Relation]
			put(&list)
			by[g][p.Relation] = list
		}
	}
}

// slice turns one grant's places into slices of the scope.
func (s *Scope) slice(a Actor, g Grant, places map[Relation][]string) {
	if list := places[RelOwn]; len(list) > 0 && g.organization(a) != "" {
		s.Own = append(s.Own, Slice{Organization: g.organization(a), Places: list})
	}
	if list := places[RelScope]; len(list) > 0 {
		s.Regions = append(s.Regions, Slice{Region: g.Region, Round: g.Round, Agency: g.Agency, Places: list})
	}
	if list := places[RelLead]; len(list) > 0 {
		s.Lead = append(s.Lead, Slice{Organization: g.Organization, Region: g.Region, Round: g.Round, Agency: g.Agency, Places: list})
	}
	agency := g.Agency
	if agency == "" {
		agency = a.Agency
	}
	if list := places[RelCompetent]; len(list) > 0 && agency != "" {
		s.Competent = append(s.Competent, Slice{Agency: agency, Places: list})
	}
}
