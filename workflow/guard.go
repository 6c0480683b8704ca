package workflow

import (
	"slices"
	"strings"

	"incubase/workflow/calendar"
)

// Letter says why a guard's fact still holds when the commit is written (the admission rule of guards).
type Letter byte

// The letters.
const (
	OnCase     Letter = 'a' // on the versioned case: whatever changes it bumps the version
	Constraint Letter = 'b' // asserted again by a constraint of the schema
	OnClock    Letter = 'c' // the clock, frozen once per command
	OnActor    Letter = 'd' // the actor
	OnRow      Letter = 'e' // another row, whose version the commit asserts again
)

// Row names the other row that a guard of letter e reads.
type Row string

// The rows guards may read.
const (
	RowRound        Row = "round"
	RowOrganization Row = "organization"
	RowParent       Row = "parent"
)

// Guard is one condition: a value made by the closed registry from its name and parameters.
type Guard interface {
	Rule() string            // the identifier clients see in refusals
	Letter() Letter          // why it is safe
	Row() Row                // which other row it reads, "" if none
	Label() Text             // what it asks, in words
	Gate() bool              // about the case rather than who acts: shown to everybody
	Check(in input) *Refusal // nil: it holds
}

// input is what a guard sees: the facts, and in branches the fields of the command.
type input struct {
	*Facts
	fields map[string]any
}

// rule is the common part of guards.
type rule struct {
	name   string
	letter Letter
	row    Row
	label  Text
	gate   bool
	secret bool // a gate for the staff only
	check  func(input) *Refusal
}

func (r rule) Rule() string            { return r.name }
func (r rule) Letter() Letter          { return r.letter }
func (r rule) Row() Row                { return r.row }
func (r rule) Label() Text             { return r.label }
func (r rule) Gate() bool              { return r.gate }
func (r rule) Check(in input) *Refusal { return r.check(in) }

// gate makes a guard about the case that everybody is shown.
func gate(name string, l Letter, zh, en string, check func(input) *Refusal) rule {
	return rule{name: name, letter: l, label: Text{ZH: zh, EN: en}, gate: true, check: check}
}

// quiet makes a guard that is no gate: about the actor, or only of use in branches.
func quiet(name string, l Letter, zh, en string, check func(input) *Refusal) rule {
	r := gate(name, l, zh, en, check)
	r.gate = false
	return r
}

// on says which other row the guard reads.
func (r rule) on(row Row) rule {
	r.row = row
	return r
}

// confidential reports whether a guard's words are for the staff only.
func confidential(g Guard) bool {
	switch g := g.(type) {
	case rule:
		return g.secret
	case either:
		return slices.ContainsFunc(g.some, confidential)
	}
	return false
}

type guardMaker func(*checker, *params) Guard

// guardMakers is the closed registry; registry.go documents it. Filled in init to let any_of refer to it.
var guardMakers map[string]guardMaker

func init() {
	guardMakers = map[string]guardMaker{}
	for _, part := range []map[string]guardMaker{roundGuards, caseGuards, moneyGuards, actorGuards} {
		for name, maker := range part {
			guardMakers[name] = maker
		}
	}
	guardMakers["any_of"] = anyOf
}

// GuardNames lists the registry, sorted.
func GuardNames() []string { return sortedKeys(guardMakers) }

func sortedKeys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// anyOf holds when one of several guards does; its refusal joins theirs.
func anyOf(c *checker, p *params) Guard {
	v, _ := p.get("guards")
	list, ok := v.([]any)
	if !ok || len(list) < 2 {
		p.fail("guards: at least two are needed")
		return nil
	}
	var some []Guard
	for _, x := range list {
		spec, err := specOf(x)
		if err != nil {
			p.fail("guards: %v", err)
			continue
		}
		if g := c.guard("any_of", spec); g != nil {
			some = append(some, g)
		}
	}
	if len(some) == 0 {
		return nil
	}
	return either{some}
}

// specOf reads a nested guard out of decoded YAML.
func specOf(x any) (Spec, error) {
	var s Spec
	err := s.UnmarshalYAML(func(out any) error {
		switch out := out.(type) {
		case *string:
			if name, ok := x.(string); ok {
				*out = name
				return nil
			}
		case *map[string]map[string]any:
			m, ok := x.(map[string]any)
			if !ok {
				break
			}
			*out = map[string]map[string]any{}
			for k, v := range m {
				inner, _ := v.(map[string]any)
				(*out)[k] = inner
			}
			return nil
		}
		return &Invalid{}
	})
	return s, err
}

// either is the and-join's counterpart: one of several suffices.
type either struct{ some []Guard }

func (e either) Rule() string   { return "any_of" }
func (e either) Letter() Letter { return e.some[0].Letter() }
func (e either) Gate() bool     { return true }

// Row is the first other row that any of them reads; rowsOf knows them all.
func (e either) Row() Row {
	for _, row := range rowsOf(e) {
		return row
	}
	return ""
}

// rowsOf lists the other rows that a guard reads, those inside any_of too: the commit asserts each again.
func rowsOf(g Guard) []Row {
	if e, ok := g.(either); ok {
		var out []Row
		for _, x := range e.some {
			out = append(out, rowsOf(x)...)
		}
		return out
	}
	if g.Row() == "" {
		return nil
	}
	return []Row{g.Row()}
}

func (e either) Label() Text {
	var zh, en []string
	for _, g := range e.some {
		zh, en = append(zh, g.Label().ZH), append(en, g.Label().EN)
	}
	return Text{ZH: strings.Join(zh, "，或者"), EN: strings.Join(en, ", or ")}
}

func (e either) Check(in input) *Refusal {
	var zh, en []string
	for _, g := range e.some {
		r := g.Check(in)
		if r == nil {
			return nil
		}
		zh, en = append(zh, r.Message.ZH), append(en, r.Message.EN)
	}
	return &Refusal{Rule: "any_of", Message: Text{ZH: strings.Join(zh, "；或者"), EN: strings.Join(en, "; or ")}}
}

// storedIs selects the branch of $stored that the case remembers.
type storedIs struct{ state State }

func (s storedIs) Rule() string   { return "stored_state" }
func (s storedIs) Letter() Letter { return OnCase }
func (s storedIs) Row() Row       { return "" }
func (s storedIs) Gate() bool     { return false }
func (s storedIs) Label() Text {
	return Text{ZH: "原状态为 " + string(s.state), EN: "was in " + string(s.state)}
}
func (s storedIs) Check(in input) *Refusal {
	if in.Case.StoredState == s.state {
		return nil
	}
	return no("stored_state", "原状态不是 %s", "it was not in %s", s.state)
}

// today is the day of the command.
func (f *Facts) today() calendar.Date { return calendar.DateOf(f.Now) }
