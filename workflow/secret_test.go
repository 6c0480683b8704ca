package workflow_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"incubase/workflow"
	"incubase/workflow/catalog"
	"incubase/workflow/catalog/catalogtest"
	"incubase/workflow/define"
	"incubase/workflow/desk"
	"incubase/workflow/machine"
	"incubase/workflow/vet"
)

// TestSecretsFollowTheEffect compares a definition with a renamed one, in every situation of the good path.
func TestSecretsFollowTheEffect(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"grant", "incubation", "report", "payment"} {
		m, other := shipped(t).Machine(name, 0), catalogtest.Renamed(t, name)
		other.Version = m.Definition().Version
		x, err := machine.Compile(other.Definition)
		if err != nil {
			t.Fatal(err)
		}
		script, err := catalog.Script(name)
		if err != nil {
			t.Fatal(err)
		}
		a, b := play(t, m, ""), play(t, x, "")
		compared, told := 0, []workflow.Event{}
		for _, line := range strings.Split(script, "\n") {
			line = strings.TrimSpace(line)
			words := strings.Fields(line)
			if len(words) < 2 || words[0] == "#" {
				continue
			}
			acts := words[0] != "wait" && words[0] != "expect" && words[0] != "parent"
			from := a.State()
			a.Run(line)
			if acts {
				words[1] = other.Action(words[1])
				told = append(told, workflow.Event{Action: strings.Fields(line)[1], From: from, To: a.State(),
					Actor: a.Facts(words[0]).Actor.ID, ActorName: words[0], Payload: `{"note":"x"}`})
			}
			b.Run(strings.Join(words, " "))
			for _, k := range b.Facts("system").Case.Clocks { // the same clock fires the same action
				if k.Action != "" && other.Action(k.Action) != k.Action {
					t.Errorf("%s in %s: clock %s fires %s", name, a.State(), k.Name, k.Action)
				}
			}
			if a.State() != b.State() {
				t.Fatalf("%s: %q leads to %s, under other names to %s", name, line, a.State(), b.State())
			}
			for _, actor := range a.Actors() {
				fa, fb := a.Facts(actor), b.Facts(actor)
				if desk.Visible(m, fa) != desk.Visible(x, fb) {
					t.Errorf("%s in %s: %s sees it %t, under other names %t", name, a.State(), actor, desk.Visible(m, fa),
						desk.Visible(x, fb))
				}
				if va, vb := sight(m, fa, told, same), sight(x, fb, told, other.Action); va != vb {
					i := 0
					for i < min(len(va), len(vb)) && va[i] == vb[i] {
						i++
					}
					i = max(0, i-60)
					t.Fatalf("%s in %s: %s is shown\n%.200s\nunder other names\n%.200s", name, a.State(), actor, va[i:], vb[i:])
				}
				compared++
			}
		}
		if compared < 50 {
			t.Errorf("%s: only %d sights were compared", name, compared)
		}
	}
}

// sight returns all that an actor is shown of a case, with the shipped names of actions.
func sight(m *machine.Machine, f workflow.Facts, told []workflow.Event, name func(string) string) string {
	v := desk.Show(m, workflow.Loaded{Facts: f})
	events := slices.Clone(told)
	for i := range events {
		events[i].Action = name(events[i].Action)
	}
	events = desk.ShowEvents(m, f, events)
	v.Case.LastHash, v.Case.ID = workflow.Hash{}, ""
	doers := map[string][]workflow.ID{} // JSON sorts them by name
	for a, who := range v.Case.Doers {
		doers[strings.TrimPrefix(a, catalogtest.Prefix)] = who
	}
	v.Case.Doers = doers
	raw, _ := json.Marshal([]any{v, events})
	return madeUp.ReplaceAllString(strings.ReplaceAll(string(raw), `"`+catalogtest.Prefix, `"`), "ID")
}

func same(name string) string { return name }

// madeUp matches ids derived from a case's id, which is random.
var madeUp = regexp.MustCompile(`019c[0-9a-f]{4}-[0-9a-f-]{27}`)

func TestWhatIsSaidInSecretStays(t *testing.T) {
	t.Parallel()
	d := small()
	d.Parties = append(d.Parties, workflow.Party{Name: "expert", Label: both("expert"),
		Roles: []workflow.Role{workflow.RoleReviewer}, Relation: workflow.RelAssigned})
	d.Actions = append(d.Actions,
		define.ActionDef{Name: "advise", Label: both("advise"), From: []workflow.State{"a"}, By: []string{"expert"},
			Fields:  []define.FieldDef{field("advice", "text")},
			Effects: []define.Spec{spec("record", "fields", []any{"advice"})}},
		define.ActionDef{Name: "rate", Label: both("rate"), From: []workflow.State{"a"}, By: []string{"checker"},
			Secret:  true,
			Fields:  []define.FieldDef{field("rating", "text")},
			Effects: []define.Spec{spec("record", "fields", []any{"rating"})}},
		define.ActionDef{Name: "lead_on", Label: both("lead on"), From: []workflow.State{"a"}, By: []string{"officer"},
			Guards: []define.Spec{spec("data", "name", "advice", "equals", "no")}})
	m, err := machine.Compile(d)
	if err != nil {
		t.Fatal(err)
	}
	f := simulated(t, m)
	s, err := vet.NewSimulation(m, monday, nil)
	if err != nil {
		t.Fatal(err)
	}
	events := []workflow.Event{{Action: "advise", From: "a", To: "a", Actor: "x", ActorName: "x",
		Payload: `{"fields":{"advice":"no"}}`},
		{Action: "rate", From: "a", To: "a", Actor: "y", ActorName: "y", Payload: `{"fields":{"rating":"no"}}`}}
	for actor, reads := range map[string]bool{"certifier": false, "officer": true, "checker": true,
		vet.Insider(workflow.RoleOfficer): false} {
		g := s.Facts(actor)
		g.Case.State = f.Case.State
		g.Case.Data = map[string]any{"advice": "no", "rating": "no"}
		v := desk.Show(m, workflow.Loaded{Facts: g})
		gate := slices.ContainsFunc(v.Gates, func(x workflow.Gate) bool { return x.Name == "data" })
		out := desk.ShowEvents(m, g, events)
		if len(v.Case.Data) == 2 != reads || gate != reads || strings.Contains(out[0].Payload+out[1].Payload,
			"no") != reads || (out[1].Actor != "") != reads {
			t.Errorf("%s reads %v, gate %t, %+v", actor, v.Case.Data, gate, out)
		}
	}
}
