// Package define declares workflow definitions: states, actions, fields, desks, and the registry of guards and effects.
//
// A definition names guards and effects with parameters; nothing else decides. Numbers are literals or references:
// $round.min_reviews, $case.requested_fen (see workflow/params.go).
package define

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"incubase/workflow"
)

// The descriptors of guards and effects. Each is declared once, with all that checks, documents, offers and masks need
// to know of it, so that nothing else switches on its name.

// Param is a parameter of a guard or an effect.
type Param struct {
	Name     string
	Required bool
}

// ParamsOf reads "name* period": a star marks what must be given.
func ParamsOf(list string) (out []Param) {
	for _, n := range strings.Fields(list) {
		name, required := strings.CutSuffix(n, "*")
		out = append(out, Param{Name: name, Required: required})
	}
	return out
}

// Names are names of a definition that a guard or an effect refers to or brings into being.
type Names struct {
	Clocks  []string
	Actions []string
	Fires   []string // actions that a clock fires
	Facts   []string
	Counts  []string // a trailing * stands for any ending
	Fields  []string // of the action
	Papers  []string // kinds that are issued
	Notices []string // clocks during which a paper is public
	Results []string // of the organization
}

// Mark says what an act is for.
type Mark = workflow.Mark

const (
	Proposes  Mark = "proposes"  // names the sum of an award
	Holds     Mark = "holds"     // holds a proposed award in the envelope
	Awards    Mark = "awards"    // commits it
	Tranches  Mark = "tranches"  // opens the payment of a tranche
	Pays      Mark = "pays"      // pays out
	Declares  Mark = "declares"  // declares interests
	Scores    Mark = "scores"    // scores
	Lapses    Mark = "lapses"    // takes silence as no objection
	Objects   Mark = "objects"   // makes an objection
	Answers   Mark = "answers"   // answers objections
	Discards  Mark = "discards"  // deletes a draft for good
	Stores    Mark = "stores"    // stores the state for a return
	Envelope  Mark = "envelope"  // a guard that looks at the money left
	Reviews   Mark = "reviews"   // a guard that waits for reviews
	Notice    Mark = "noticed"   // a guard that waits for the end of a public notice
	Unopposed Mark = "unopposed" // a guard that waits for the answer to every objection
	Signed    Mark = "signed"    // a guard that waits for a signed paper
	Taking    Mark = "taking"    // a guard that holds while a round takes cases
)

// Audience is the set of readers of an act's actor and fields, widest first.
type Audience int

const (
	Everybody Audience = iota // readers of the case; names of the other side are left out all the same
	Agencies                  // staff in scope, and agencies asked
	Insiders                  // staff in scope
	Objectors                 // staff who know the objectors
)

// Traits are what others must know of a guard or an effect. Those of one use are added to the descriptor's.
type Traits struct {
	Takes     bool // takes money from a round's envelope: the staff's, under an idempotency key
	Gives     bool // gives money back to it
	Confirms  bool // asks for the password again
	Judges    bool // scores or decides: barred for coaches of the organization
	Audience  Audience
	Needs     workflow.Needs
	Asks      map[string]string // fields that the action must have, with their types
	Reads     Names             // must exist
	Keeps     Names             // exists because of it
	Separates []string          // actions whose doers it refuses
	Marks     []Mark
}

func (t *Traits) Has(marks ...Mark) bool {
	return slices.ContainsFunc(t.Marks, func(m Mark) bool { return slices.Contains(marks, m) })
}

// Posts reports whether it writes to the ledger of a round.
func (t *Traits) Posts() bool { return t.Takes || t.Gives }

func (t *Traits) Add(o *Traits) {
	t.Takes, t.Gives = t.Takes || o.Takes, t.Gives || o.Gives
	t.Confirms, t.Judges = t.Confirms || o.Confirms, t.Judges || o.Judges
	t.Audience = max(t.Audience, o.Audience)
	t.Needs = t.Needs.And(o.Needs)
	if len(o.Asks) > 0 {
		asks := maps.Clone(o.Asks)
		maps.Copy(asks, t.Asks)
		t.Asks = asks
	}
	t.Reads.add(&o.Reads)
	t.Keeps.add(&o.Keeps)
	t.Separates = slices.Concat(t.Separates, o.Separates)
	t.Marks = slices.Concat(t.Marks, o.Marks)
}

func (n *Names) add(o *Names) {
	n.Clocks, n.Actions = slices.Concat(n.Clocks, o.Clocks), slices.Concat(n.Actions, o.Actions)
	n.Fires, n.Facts = slices.Concat(n.Fires, o.Fires), slices.Concat(n.Facts, o.Facts)
	n.Counts, n.Fields = slices.Concat(n.Counts, o.Counts), slices.Concat(n.Fields, o.Fields)
	n.Papers, n.Notices = slices.Concat(n.Papers, o.Papers), slices.Concat(n.Notices, o.Notices)
	n.Results = slices.Concat(n.Results, o.Results)
}

// EffectDef declares an effect.
type EffectDef struct {
	Name   string
	About  string
	Params []Param
	Traits
	Make func(*Checker, *workflow.Params) Effect
}

// Effect is one use of an effect in an action. It is pure.
type Effect struct {
	Name string
	Traits
	Apply func(*Work)
	// Vet checks fields once all have their types; nil: nothing
	Vet func(*workflow.Facts, map[string]any) []workflow.FieldError
}

// Applying makes a use of an effect without traits of its own.
func Applying(f func(*Work)) Effect { return Effect{Apply: f} }

// Simply makes an effect without parameters.
func Simply(f func(*Work)) func(*Checker, *workflow.Params) Effect {
	return func(*Checker, *workflow.Params) Effect { return Applying(f) }
}

var effectDefs = map[string]*EffectDef{}

// Effects adds effects to the registry, by init of the packages that declare them. A second one of a name panics.
func Effects(defs ...EffectDef) {
	for i := range defs {
		d := &defs[i]
		if effectDefs[d.Name] != nil {
			panic("two effects " + d.Name)
		}
		effectDefs[d.Name] = d
	}
}

func EffectNames() []string { return SortedKeys(effectDefs) }

// EffectOf returns the descriptor of an effect, nil if there is none.
func EffectOf(name string) *EffectDef { return effectDefs[name] }

// Has reports whether an effect of the action has one of the marks.
func (a *ActionDef) Has(marks ...Mark) bool {
	return a.which(func(t *Traits) bool { return t.Has(marks...) })
}

// Confirms reports whether the action asks for the password again.
func (a *ActionDef) Confirms() bool { return a.which(func(t *Traits) bool { return t.Confirms }) }

func (a *ActionDef) which(is func(*Traits) bool) bool {
	return slices.ContainsFunc(a.Effects, func(s Spec) bool {
		d := effectDefs[s.Name]
		return d != nil && is(&d.Traits)
	})
}

// ConfirmedEffects lists the effects that ask for the password again.
func ConfirmedEffects() (out []string) {
	for _, name := range EffectNames() {
		if effectDefs[name].Confirms {
			out = append(out, name)
		}
	}
	return out
}

// Checker makes the guards and effects of one definition, and collects its faults.
type Checker struct {
	Def     *Definition
	Desks   map[string]*CompiledDesk
	Plans   map[string]any      // what an effect prepares for others, by a name of its own
	Secrets map[string]Audience // by fact
	Known   Names               // what timers, actions and effects of the definition bring into being
	Action  *ActionDef          // whose guards and effects are made
	Branch  bool                // whether the guards choose a branch
	Errs    []error
}

func (c *Checker) Fail(format string, args ...any) {
	c.Errs = append(c.Errs, fmt.Errorf(format, args...))
}

// At names the action whose guards and effects are made.
func (c *Checker) At() string { return "action " + c.Action.Name }

// Effect makes one use of an effect; ok is false where it is at fault.
func (c *Checker) Effect(spec Spec) (e Effect, ok bool) {
	d := effectDefs[spec.Name]
	if d == nil {
		c.Fail("%s: unknown effect %s", c.At(), spec.Name)
		return e, false
	}
	p := &workflow.Params{Given: spec.Params}
	e = d.Make(c, p)
	if err := p.Err(); err != nil {
		c.Fail("%s: effect %s: %v", c.At(), spec.Name, err)
		return e, false
	}
	e.Name = d.Name
	e.Add(&d.Traits)
	return e, true
}

// Guard makes one use of a guard, nil where it is at fault.
func (c *Checker) Guard(spec Spec) Guard {
	d := guardDefs[spec.Name]
	if d == nil {
		c.Fail("%s: unknown guard %s", c.At(), spec.Name)
		return nil
	}
	p := &workflow.Params{Given: spec.Params}
	g := d.Make(c, p)
	if d.Branch && !c.Branch {
		p.Fail("what was said is known only where a branch is chosen (when)")
	}
	if err := p.Err(); err != nil {
		c.Fail("%s: guard %s: %v", c.At(), spec.Name, err)
		return nil
	}
	if g == nil { // its parts are at fault, and said so
		return nil
	}
	g = d.of(g)
	c.find(spec.Name, &g.Traits().Reads)
	return g
}

// openCounts returns counters of any kind, as accepted_*. Every definition knows them: it may ask for a kind that none
// of its own actions counts.
func openCounts() (out []string) {
	for _, d := range effectDefs {
		for _, name := range d.Keeps.Counts {
			if strings.HasSuffix(name, "*") {
				out = append(out, name)
			}
		}
	}
	return out
}

// find refuses names that do not exist: a guard on one would never hold.
func (c *Checker) find(guard string, reads *Names) {
	for _, x := range []struct {
		what        string
		names, have []string
	}{
		{"clock", reads.Clocks, c.Known.Clocks},
		{"action", reads.Actions, c.Known.Actions},
		{"fact", reads.Facts, c.Known.Facts},
		{"counter", reads.Counts, slices.Concat(c.Known.Counts, openCounts())},
	} {
		for _, name := range x.names {
			if !slices.ContainsFunc(x.have, func(k string) bool {
				prefix, open := strings.CutSuffix(k, "*")
				return k == name || open && strings.HasPrefix(name, prefix)
			}) {
				c.Fail("%s: guard %s: unknown %s %s", c.At(), guard, x.what, name)
			}
		}
	}
}
