package workflow

import (
	"context"
	"errors"
	"fmt"

	"github.com/looplab/fsm"
)

// This is the only file that knows looplab/fsm. The library is asked about topology once, at compile, and fires a fresh
// instance per command, made from only the edges that leave the state: an instance is never shared and never kept (a
// cancelled context or a recovered panic would wedge it for good).

// Machine is a compiled, checked Definition. It never changes, so every request may share it.
type Machine struct {
	def       Definition
	states    map[State]*StateDef
	groups    map[State]*Group
	parties   map[string]*Party
	desks     map[string]*desk
	leaving   map[State][]*transition // in the order of the definition
	edges     []Edge
	audiences map[State]audience
	secrets   map[string]circle // facts
	answering answering         // of objections
}

// transition is an action as it leaves one state.
type transition struct {
	def      *ActionDef
	from     State
	guards   []Guard
	branches []branch
	effects  []effect
	rows     []Row // that guards and branches read
	desk     *desk // at which it answers
}

type branch struct {
	to   State
	when []Guard
}

// Edge is one legal move of a definition version, as the schema's foreign key knows it.
type Edge struct {
	Action string `json:"action"`
	From   State  `json:"from"`
	To     State  `json:"to"`
}

// event is the library's name of a branch: the action and where it leads.
func (t *transition) event(to State) string { return t.def.Name + ">" + string(to) }

func (t *transition) events() []fsm.EventDesc {
	out := make([]fsm.EventDesc, len(t.branches))
	for i, b := range t.branches {
		out[i] = fsm.EventDesc{Name: t.event(b.to), Src: []string{string(t.from)}, Dst: string(b.to)}
	}
	return out
}

// topology asks the library what can be reached from the initial state, and which of those states nothing leaves for
// another one.
func (m *Machine) topology() (reached, stuck map[State]bool) {
	var all fsm.Events
	for _, s := range m.def.States {
		for _, t := range m.leaving[s.Name] {
			all = append(all, t.events()...)
		}
	}
	next := map[string]State{}
	for _, e := range all {
		next[e.Src[0]+" "+e.Name] = State(e.Dst)
	}
	machine := fsm.NewFSM(string(m.def.Initial), all, nil)
	reached, stuck = map[State]bool{m.def.Initial: true}, map[State]bool{}
	for todo := []State{m.def.Initial}; len(todo) > 0; todo = todo[1:] {
		machine.SetState(string(todo[0]))
		stuck[todo[0]] = true
		for _, e := range machine.AvailableTransitions() {
			to := next[string(todo[0])+" "+e]
			if to != todo[0] {
				stuck[todo[0]] = false
			}
			if !reached[to] {
				reached[to] = true
				todo = append(todo, to)
			}
		}
	}
	return reached, stuck
}

// fire moves a fresh machine along one branch: guards run before the event over the immutable facts, the destination is
// collected after it. The guards' refusals come back as *Refused.
func (t *transition) fire(ctx context.Context, to State, guard func() []Refusal) (State, error) {
	var landed State
	callbacks := fsm.Callbacks{
		"before_event": func(_ context.Context, e *fsm.Event) {
			if rs := guard(); len(rs) > 0 {
				e.Cancel(&Refused{Action: t.def.Name, Refusals: rs})
			}
		},
		"after_event": func(_ context.Context, e *fsm.Event) { landed = State(e.Dst) },
	}
	err := fsm.NewFSM(string(t.from), t.events(), callbacks).Event(ctx, t.event(to))
	var stay fsm.NoTransitionError
	if err == nil || errors.As(err, &stay) && stay.Err == nil {
		return landed, nil
	}
	var cancelled fsm.CanceledError
	if errors.As(err, &cancelled) && cancelled.Err != nil {
		return "", cancelled.Err
	}
	return "", fmt.Errorf("fire %s from %s: %w", t.def.Name, t.from, err)
}
