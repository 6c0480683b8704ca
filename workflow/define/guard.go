package define

import (
	"slices"
	"strings"

	"incubase/workflow"
)

// Letter says why a guard's fact still holds when the commit is written.
type Letter byte

const (
	OnCase     Letter = 'a' // on the versioned case: every change bumps its version
	Constraint Letter = 'b' // asserted again by a constraint of the schema
	OnClock    Letter = 'c' // the clock, fixed once per command
	OnActor    Letter = 'd' // the actor
	OnRow      Letter = 'e' // another row, whose version the commit asserts again
)

// Row is the other row that a guard of letter e reads.
type Row string

const (
	RowRound        Row = "round"
	RowOrganization Row = "organization"
	RowParent       Row = "parent"
)

// Subject is what a guard is about. Lists ask for the guards about the case; the act itself asks for all.
type Subject string

const (
	OfCase         Subject = "case"
	OfRound        Subject = Subject(RowRound)
	OfOrganization Subject = Subject(RowOrganization)
	OfParent       Subject = Subject(RowParent)
	OfActor        Subject = "actor"
	OfFields       Subject = "fields" // of the command
)

// letter is that of guards about the subject, unless they say another.
func (s Subject) letter() Letter {
	switch s {
	case OfRound, OfOrganization, OfParent:
		return OnRow
	case OfActor, OfFields:
		return OnActor
	}
	return OnCase
}

// GuardDef declares a guard.
type GuardDef struct {
	Name    string
	About   string
	Params  []Param
	Subject Subject
	Letter  Letter // where it is not the subject's
	Branch  bool   // only where a branch is chosen
	Traits
	Make func(*Checker, *workflow.Params) Guard
}

var guardDefs = map[string]*GuardDef{}

// Guards adds guards to the registry, by init of the packages that declare them. A second one of a name panics.
func Guards(defs ...GuardDef) {
	for i := range defs {
		d := &defs[i]
		if guardDefs[d.Name] != nil {
			panic("two guards " + d.Name)
		}
		if d.Letter == 0 {
			d.Letter = d.Subject.letter()
		}
		guardDefs[d.Name] = d
	}
}

func GuardNames() []string { return SortedKeys(guardDefs) }

// GuardOf returns the descriptor of a guard, nil if there is none.
func GuardOf(name string) *GuardDef { return guardDefs[name] }

func (d *Definition) NeedsRound() bool { return slices.Contains(d.Needs, string(RowRound)) }

// Guard is one condition, made by the closed registry from a name and parameters.
type Guard interface {
	Rule() string                     // identifier in refusals
	Letter() Letter                   // why it is safe
	Subject() Subject                 // what it is about
	Traits() *Traits                  // not to be changed
	Row() Row                         // other row it reads, "" for none
	Label() workflow.Text             // what it requires
	Gate() bool                       // about the case, not the actor: shown to everybody
	Check(in Input) *workflow.Refusal // nil if it holds
}

// Input holds the facts, and in branches the fields of the command.
type Input struct {
	*workflow.Facts
	Fields map[string]any
}

type rule struct {
	name   string
	label  workflow.Text
	gate   bool
	Secret bool // a gate for the staff only
	check  func(Input) *workflow.Refusal
	def    *GuardDef
	traits *Traits
}

func (r rule) Rule() string                     { return r.name }
func (r rule) Letter() Letter                   { return r.def.Letter }
func (r rule) Subject() Subject                 { return r.def.Subject }
func (r rule) Traits() *Traits                  { return r.traits }
func (r rule) Label() workflow.Text             { return r.label }
func (r rule) Gate() bool                       { return r.gate }
func (r rule) Check(in Input) *workflow.Refusal { return r.check(in) }

func (r rule) Row() Row {
	if r.def.Letter != OnRow {
		return ""
	}
	return Row(r.def.Subject)
}

// Gate makes a guard about the case that everybody is shown.
func Gate(name, zh, en string, check func(Input) *workflow.Refusal) rule {
	return rule{name: name, label: workflow.Text{ZH: zh, EN: en}, gate: true, check: check}
}

// Quiet makes a guard that is no gate: about the actor, or only for branches.
func Quiet(name, zh, en string, check func(Input) *workflow.Refusal) rule {
	r := Gate(name, zh, en, check)
	r.gate = false
	return r
}

// With adds the traits of this use.
func (r rule) With(t Traits) rule {
	r.traits = &t
	return r
}

// of completes a guard by its descriptor.
func (d *GuardDef) of(g Guard) Guard {
	r, ok := g.(rule)
	if !ok {
		return g
	}
	t := d.Traits
	if r.traits != nil {
		t.Add(r.traits)
	}
	r.def, r.traits = d, &t
	return r
}

// Confidential reports whether a guard's text is for the staff only.
func Confidential(g Guard) bool {
	switch g := g.(type) {
	case rule:
		return g.Secret
	case Either:
		return slices.ContainsFunc(g.Some, Confidential)
	}
	return false
}

func SortedKeys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// SpecOf reads a nested guard from decoded YAML.
func SpecOf(x any) (Spec, error) {
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
		return &workflow.Invalid{}
	})
	return s, err
}

// Either holds if one of several guards does.
type Either struct{ Some []Guard }

func (e Either) Rule() string   { return "any_of" }
func (e Either) Letter() Letter { return e.Some[0].Letter() }

// Subject is that of its first guard, as the letter is.
func (e Either) Subject() Subject { return e.Some[0].Subject() }

// Traits are empty: what one of several guards promises, any_of does not.
func (e Either) Traits() *Traits { return &Traits{} }
func (e Either) Gate() bool      { return true }

// Row returns the first other row read; RowsOf returns all.
func (e Either) Row() Row {
	for _, row := range RowsOf(e) {
		return row
	}
	return ""
}

// RowsOf lists the other rows that a guard reads, those inside any_of too. The commit asserts each.
func RowsOf(g Guard) []Row {
	if e, ok := g.(Either); ok {
		var out []Row
		for _, x := range e.Some {
			out = append(out, RowsOf(x)...)
		}
		return out
	}
	if g.Row() == "" {
		return nil
	}
	return []Row{g.Row()}
}

func (e Either) Label() workflow.Text {
	var zh, en []string
	for _, g := range e.Some {
		zh, en = append(zh, g.Label().ZH), append(en, g.Label().EN)
	}
	return workflow.Text{ZH: strings.Join(zh, "，或者"), EN: strings.Join(en, ", or ")}
}

func (e Either) Check(in Input) *workflow.Refusal {
	var zh, en []string
	for _, g := range e.Some {
		r := g.Check(in)
		if r == nil {
			return nil
		}
		zh, en = append(zh, r.Message.ZH), append(en, r.Message.EN)
	}
	return &workflow.Refusal{Rule: "any_of", Message: workflow.Text{ZH: strings.Join(zh, "；或者"),
		EN: strings.Join(en, "; or ")}}
}

// StoredIs selects the branch of $stored that the case has stored.
type StoredIs struct{ State workflow.State }

func (s StoredIs) Rule() string     { return "stored_state" }
func (s StoredIs) Letter() Letter   { return OnCase }
func (s StoredIs) Subject() Subject { return OfCase }
func (s StoredIs) Traits() *Traits  { return &Traits{} }
func (s StoredIs) Row() Row         { return "" }
func (s StoredIs) Gate() bool       { return false }
func (s StoredIs) Label() workflow.Text {
	return workflow.Text{ZH: "原状态为 " + string(s.State), EN: "was in " + string(s.State)}
}
func (s StoredIs) Check(in Input) *workflow.Refusal {
	if in.Case.StoredState == s.State {
		return nil
	}
	return workflow.No("stored_state", "原状态不是 %s", "it was not in %s", s.State)
}
