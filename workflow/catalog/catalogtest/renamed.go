// Package catalogtest renames the shipped definitions, for tests that the program depends on no name of theirs, only
// on effects and parameters.
package catalogtest

import (
	"encoding/json"
	"slices"
	"testing"

	"incubase/workflow"
	"incubase/workflow/catalog"
	"incubase/workflow/define"
	"incubase/workflow/machine"
)

// Prefix begins the new names.
const Prefix = "x_"

// Renaming is a shipped definition with other names for actions, clocks and outcomes.
type Renaming struct {
	define.Definition
	actions, clocks map[string]string
}

// Action returns the new name of an action. Signals from other definitions keep their names.
func (r *Renaming) Action(name string) string {
	if other := r.actions[name]; other != "" {
		return other
	}
	return name
}

// Clock returns the new name of a clock. Clocks that effects start by default keep theirs.
func (r *Renaming) Clock(name string) string {
	if other := r.clocks[name]; other != "" {
		return other
	}
	return name
}

// Renamed renames the newest version of a shipped definition and gives it the next version's number.
func Renamed(t testing.TB, name string) *Renaming {
	t.Helper()
	all, err := catalog.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	raw, err := json.Marshal(all.Machine(name, 0).Definition())
	r := &Renaming{actions: map[string]string{}, clocks: map[string]string{}}
	if err == nil {
		err = json.Unmarshal(raw, &r.Definition)
	}
	if err != nil {
		t.Fatal(err)
	}
	r.Version++
	signalled := map[string]bool{}
	all.Each(func(m *machine.Machine) {
		for _, a := range m.Definition().Actions {
			for _, e := range a.Effects {
				if n, ok := e.Params["action"].(string); ok && e.Name == "signal" && m.Definition().Name != name {
					signalled[n] = true
				}
			}
		}
	})
	r.learn(signalled)
	r.rename()
	return r
}

func (r *Renaming) learn(signalled map[string]bool) {
	clocks := func(list []workflow.TimerDef) {
		for _, k := range list {
			r.clocks[k.Name] = Prefix + k.Name
		}
	}
	for _, s := range r.States {
		clocks(s.Timers)
	}
	for _, g := range r.Groups {
		clocks(g.Timers)
	}
	for _, a := range r.Actions {
		if !signalled[a.Name] {
			r.actions[a.Name] = Prefix + a.Name
		}
		for _, e := range a.Effects {
			if n, ok := e.Params["name"].(string); ok && e.Name == "start_clock" {
				r.clocks[n] = Prefix + n
			}
		}
	}
}

func (r *Renaming) rename() {
	timers := func(list []workflow.TimerDef) {
		for i := range list {
			list[i].Name, list[i].Action = r.Clock(list[i].Name), r.Action(list[i].Action)
		}
	}
	for i := range r.States {
		s := &r.States[i]
		timers(s.Timers)
		for j := range s.Pauses {
			s.Pauses[j] = r.Clock(s.Pauses[j])
		}
		if s.Outcome != "" {
			s.Outcome = Prefix + s.Outcome
		}
	}
	for i := range r.Groups {
		timers(r.Groups[i].Timers)
	}
	for i := range r.Actions {
		a := &r.Actions[i]
		a.Name = r.Action(a.Name)
		r.specs(a.Guards)
		r.specs(a.Effects)
		for j := range a.To {
			r.specs(a.To[j].When)
		}
	}
}

func (r *Renaming) specs(list []define.Spec) {
	for i := range list {
		s := &list[i]
		if s.Name == "signal" { // names an act of the parent
			continue
		}
		if s.Name == "notice_elapsed" && s.Params["clock"] == nil { // the default clock is notice
			s.Params = map[string]any{"clock": "notice"}
		}
		r.params(s.Name, s.Params)
	}
}

// clockEffects have the clock in parameter "name".
var clockEffects = []string{"start_clock", "stop_clock", "extend_clock", "pause_clock", "resume_clock"}

func (r *Renaming) params(of string, params map[string]any) {
	for k, v := range params {
		switch v := v.(type) {
		case string:
			switch {
			case k == "action":
				params[k] = r.Action(v)
			case k == "clock" || k == "sign_by" || of == "issue" && k == "notice" ||
				k == "name" && slices.Contains(clockEffects, of):
				params[k] = r.Clock(v)
			}
		case []any:
			for j := range v {
				switch x := v[j].(type) {
				case string:
					if k == "actions" {
						v[j] = r.Action(x)
					}
				case map[string]any: // a guard within a guard
					for name, inner := range x {
						if given, ok := inner.(map[string]any); ok {
							r.params(name, given)
						}
					}
				}
			}
		}
	}
}
