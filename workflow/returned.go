package workflow

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// Closing is when a round stops taking what is written in a case.
type Closing struct {
	At   *time.Time // nil where the round names none
	Over bool       // the round takes nothing any more, now
}

// closing is that of a case whose writers send it off while its round is open; nil of every other.
func (m *Machine) closing(f *Facts) *Closing {
	t := m.submission(f.Case.State)
	if t == nil || f.Round == nil || f.Case.Outcome != "" {
		return nil
	}
	for _, g := range t.guards {
		if g.Rule() == "round_open" {
			return &Closing{At: f.Round.Closes, Over: roundAnnounced(input{Facts: f}) != nil}
		}
	}
	return nil
}

// Return is why a case was sent back to its writers.
type Return struct {
	Note string
	At   time.Time
}

// Returns finds, of several cases, the event that led each into the state it stands in.
type Returns interface {
	Entered(ctx context.Context, cases []ID) (map[ID]Event, error)
}

// sendsBack reports whether an act takes cases back to their writers in this state.
func (m *Machine) sendsBack(s State) bool {
	return len(m.states[s].Edit) > 0 && slices.ContainsFunc(m.edges, func(e Edge) bool {
		t := m.transition(e.From, e.Action) // none of a birth
		return e.To == s && e.From != s && t != nil && t.def.Revert
	})
}

// returned tells the writers of cases that were sent back what must be corrected, in one question for all of them.
func (d *Desk) returned(ctx context.Context, views []*View, rows []*Loaded) error {
	if d.Returns == nil {
		return nil
	}
	var ids []ID
	for i, v := range views {
		m := d.machineOf(rows[i])
		if v.CanEdit && m.submission(v.Case.State) != nil && m.sendsBack(v.Case.State) {
			ids = append(ids, v.Case.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	events, err := d.Returns.Entered(ctx, ids)
	if err != nil {
		return fmt.Errorf("read why cases were returned: %w", err)
	}
	for i, v := range views {
		if e, ok := events[v.Case.ID]; ok && e.To == v.Case.State {
			v.Returned = d.machineOf(rows[i]).returnOf(rows[i].Facts, e)
		}
	}
	return nil
}

// returnOf reads what was said with a return, as far as the reader may read it; nil where nothing was.
func (m *Machine) returnOf(f Facts, e Event) *Return {
	t := m.transition(e.From, e.Action)
	if t == nil || !t.def.Revert {
		return nil
	}
	for _, e := range m.ShowEvents(f, []Event{e}) {
		var said Payload
		if json.Unmarshal([]byte(e.Payload), &said) == nil && said.Note != "" {
			return &Return{said.Note, e.At}
		}
	}
	return nil
}

func (d *Desk) machineOf(l *Loaded) *Machine {
	return d.Machines.Machine(l.Facts.Case.Workflow, l.Facts.Case.DefinitionVersion)
}
