package machine

import (
	"errors"
	"fmt"
	"slices"

	"incubase/workflow"
	"incubase/workflow/define"
)

// Compile checks a definition and prepares it. The error lists all faults, each with its place.
func Compile(def define.Definition) (*Machine, error) {
	m := &Machine{Def: def, States: map[workflow.State]*define.StateDef{}, groups: map[workflow.State]*define.Group{},
		Parties: map[string]*workflow.Party{},
		Desks:   map[string]*define.CompiledDesk{}, Leaving: map[workflow.State][]*Transition{}, plans: map[string]any{},
		guards: map[*define.ActionDef][]define.Guard{}}
	m.Def.Desks = slices.Clone(def.Desks) // defaults are filled in here; the caller's definition keeps its hash
	c := &checker{m: m, Checker: define.Checker{Def: &m.Def, Desks: m.Desks, Plans: m.plans}}
	c.names()
	c.desks()
	c.words()
	c.effects()
	c.references()
	c.shape()
	if len(c.Errs) == 0 {
		c.checkShownAs()
		m.Secrets = c.secretFacts()
		c.Secrets, m.notices = m.Secrets, c.Known.Notices
	}
	c.transitions()
	if len(c.Errs) == 0 { // the graph makes sense only when all names do
		c.timers()
		c.graph()
		c.checkLifecycle()
		c.checkResults()
		m.EdgeList, m.Audiences = m.allEdges(), m.allAudiences()
	}
	if len(c.Errs) > 0 {
		return nil, fmt.Errorf("workflow %s version %d: %w", def.Name, def.Version, errors.Join(c.Errs...))
	}
	return m, nil
}

func (m *Machine) Definition() define.Definition { return m.Def }

// Edges returns all legal moves, "create" from "" included, in a stable order.
func (m *Machine) Edges() []Edge { return slices.Clone(m.EdgeList) }

func (m *Machine) allEdges() []Edge {
	out := []Edge{{Action: workflow.CreateAction, To: m.Def.Initial}}
	for _, s := range m.Def.States {
		for _, t := range m.Leaving[s.Name] {
			for _, b := range t.Branches {
				e := Edge{t.Def.Name, s.Name, b.To}
				if !slices.Contains(out, e) {
					out = append(out, e)
				}
			}
		}
	}
	return out
}

var builtIn = []string{workflow.SaveAction, workflow.CreateAction, MovedAction, EraseAction}

// chain lists a state and the groups around it, innermost first.
func (m *Machine) chain(s workflow.State) []workflow.State {
	out := []workflow.State{s}
	in := m.States[s].In
	for in != "" && len(out) <= len(m.groups)+1 {
		out = append(out, in)
		in = m.groups[in].In
	}
	return out
}

// transitions builds the actions that leave each state. Of entries with one name the innermost wins.
func (c *checker) transitions() {
	m := c.m
	compiled := make([]Transition, len(m.Def.Actions))
	for i := range m.Def.Actions {
		compiled[i] = c.action(&m.Def.Actions[i])
	}
	if len(c.Errs) > 0 {
		return
	}
	storing := map[workflow.State][]workflow.State{} // target -> states that are stored on the way to it
	for _, s := range m.Def.States {
		m.Leaving[s.Name] = c.leavingOf(s.Name, compiled)
		for _, t := range m.Leaving[s.Name] {
			if !t.traits.Has(define.Stores) {
				continue
			}
			for _, b := range t.Branches {
				if !slices.Contains(storing[b.To], s.Name) {
					storing[b.To] = append(storing[b.To], s.Name)
				}
			}
		}
	}
	for _, s := range m.Def.States {
		for _, t := range m.Leaving[s.Name] {
			t.expandStored(storing[s.Name])
			if len(t.Branches) == 0 {
				c.fail("action %s in state %s: returns to a stored state, but no action stores one on the way here", t.Def.Name,
					s.Name)
			}
		}
	}
}

func (c *checker) leavingOf(s workflow.State, compiled []Transition) []*Transition {
	type pick struct{ index, distance int }
	best := map[string]pick{}
	for d, at := range c.m.chain(s) {
		for i := range compiled {
			def := compiled[i].Def
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
	var out []*Transition
	for i := range compiled {
		if p, ok := best[compiled[i].Def.Name]; ok && p.index == i && !compiled[i].Def.Never {
			t := compiled[i]
			t.from = s
			t.Branches = slices.Clone(t.Branches)
			for j, b := range t.Branches {
				if b.To == define.Stay {
					t.Branches[j].To = s
				}
			}
			out = append(out, &t)
		}
	}
	return out
}

// expandStored turns "$stored" into one branch for each state that may have been stored.
func (t *Transition) expandStored(states []workflow.State) {
	var out []branch
	for _, b := range t.Branches {
		if b.To != define.Stored {
			out = append(out, b)
			continue
		}
		for _, s := range states {
			out = append(out, branch{To: s, when: append(slices.Clone(b.when), define.StoredIs{State: s})})
		}
	}
	t.Branches = out
}

func (c *checker) action(def *define.ActionDef) Transition {
	at := "action " + def.Name
	c.Action, c.Branch = def, false
	t := Transition{Def: def, Guards: c.guards(def.Guards)}
	c.m.guards[def] = slices.Clone(t.Guards)
	if def.Desk != "" {
		if d := c.m.Desks[def.Desk]; d == nil {
			c.fail("%s: unknown desk %s", at, def.Desk)
		} else {
			t.desk = d
			t.Guards = append(t.Guards, define.DeskFree{D: d})
			t.effects = append(t.effects, c.m.answers(d))
		}
	}
	t.effects = append(t.effects, c.uses[def]...)
	for i := range t.effects {
		t.traits.Add(&t.effects[i].Traits)
	}
	c.Branch = true
	to := def.To
	if len(to) == 0 {
		to = define.Target{{To: define.Stay}}
	}
	for i, b := range to {
		if (len(b.When) > 0) != (i < len(to)-1) {
			c.fail("%s: every branch but the last has a when, the last has none", at)
		}
		if b.To != define.Stay && b.To != define.Stored && c.m.States[b.To] == nil {
			c.fail("%s: unknown state %s", at, b.To)
		}
		t.Branches = append(t.Branches, branch{b.To, c.guards(b.When)})
	}
	t.rows = t.allRows()
	return t
}

func (t *Transition) allRows() []define.Row {
	guards := slices.Clone(t.Guards)
	for _, b := range t.Branches {
		guards = append(guards, b.when...)
	}
	var out []define.Row
	for _, g := range guards {
		for _, row := range define.RowsOf(g) {
			if !slices.Contains(out, row) {
				out = append(out, row)
			}
		}
	}
	return out
}

func (c *checker) guards(specs []define.Spec) []define.Guard {
	var out []define.Guard
	for _, spec := range specs {
		if g := c.Guard(spec); g != nil {
			out = append(out, g)
		}
	}
	return out
}

// effects makes the effects of all actions: what they keep is known before guards ask for it.
func (c *checker) effects() {
	c.uses = map[*define.ActionDef][]define.Effect{}
	for i := range c.m.Def.Actions {
		c.Action = &c.m.Def.Actions[i]
		for _, spec := range c.Action.Effects {
			if e, ok := c.Effect(spec); ok {
				c.uses[c.Action] = append(c.uses[c.Action], e)
			}
		}
	}
}

// Transition returns nil if the action does not leave the state.
func (m *Machine) Transition(s workflow.State, action string) *Transition {
	for _, t := range m.Leaving[s] {
		if t.Def.Name == action {
			return t
		}
	}
	return nil
}

func (m *Machine) Needs(action string) (n workflow.Needs) {
	for _, a := range m.Def.Actions {
		if a.Name != action {
			continue
		}
		for _, e := range a.Effects {
			n = n.And(define.EffectOf(e.Name).Needs)
		}
	}
	return n
}

func (m *Machine) AsksAnswers(action string) bool {
	for _, a := range m.Def.Actions {
		if a.Name == action && slices.ContainsFunc(a.Fields, func(f define.FieldDef) bool { return f.Type == "answers" }) {
			return true
		}
	}
	return false
}

// Guards returns an action's guards in a state, or in the first state of a group.
func (m *Machine) Guards(s workflow.State, action string) []define.Guard {
	if m.groups[s] != nil {
		s = m.inside(s)[0]
	}
	if t := m.Transition(s, action); t != nil {
		return slices.Clone(t.Guards)
	}
	return nil
}

// GuardsOf returns the guards of an action of the definition, without those of its branches; not to be changed.
func (m *Machine) GuardsOf(a *define.ActionDef) []define.Guard { return m.guards[a] }

// Publishes reports whether the clock is one during which an action makes a notice public.
func (m *Machine) Publishes(clock string) bool { return slices.Contains(m.notices, clock) }

// GuardOf makes a guard of the definition, nested ones too, to be named in words; nil for an unknown one.
func (m *Machine) GuardOf(s define.Spec) define.Guard {
	c := define.Checker{Def: &m.Def, Desks: m.Desks, Plans: m.plans, Branch: true, Action: &define.ActionDef{}}
	return c.Guard(s)
}

// Money reports whether the action takes money, and whether it gives money back.
func (t *Transition) Money() (takes, gives bool) { return t.traits.Takes, t.traits.Gives }

type Machines interface {
	// Machine returns one version of a workflow, nil if there is none. Version 0 is the newest approved one, else the
	// newest.
	Machine(name string, version int) *Machine
	// Opens returns an approved version under which cases are born, for 0 the newest. nil if there is none.
	Opens(name string, version int) *Machine
	// Each visits the machines that cases may live under, without those that wait for approval.
	Each(visit func(*Machine))
}

// Check refuses filters on things that do not exist, all at once, as *Invalid; an empty list would say that there are
// none now. The store checks the round, by id or reference, and the track.
func Check(q *workflow.CaseQuery, machines Machines) error {
	var f workflow.Faults
	known, holds := false, false
	machines.Each(func(m *Machine) {
		if q.Workflow != "" && m.Def.Name != q.Workflow {
			return
		}
		known = true
		holds = holds || m.States[q.State] != nil
	})
	if q.Workflow != "" && !known {
		f.Say("workflow", "没有这种业务，请用 GET /workflows 所列的名称", "there is no such workflow; GET /workflows lists the names")
	}
	if q.State != "" && known && !holds {
		f.Say("state", "没有这种状态，请用业务定义中的状态名", "there is no such state; use a name from the workflow's definition")
	}
	f.IDs(map[string]workflow.ID{"organization": q.Organization, "project": q.Project, "agency": q.Agency})
	return f.Err()
}
