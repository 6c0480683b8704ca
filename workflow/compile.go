package workflow

import (
	"errors"
	"fmt"
	"slices"
)

// Compile checks a definition and prepares it; the error lists everything wrong at once, each naming its place.
func Compile(def Definition) (*Machine, error) {
	m := &Machine{def: def, states: map[State]*StateDef{}, groups: map[State]*Group{}, parties: map[string]*Party{},
		desks: map[string]*desk{}, leaving: map[State][]*transition{}}
	m.def.Desks = slices.Clone(def.Desks) // defaults are filled in; the caller's definition stays as it was hashed
	c := &checker{m: m}
	c.names()
	c.desks()
	c.words()
	c.references()
	c.shape()
	if len(c.errs) == 0 {
		c.hides()
		m.secrets = m.secretFacts()
	}
	c.transitions()
	if len(c.errs) == 0 { // the graph makes sense only where every name does
		c.timers()
		c.graph()
		c.life()
		m.edges, m.audiences = m.allEdges(), m.allAudiences()
	}
	if len(c.errs) > 0 {
		return nil, fmt.Errorf("workflow %s version %d: %w", def.Name, def.Version, errors.Join(c.errs...))
	}
	return m, nil
}

// Definition is what was compiled.
func (m *Machine) Definition() Definition { return m.def }

// Edges are all legal moves, the birth ("create" from "") included, in a stable order.
func (m *Machine) Edges() []Edge { return slices.Clone(m.edges) }

func (m *Machine) allEdges() []Edge {
	out := []Edge{{Action: CreateAction, To: m.def.Initial}}
	for _, s := range m.def.States {
		for _, t := range m.leaving[s.Name] {
			for _, b := range t.branches {
				e := Edge{t.def.Name, s.Name, b.to}
				if !slices.Contains(out, e) {
					out = append(out, e)
				}
			}
		}
	}
	return out
}

// Names of actions that are built in.
const (
	// SaveAction keeps work in progress for those whom a state's edit list names.
	SaveAction = "save"
	// CreateAction is the birth of a case.
	CreateAction = "create"
	// AnswersSlot is where the draft of a case's answers lies, shared by those who may edit them.
	AnswersSlot = "answers"
)

// builtIn are the names that no definition may give to an action of its own.
var builtIn = []string{SaveAction, CreateAction, MovedAction, EraseAction}

// chain is a state and the groups around it, the nearest first.
func (m *Machine) chain(s State) []State {
	out := []State{s}
	in := m.states[s].In
	for in != "" && len(out) <= len(m.groups)+1 {
		out = append(out, in)
		in = m.groups[in].In
	}
	return out
}

// transitions builds, for each state, what leaves it: of entries with one name the nearest to the state wins.
func (c *checker) transitions() {
	m := c.m
	compiled := make([]transition, len(m.def.Actions))
	for i := range m.def.Actions {
		compiled[i] = c.action(&m.def.Actions[i])
	}
	if len(c.errs) > 0 {
		return
	}
	storing := map[State][]State{} // target -> states that are stored on the way there
	for _, s := range m.def.States {
		m.leaving[s.Name] = c.leavingOf(s.Name, compiled)
		for _, t := range m.leaving[s.Name] {
			if !t.stores() {
				continue
			}
			for _, b := range t.branches {
				if !slices.Contains(storing[b.to], s.Name) {
					storing[b.to] = append(storing[b.to], s.Name)
				}
			}
		}
	}
	for _, s := range m.def.States {
		for _, t := range m.leaving[s.Name] {
			t.expandStored(storing[s.Name])
			if len(t.branches) == 0 {
				c.fail("action %s in state %s: returns to a stored state, but no action stores one on the way here", t.def.Name,
					s.Name)
			}
		}
	}
}

// leavingOf picks the transitions of a state, in the order of the definition.
func (c *checker) leavingOf(s State, compiled []transition) []*transition {
	type pick struct{ index, distance int }
	best := map[string]pick{}
	for d, at := range c.m.chain(s) {
		for i := range compiled {
			def := compiled[i].def
			if !slices.Contains(def.From, at) {
				continue
			}
			old, seen := best[def.Name]
			switch {
			case !seen:
				best[def.Name] = pick{i, d}
			case old.distance == d:
				c.fail("action %s is declared twice for %s", def.Name, at)
			}
		}
	}
	var out []*transition
	for i := range compiled {
		if p, ok := best[compiled[i].def.Name]; ok && p.index == i && !compiled[i].def.Never {
			t := compiled[i]
			t.from = s
			t.branches = slices.Clone(t.branches)
			for j, b := range t.branches {
				if b.to == Stay {
					t.branches[j].to = s
				}
			}
			out = append(out, &t)
		}
	}
	return out
}

// stores reports whether the action remembers the state it leaves.
func (t *transition) stores() bool {
	return slices.ContainsFunc(t.effects, func(e effect) bool { _, ok := e.(storeState); return ok })
}

// expandStored turns "$stored" into one branch for each state that may have been stored; which one is taken is decided
// by the case.
func (t *transition) expandStored(states []State) {
	var out []branch
	for _, b := range t.branches {
		if b.to != Stored {
			out = append(out, b)
			continue
		}
		for _, s := range states {
			out = append(out, branch{to: s, when: append(slices.Clone(b.when), storedIs{s})})
		}
	}
	t.branches = out
}

// action compiles an entry: its guards, branches and effects, shared by all states it leaves.
func (c *checker) action(def *ActionDef) transition {
	at := "action " + def.Name
	t := transition{def: def, guards: c.guards(at, def.Guards)}
	if def.Desk != "" {
		if d := c.m.desks[def.Desk]; d == nil {
			c.fail("%s: unknown desk %s", at, def.Desk)
		} else {
			t.desk = d
			t.guards = append(t.guards, deskFree{d})
			t.effects = append(t.effects, deskAnswer{d})
		}
	}
	for _, spec := range def.Effects {
		if e := c.effect(at, spec); e != nil {
			t.effects = append(t.effects, e)
		}
	}
	to := def.To
	if len(to) == 0 {
		to = Target{{To: Stay}}
	}
	for i, b := range to {
		if (len(b.When) > 0) != (i < len(to)-1) {
			c.fail("%s: every branch but the last has a when, the last has none", at)
		}
		if b.To != Stay && b.To != Stored && c.m.states[b.To] == nil {
			c.fail("%s: unknown state %s", at, b.To)
		}
		t.branches = append(t.branches, branch{b.To, c.guards(at, b.When)})
	}
	t.rows = t.allRows()
	return t
}

// allRows are the other rows on which the action's outcome rests.
func (t *transition) allRows() []Row {
	guards := slices.Clone(t.guards)
	for _, b := range t.branches {
		guards = append(guards, b.when...)
	}
	var out []Row
	for _, g := range guards {
		for _, row := range rowsOf(g) {
			if !slices.Contains(out, row) {
				out = append(out, row)
			}
		}
	}
	return out
}

func (c *checker) guards(at string, specs []Spec) []Guard {
	var out []Guard
	for _, spec := range specs {
		if g := c.guard(at, spec); g != nil {
			out = append(out, g)
		}
	}
	return out
}

func (c *checker) guard(at string, spec Spec) Guard {
	maker := guardMakers[spec.Name]
	if maker == nil {
		c.fail("%s: unknown guard %s", at, spec.Name)
		return nil
	}
	p := &params{given: spec.Params}
	g := maker(c, p)
	if err := p.err(); err != nil {
		c.fail("%s: guard %s: %v", at, spec.Name, err)
		return nil
	}
	return g
}

func (c *checker) effect(at string, spec Spec) effect {
	maker := effectMakers[spec.Name]
	if maker == nil {
		c.fail("%s: unknown effect %s", at, spec.Name)
		return nil
	}
	p := &params{given: spec.Params}
	e := maker(c, p)
	if err := p.err(); err != nil {
		c.fail("%s: effect %s: %v", at, spec.Name, err)
		return nil
	}
	return e
}

// transition finds what an action does in a state.
func (m *Machine) transition(s State, action string) *transition {
	for _, t := range m.leaving[s] {
		if t.def.Name == action {
			return t
		}
	}
	return nil
}

// Needs says which candidates the action's effects ask for, and whether they answer objections.
func (m *Machine) Needs(action string) (n Needs) {
	for _, a := range m.def.Actions {
		if a.Name != action {
			continue
		}
		for _, e := range a.Effects {
			n.Reviewers = n.Reviewers || e.Name == "assign_reviewers" || e.Name == "declare"
			n.Agencies = n.Agencies || e.Name == "ask_cosigners"
			n.Objections = n.Objections || e.Name == "confirm_objection" || e.Name == "resolve_objection"
		}
	}
	return n
}

// asksAnswers reports whether the action freezes the case's answers.
func (m *Machine) asksAnswers(action string) bool {
	for _, a := range m.def.Actions {
		if a.Name == action && slices.ContainsFunc(a.Fields, func(f FieldDef) bool { return f.Type == "answers" }) {
			return true
		}
	}
	return false
}

// Guards are those of an action as it leaves a state (or the first state of a group).
func (m *Machine) Guards(s State, action string) []Guard {
	if m.groups[s] != nil {
		s = m.inside(s)[0]
	}
	if t := m.transition(s, action); t != nil {
		return slices.Clone(t.guards)
	}
	return nil
}
