package workflow

import "slices"

// Holds leaves out the rule of independence.
func (p *Party) Holds(a Actor, c *Case) bool {
	switch p.Relation {
	case RelSystem:
		return a.ID == SystemID
	case RelPublic:
		return a.Has(RoleObjector)
	case RelAnyone:
		return a.ID != SystemID && !a.Has(RoleObjector) && (len(p.Roles) == 0 || slices.ContainsFunc(p.Roles, a.Has))
	}
	for _, g := range a.Roles {
		if slices.Contains(p.Roles, g.Role) && Relates(p.Relation, g, a, c) {
			return true
		}
	}
	return false
}

func Relates(r Relation, g Grant, a Actor, c *Case) bool {
	switch r {
	case RelOwn:
		return c.Organization != "" && g.OrganizationOf(a) == c.Organization
	case RelScope:
		return g.covers(c)
	case RelAssigned:
		return c.Assignment(a.ID) != nil
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

func (g Grant) covers(c *Case) bool {
	return c.Region.Within(g.Region) && (g.Round == "" || g.Round == c.Round || g.Round == c.ID) &&
		(g.Agency == "" || g.Agency == c.Agency)
}

func (g Grant) OrganizationOf(a Actor) ID {
	if g.Organization != "" {
		return g.Organization
	}
	return a.Organization
}

// GrantPlaces holds the places that one grant opens, by relation.
type GrantPlaces struct{ own, scope, lead, competent []string }

// Add adds a place to the actor's own grants, or to by for relations that depend on a grant's scope.
func (s *Grants) Add(a *Actor, p *Party, place string, by []GrantPlaces) {
	put := func(list *[]string) {
		if n := len(*list); n == 0 || (*list)[n-1] != place { // the parties of a place follow each other
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

func (s *Grants) AddGrant(a Actor, g Grant, places *GrantPlaces) {
	if list := places.own; len(list) > 0 && g.OrganizationOf(a) != "" {
		s.Own = append(s.Own, GrantScope{Organization: g.OrganizationOf(a), Places: list})
	}
	if list := places.scope; len(list) > 0 {
		s.Regions = append(s.Regions, GrantScope{Region: g.Region, Round: g.Round, Agency: g.Agency, Places: list})
	}
	if list := places.lead; len(list) > 0 {
		s.Lead = append(s.Lead, GrantScope{Organization: g.Organization, Region: g.Region, Round: g.Round, Agency: g.Agency,
			Places: list})
	}
	agency := g.Agency
	if agency == "" {
		agency = a.Agency
	}
	if list := places.competent; len(list) > 0 && agency != "" {
		s.Competent = append(s.Competent, GrantScope{Agency: agency, Places: list})
	}
}
