package machine

import (
	"slices"

	"incubase/workflow"
	"incubase/workflow/define"
)

// Confirms reports whether an action of a state is on the list.
func (m *Machine) Confirms(s workflow.State, action string) bool {
	t := m.Transition(s, action)
	return t != nil && t.Def.Has(workflow.ConfirmedEffects...)
}

// ConfirmsAnywhere reports whether an action of that name is on the list in some state.
func (m *Machine) ConfirmsAnywhere(action string) bool {
	return slices.ContainsFunc(m.Def.Actions, func(a define.ActionDef) bool {
		return a.Name == action && a.Has(workflow.ConfirmedEffects...)
	})
}
