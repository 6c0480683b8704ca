package machine

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"incubase/workflow"
)

// Import returns the case of a past award: closed at birth, outside ledger, envelopes and boards, by the system.
func (m *Machine) Import(ctx context.Context, p workflow.Past, secret [32]byte) (workflow.OpenedCase, json.RawMessage,
	error) {
	if m.Def.Name != workflow.ImportedWorkflow {
		return workflow.OpenedCase{}, nil, fmt.Errorf("import: %s takes no past awards", m.Def.Name)
	}
	answers, err := json.Marshal(p.Answers)
	if err != nil {
		return workflow.OpenedCase{}, nil, fmt.Errorf("encode the answers of a past award: %w", err)
	}
	c := p.Case
	c.ID, c.Workflow, c.Imported, c.AnswersRevision = workflow.NewID(p.On), m.Def.Name, true, 1
	c.DefinitionVersion, c.State, c.Born = m.Def.Version, m.Def.Initial, p.On.UTC().Truncate(time.Microsecond)
	f := workflow.Facts{Case: c, Now: c.Born, Actor: workflow.System(), Secret: secret}
	w := m.Begin(ctx, f, workflow.Command{}, p.Source)
	w.doer(workflow.CreateAction)
	w.land("", m.Def.Initial)
	if err := w.Event(workflow.CreateAction, "", m.Def.Initial); err != nil {
		return workflow.OpenedCase{}, nil, err
	}
	d, err := w.Finish()
	if err != nil {
		return workflow.OpenedCase{}, nil, err
	}
	return workflow.OpenedCase{Case: d.Case, Event: d.Events[0]}, answers, nil
}
