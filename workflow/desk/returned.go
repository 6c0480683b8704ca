package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"incubase/workflow"
	"incubase/workflow/define"
	"incubase/workflow/machine"
)

// closing returns the closing time of a draft that waits for submission to its round; nil otherwise.
func closing(m *machine.Machine, f *workflow.Facts) *workflow.Closing {
	t := m.Submission(f.Case.State)
	if t == nil || f.Round == nil || f.Case.Outcome != "" {
		return nil
	}
	for _, g := range t.Guards {
		if g.Traits().Has(define.Taking) {
			return &workflow.Closing{At: f.Round.Closes, Over: machine.RoundAnnounced(define.Input{Facts: f}) != nil}
		}
	}
	return nil
}

// Returns finds the events by which cases entered their present state.
type Returns interface {
	Entered(ctx context.Context, cases []workflow.ID) (map[workflow.ID]workflow.Event, error)
}

func sendsBack(m *machine.Machine, s workflow.State) bool {
	return len(m.States[s].Edit) > 0 && slices.ContainsFunc(m.EdgeList, func(e machine.Edge) bool {
		t := m.Transition(e.From, e.Action) // nil for the opening of a case
		return e.To == s && e.From != s && t != nil && t.Def.Revert
	})
}

func (d *Desk) returned(ctx context.Context, views []*workflow.View, rows []*workflow.Loaded) error {
	if d.Returns == nil {
		return nil
	}
	var ids []workflow.ID
	for i, v := range views {
		m := d.machineOf(rows[i])
		if v.CanEdit && m.Submission(v.Case.State) != nil && sendsBack(m, v.Case.State) {
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
			v.Returned = returnOf(d.machineOf(rows[i]), rows[i].Facts, e)
		}
	}
	return nil
}

func returnOf(m *machine.Machine, f workflow.Facts, e workflow.Event) *workflow.Return {
	t := m.Transition(e.From, e.Action)
	if t == nil || !t.Def.Revert {
		return nil
	}
	for _, e := range ShowEvents(m, f, []workflow.Event{e}) {
		var said workflow.Payload
		if json.Unmarshal([]byte(e.Payload), &said) == nil && said.Note != "" {
			return &workflow.Return{Note: said.Note, At: e.At}
		}
	}
	return nil
}

func (d *Desk) machineOf(l *workflow.Loaded) *machine.Machine {
	return d.Machines.Machine(l.Facts.Case.Workflow, l.Facts.Case.DefinitionVersion)
}
