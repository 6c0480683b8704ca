package machine

import (
	"slices"

	"incubase/workflow"
)

func (m *Machine) Shown(a workflow.Actor, c *workflow.Case, s workflow.State) workflow.State {
	st := m.States[s]
	if st == nil || st.Shown == "" || a.ID == workflow.SystemID || slices.ContainsFunc(m.seers(s),
		func(p *workflow.Party) bool { return m.Plays(p, a, c) }) {
		return s
	}
	return st.Shown
}
