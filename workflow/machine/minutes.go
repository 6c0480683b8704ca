package machine

import (
	"slices"

	"incubase/workflow"
)

func (m *Machine) EndedByStaff(s workflow.State) bool {
	staff := func(name string) bool {
		p := m.Parties[name]
		return !p.Applicant() && p.Relation != workflow.RelSystem && p.Relation != workflow.RelPublic
	}
	for from, leaving := range m.Leaving {
		for _, t := range leaving {
			leads := slices.ContainsFunc(t.Branches, func(b branch) bool { return b.To == s && from != s })
			if leads && slices.ContainsFunc(t.Def.By, staff) {
				return true
			}
		}
	}
	return false
}
