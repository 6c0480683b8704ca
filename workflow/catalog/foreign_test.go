package catalog_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"incubase/workflow"
	"incubase/workflow/calendar"
)

// foreignMachine is a workflow of another system as a table of states and moves.
type foreignMachine struct {
	Initial string
	States  []struct{ ID string }
	Moves   []foreignMove `json:"transitions"`
}

type foreignMove struct{ From, Event, To string }

// foreign reads all tables of the shared data, or skips (fails where INCUBASE_SHARED=required).
func foreign(t *testing.T) map[string]foreignMachine {
	t.Helper()
	files, err := filepath.Glob("../../../shared/data/workflow-cases/*.json")
	if err != nil || len(files) == 0 {
		if os.Getenv("INCUBASE_SHARED") == "required" {
			t.Fatal("the shared data is not here")
		}
		t.Skip("the shared data is not here")
	}
	out := map[string]foreignMachine{}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		var some map[string]foreignMachine
		if err := json.Unmarshal(b, &some); err != nil {
			t.Fatal(f, err)
		}
		for name, m := range some {
			out[strings.TrimSuffix(filepath.Base(f), ".json")+"/"+name] = m
		}
	}
	return out
}

var notName = regexp.MustCompile(`[^a-z0-9]+`)

// ours is a foreign name as we write names: small letters, digits, underscores.
func ours(s string) string {
	s = regexp.MustCompile(`([a-z])([A-Z])`).ReplaceAllString(s, "${1}_${2}")
	return "s_" + strings.Trim(notName.ReplaceAllString(strings.ToLower(s), "_"), "_")
}

// action of a move: to_STATE where the table has no event's name.
func (v foreignMove) action() string {
	if v.Event == "" {
		return "to_" + ours(v.To)[2:]
	}
	return "do_" + ours(v.Event)[2:]
}

// definition says the table in our language: several targets of one event become branches on what the actor answers.
func (f foreignMachine) definition(name string) workflow.Definition {
	both := func(s string) workflow.Text { return workflow.Text{ZH: s, EN: s} }
	d := workflow.Definition{Name: "foreign", Version: 1, Title: both(name), About: both(name), Prefix: "FR", Initial: workflow.State(ours(f.Initial)), Open: []string{"officer"},
		Parties: []workflow.Party{{Name: "officer", Label: both("officer"), Roles: []workflow.Role{workflow.RoleOfficer}, Relation: workflow.RelScope}}}
	for _, s := range f.States {
		st := workflow.StateDef{Name: workflow.State(ours(s.ID)), Label: both(s.ID), Stage: "applied"}
		if !slices.ContainsFunc(f.Moves, func(v foreignMove) bool { return v.From == s.ID && v.To != s.ID }) {
			st.Outcome = "end"
		}
		d.States = append(d.States, st)
	}
	type at struct{ from, action string }
	targets := map[at][]string{}
	var order []at
	for _, v := range f.Moves {
		k := at{v.From, v.action()}
		if targets[k] == nil {
			order = append(order, k)
		}
		if !slices.Contains(targets[k], v.To) {
			targets[k] = append(targets[k], v.To)
		}
	}
	for _, k := range order {
		a := workflow.ActionDef{Name: k.action, Label: both(k.action), From: []workflow.State{workflow.State(ours(k.from))}, By: []string{"officer"}}
		field := workflow.FieldDef{Name: "way", Label: both("way"), Type: "choice", Required: true, Example: targets[k][0]}
		for i, to := range targets[k] {
			b := workflow.Branch{To: workflow.State(ours(to))}
			if i < len(targets[k])-1 {
				b.When = []workflow.Spec{{Name: "field", Params: map[string]any{"name": "way", "equals": to}}}
			}
			a.To = append(a.To, b)
			field.Choices = append(field.Choices, workflow.Choice{Value: to, Label: both(to)})
		}
		if len(targets[k]) > 1 {
			a.Fields = []workflow.FieldDef{field}
		}
		d.Actions = append(d.Actions, a)
	}
	return d
}

// TestForeignMachines: the engine can say every workflow of the other systems as data, every listed move is made, and
// every other pair of state and action is refused.
func TestForeignMachines(t *testing.T) {
	t.Parallel()
	machines := foreign(t)
	if len(machines) < 20 {
		t.Fatal("only", len(machines), "machines")
	}
	for name, f := range machines {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, err := workflow.Compile(f.definition(name))
			if err != nil {
				t.Fatal(err)
			}
			made, refused := f.try(t, m)
			if made == 0 || refused == 0 {
				t.Fatal("nothing was tried")
			}
			t.Logf("%d moves made, %d pairs refused", made, refused)
		})
	}
}

func (f foreignMachine) try(t *testing.T, m *workflow.Machine) (made, refused int) {
	s, err := workflow.NewSimulation(m, calendar.MustDate("2026-03-02"), nil)
	if err != nil {
		t.Fatal(err)
	}
	facts := s.Facts("officer")
	var actions []string
	for _, v := range f.Moves {
		if !slices.Contains(actions, v.action()) {
			actions = append(actions, v.action())
		}
	}
	for _, st := range f.States {
		facts.Case.State = workflow.State(ours(st.ID))
		for _, a := range actions {
			listed := false
			for _, v := range f.Moves {
				if v.From != st.ID || v.action() != a {
					continue
				}
				listed = true
				fields := map[string]any{}
				if m.Definition().Actions[slices.IndexFunc(m.Definition().Actions, func(d workflow.ActionDef) bool {
					return d.Name == a && d.From[0] == facts.Case.State
				})].Fields != nil {
					fields["way"] = v.To
				}
				d, err := m.Decide(context.Background(), facts, workflow.Command{Action: a, Fields: fields})
				if err != nil || d.Case.State != workflow.State(ours(v.To)) {
					t.Errorf("%s in %s: %v, state %s, want %s", a, st.ID, err, d.Case.State, v.To)
				}
				made++
			}
			if listed {
				continue
			}
			var missing *workflow.NotOffered
			if _, err := m.Decide(context.Background(), facts, workflow.Command{Action: a}); !errors.As(err, &missing) {
				t.Errorf("%s in %s is not listed, got %v", a, st.ID, err)
			}
			refused++
		}
	}
	return made, refused
}
