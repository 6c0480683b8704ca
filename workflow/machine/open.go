package machine

import (
	"context"
	"time"

	"incubase/workflow"
)

// OpenCase gives a case its first event, clocks and duties.
func (m *Machine) OpenCase(ctx context.Context, c workflow.Case, f workflow.Facts) (workflow.OpenedCase, error) {
	c.DefinitionVersion, c.State, c.Version, c.LastHash = m.Def.Version, m.Def.Initial, 0, workflow.Hash{}
	c.Born = f.Now.UTC().Truncate(time.Microsecond)
	f.Case = c
	w := m.Begin(ctx, f, workflow.Command{}, nil)
	w.doer(workflow.CreateAction)
	w.land("", m.Def.Initial)
	if err := w.Event(workflow.CreateAction, "", m.Def.Initial); err != nil {
		return workflow.OpenedCase{}, err
	}
	d, err := w.Finish()
	if err != nil {
		return workflow.OpenedCase{}, err
	}
	return workflow.OpenedCase{Case: d.Case, Event: d.Events[0], Duties: d.Duties}, nil
}
