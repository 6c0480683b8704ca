// Package machine compiles workflow definitions and decides commands. It is pure: it reads facts and returns decisions,
// refusals and offers; the store commits them.
package machine

import (
	"context"
	"errors"
	"fmt"

	"github.com/looplab/fsm"

	"incubase/workflow"
	"incubase/workflow/define"
)

// This is the only file that uses looplab/fsm: for topology at compile, and for a fresh instance per command with
// only the edges that leave the state. A kept instance would stay blocked after a cancelled context or a recovered
// panic.

// Machine is a compiled, checked Definition. It is immutable, so requests share it.
type Machine struct {
	Def       define.Definition
	States    map[workflow.State]*define.StateDef
	groups    map[workflow.State]*define.Group
	Parties   map[string]*workflow.Party
	Desks     map[string]*define.CompiledDesk
	Leaving   map[workflow.State][]*Transition // in the order of the definition
	EdgeList  []Edge
	Audiences map[workflow.State]audience
	Secrets   map[string]define.Audience // by fact
	guards    map[*define.ActionDef][]define.Guard
	notices   []string       // clocks during which a notice is public
	plans     map[string]any // what effects prepared at compile
}

type Transition struct {
	Def      *define.ActionDef
	from     workflow.State
	Guards   []define.Guard
	Branches []branch
	effects  []define.Effect
	traits   define.Traits        // of all its effects
	rows     []define.Row         // read by guards and branches
	desk     *define.CompiledDesk // where it answers
}

type branch struct {
	To   workflow.State
	when []define.Guard
}

// Edge is one legal move of a definition version, as the schema's foreign key has it.
type Edge struct {
	Action string         `json:"action"`
	From   workflow.State `json:"from"`
	To     workflow.State `json:"to"`
}

func (t *Transition) event(to workflow.State) string { return t.Def.Name + ">" + string(to) }

func (t *Transition) events() []fsm.EventDesc {
	out := make([]fsm.EventDesc, len(t.Branches))
	for i, b := range t.Branches {
		out[i] = fsm.EventDesc{Name: t.event(b.To), Src: []string{string(t.from)}, Dst: string(b.To)}
	}
	return out
}

// topology returns the states that can be reached, and those of them that only lead to themselves.
func (m *Machine) topology() (reached, stuck map[workflow.State]bool) {
	var all fsm.Events
	for _, s := range m.Def.States {
		for _, t := range m.Leaving[s.Name] {
			all = append(all, t.events()...)
		}
	}
	next := map[string]workflow.State{}
	for _, e := range all {
		next[e.Src[0]+" "+e.Name] = workflow.State(e.Dst)
	}
	machine := fsm.NewFSM(string(m.Def.Initial), all, nil)
	reached, stuck = map[workflow.State]bool{m.Def.Initial: true}, map[workflow.State]bool{}
	for todo := []workflow.State{m.Def.Initial}; len(todo) > 0; todo = todo[1:] {
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

// fire moves a fresh machine along one branch. Refusals come back as *Refused.
func (t *Transition) fire(ctx context.Context, to workflow.State, guard func() []workflow.Refusal) (workflow.State,
	error) {
	var landed workflow.State
	callbacks := fsm.Callbacks{
		"before_event": func(_ context.Context, e *fsm.Event) {
			if rs := guard(); len(rs) > 0 {
				e.Cancel(&workflow.Refused{Action: t.Def.Name, Refusals: rs})
			}
		},
		"after_event": func(_ context.Context, e *fsm.Event) { landed = workflow.State(e.Dst) },
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
	return "", fmt.Errorf("fire %s from %s: %w", t.Def.Name, t.from, err)
}
