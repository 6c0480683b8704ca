package machine

import (
	"slices"

	"incubase/workflow"
)

func (m *Machine) OnlySystem(t *Transition) bool {
	return len(t.Def.By) > 0 && !slices.ContainsFunc(t.Def.By,
		func(n string) bool { return m.Parties[n].Relation != workflow.RelSystem })
}
