package workflow

import "slices"

func (a Actor) AgencyFor(p *Party) ID {
	for _, g := range a.Roles {
		if slices.Contains(p.Roles, g.Role) && g.Agency != "" {
			return g.Agency
		}
	}
	return a.Agency
}
