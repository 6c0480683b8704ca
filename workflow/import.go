package workflow

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// ImportedWorkflow is the definition of past awards that are taken over from files.
const ImportedWorkflow = "imported"

// Past is an award that was made elsewhere and is taken over as it was written.
type Past struct {
	Case    Case           // title, organization, currency and amounts in its minor units
	On      time.Time      // of the award: the case's domain time; when it was taken over stands in recorded_at
	Answers map[string]any // by the definition's form
	Source  map[string]any // what the first event says of where it came from
}

// Import gives a past award its case: closed at birth, outside ledger, envelopes and boards, with the first event of
// its chain. Only who owns the installation does so: the actor is the system.
func (m *Machine) Import(ctx context.Context, p Past, secret [32]byte) (Birth, json.RawMessage, error) {
	if m.def.Name != ImportedWorkflow {
		return Birth{}, nil, fmt.Errorf("import: %s takes no past awards", m.def.Name)
	}
	answers, err := json.Marshal(p.Answers)
	if err != nil {
		return Birth{}, nil, fmt.Errorf("encode the answers of a past award: %w", err)
	}
	c := p.Case
	c.ID, c.Workflow, c.Imported, c.AnswersRevision = NewID(p.On), m.def.Name, true, 1
	c.DefinitionVersion, c.State, c.Born = m.def.Version, m.def.Initial, p.On.UTC().Truncate(time.Microsecond)
	f := Facts{Case: c, Now: c.Born, Actor: System(), Secret: secret}
	w := m.begin(ctx, f, Command{}, p.Source)
	w.doer(CreateAction)
	w.land("", m.def.Initial)
	if err := w.event(CreateAction, "", m.def.Initial); err != nil {
		return Birth{}, nil, err
	}
	d, err := w.finish()
	if err != nil {
		return Birth{}, nil, err
	}
	return Birth{Case: d.Case, Event: d.Events[0]}, answers, nil
}
