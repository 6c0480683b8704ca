package machine

import (
	"slices"

	"incubase/workflow"
	"incubase/workflow/define"
)

func (m *Machine) Confirms(s workflow.State, action string) bool {
	t := m.Transition(s, action)
	return t != nil && t.Def.Confirms()
}

func (m *Machine) ConfirmsAnywhere(action string) bool {
	return slices.ContainsFunc(m.Def.Actions, func(a define.ActionDef) bool {
		return a.Name == action && a.Confirms()
	})
}
