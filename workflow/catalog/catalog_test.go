package catalog_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/catalog"
	"incubase/workflow/form"
	"incubase/workflow/machine"
	"incubase/workflow/vet"
)

func shipped(t testing.TB) *catalog.Catalog {
	t.Helper()
	c, err := catalog.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func simulation(t testing.TB, m *machine.Machine) *vet.Simulation {
	t.Helper()
	var schema json.RawMessage
	if f, err := catalog.Form(m.Definition().Name); err == nil {
		schema = f
	} else if schema, err = catalog.Form("grant"); err != nil {
		t.Fatal(err)
	}
	s, err := vet.NewSimulation(m, calendar.MustDate("2026-03-02"), schema)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestGoodPaths(t *testing.T) {
	t.Parallel()
	c := shipped(t)
	for _, name := range c.Names() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			script, err := catalog.Script(name)
			if err != nil {
				t.Fatal(err)
			}
			steps, ok := simulation(t, c.Machine(name, 0)).Run(script)
			for _, s := range steps {
				t.Logf("%3d %-60s %s %s %s", s.Line, s.Text, s.Moved, rules(s.Refusals), s.Failed)
			}
			if !ok || len(steps) < 3 {
				t.Error("the script does not run as it says")
			}
		})
	}
}

func rules(rs []workflow.Refusal) string {
	var out []string
	for _, r := range rs {
		out = append(out, r.Rule)
	}
	return strings.Join(out, " ")
}

func TestForms(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"grant", "incubation"} {
		schema, err := catalog.Form(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range form.Check(schema) {
			t.Errorf("%s: %s: %s", name, p.Field, p.Message)
		}
		example := form.Example(schema)
		for _, p := range form.Validate(schema, example) {
			t.Errorf("%s: the form's own examples are wrong: %s: %s", name, p.Field, p.Message)
		}
		var answers map[string]any
		if err := json.Unmarshal(example, &answers); err != nil {
			t.Fatal(err)
		}
		for field := range answers { // every answer in the example is required
			left := maps.Clone(answers)
			delete(left, field)
			raw, err := json.Marshal(left)
			if err != nil {
				t.Fatal(err)
			}
			if len(form.Validate(schema, raw)) == 0 {
				t.Errorf("%s: passes without %s", name, field)
			}
		}
	}
}

func TestEveryPeriodCitesItsSource(t *testing.T) {
	t.Parallel()
	shipped(t).Each(func(m *machine.Machine) {
		d := m.Definition()
		var timers []workflow.TimerDef
		for _, g := range d.Groups {
			timers = append(timers, g.Timers...)
		}
		for _, s := range d.States {
			timers = append(timers, s.Timers...)
		}
		for _, x := range timers {
			if x.Source == "" {
				t.Errorf("%s: clock %s (%s) cites nothing", d.Name, x.Name, x.Period)
			}
		}
		if len(timers) == 0 && d.Name != workflow.ImportedWorkflow { // closed from birth: no clock runs
			t.Errorf("%s has no clocks", d.Name)
		}
	})
}

func TestPresets(t *testing.T) {
	t.Parallel()
	if len(catalog.Presets()) < 3 {
		t.Fatal(catalog.Presets())
	}
	for _, name := range catalog.Presets() {
		p, err := catalog.LoadPreset(name)
		if err != nil {
			t.Fatal(err)
		}
		if !p.Title.Complete() || p.Rules.NoticePeriod.String() != "5wd" || len(p.Rules.Basis) < 8 {
			t.Errorf("%s: %+v", name, p)
		}
		for _, b := range p.Rules.Basis {
			if !b.Source.Complete() || b.Since.IsZero() {
				t.Errorf("%s: %s cites nothing", name, b.Rule)
			}
		}
	}
}

func TestCompileRefuses(t *testing.T) {
	t.Parallel()
	good, err := catalog.Source("payment")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, old, new, want string }{
		{"an unknown guard", "parent_over]", "parent_underr]", "unknown guard parent_underr"},
		{"an unknown effect", "[post_payment,", "[post_paymnt,", "unknown effect post_paymnt"},
		{"an unknown role", "roles: [finance_maker], relation", "roles: [cook], relation", "unknown role cook"},
		{"an unknown party", "by: [releaser]", "by: [nobody]", "unknown party nobody"},
		{"an unknown state", "to: failed", "to: flailed", "unknown state flailed"},
		{"an unreachable state", "    from: [prepared]\n    to: failed", "    from: [failed]\n    to: failed",
			"state failed: nothing leads here"},
		{"a dead end that is no outcome", "outcome: cancelled}", "}", "state cancelled: a dead end"},
		{"missing words", "label: {zh: 复核放款, en: Release}", "label: {zh: 复核放款, en: \"\"}",
			"action release: words are missing"},
		{"an unknown parameter", "separate_from: {actions:", "separate_from: {acts: [], actions:", "unknown parameter acts"},
		{"a bad period", "period: 15wd", "period: 15 days", "期限"},
		{"a stage that is none of the four", "stage: funded, outcome: paid", "stage: paid, outcome: paid", "unknown stage"},
		{"a bad version", "version: 1", "version: 0", "version: must be at least 1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			changed := strings.Replace(string(good), tt.old, tt.new, 1)
			if changed == string(good) {
				t.Fatal("the definition has no", tt.old)
			}
			d, err := catalog.Decode([]byte(changed))
			if err == nil {
				_, err = machine.Compile(d)
			}
			if err == nil || !strings.Contains(err.Error(), tt.want) && tt.want != "期限" {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

func TestAVersionNeverChanges(t *testing.T) {
	t.Parallel()
	c := shipped(t)
	d := c.Machine("payment", 0).Definition()
	if err := c.Add(d); err != nil {
		t.Error("the same content again:", err)
	}
	d.Title.EN = "Another"
	if err := c.Add(d); !errors.Is(err, catalog.ErrChanged) {
		t.Error("another content:", err)
	}
	d.Version = 2
	if err := c.Add(d); err != nil || c.Machine("payment", 0).Definition().Version != 2 || c.Machine("payment", 1) == nil {
		t.Error("a new version:", err)
	}
}

// TestManyAddAtOnce checks that no version is lost and readers see whole tables.
func TestManyAddAtOnce(t *testing.T) {
	t.Parallel()
	const most = 20
	c := shipped(t)
	d := c.Machine("round", 0).Definition()
	var wait sync.WaitGroup
	for v := 2; v <= most; v++ {
		wait.Go(func() {
			next := d
			next.Version = v
			if err := c.Add(next); err != nil {
				t.Error(err)
			}
			if c.Machine("round", v) == nil || c.Machine("grant", 1) == nil {
				t.Error("a version is not there after it was added")
			}
		})
	}
	wait.Wait()
	versions := c.Entries("round")
	for i, e := range versions {
		if e.Machine.Definition().Version != i+1 {
			t.Fatal("versions are not ascending")
		}
	}
	if len(versions) != most {
		t.Errorf("%d versions, want %d", len(versions), most)
	}
}

// TestOffersAreWhatDecideDoes tries every role and action in every state that reach finds: allowed offers succeed,
// refused ones are refused with the same words.
func TestOffersAreWhatDecideDoes(t *testing.T) {
	t.Parallel()
	c := shipped(t)
	for _, name := range c.Names() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := c.Machine(name, 0)
			seen, pairs := map[workflow.State]bool{}, 0
			for _, s := range reach(t, m) {
				seen[s.State()] = true
				for _, actor := range s.Actors() {
					pairs += agree(t, m, s.Facts(actor), actor)
				}
			}
			for _, st := range m.Definition().States {
				if !seen[st.Name] {
					t.Errorf("state %s was never reached", st.Name)
				}
			}
			t.Logf("%d pairs", pairs)
		})
	}
}

// reach explores: from each situation every actor does every allowed action, time passes, the parent ends, until
// nothing new turns up or a state has enough situations.
func reach(t *testing.T, m *machine.Machine) []*vet.Simulation {
	t.Helper()
	const most = 25 // situations of one state
	all, known, count := along(t, m), map[string]bool{}, map[workflow.State]int{}
	for i := 0; i < len(all); i++ {
		s := all[i]
		moves := []string{"wait 20wd", "parent over"}
		for _, actor := range s.Actors() {
			if slices.Contains(insiders(), actor) { // TestInsidersAreApplicants covers them
				continue
			}
			for _, o := range m.Offers(s.Facts(actor)) {
				if o.Allowed() {
					moves = append(moves, variants(actor+" "+o.Name, o)...)
				}
			}
		}
		for _, mv := range moves {
			next := s.Clone()
			if steps, ok := next.Run(mv); !ok || len(steps[0].Refusals) > 0 {
				t.Fatalf("%s in %s: offered without refusal, but %+v", mv, s.State(), steps)
			}
			if key := situation(next); !known[key] && count[next.State()] < most {
				known[key] = true
				count[next.State()]++
				all = append(all, next)
			}
		}
	}
	return all
}

// along returns the situations of the good path.
func along(t *testing.T, m *machine.Machine) []*vet.Simulation {
	t.Helper()
	script, err := catalog.Script(m.Definition().Name)
	if err != nil {
		t.Fatal(err)
	}
	s := simulation(t, m)
	out := []*vet.Simulation{s.Clone()}
	for _, line := range strings.Split(script, "\n") {
		s.Run(line)
		out = append(out, s.Clone())
	}
	return out
}

// variants lists an action with its examples, and with each answer that may pick another branch.
func variants(move string, o workflow.Offer) []string {
	out := []string{move}
	for _, f := range o.Fields {
		if f.Type == "boolean" && f.Required {
			out = append(out, move+" "+f.Name+"=true")
		}
		for _, c := range f.Choices {
			out = append(out, move+" "+f.Name+"="+c.Value)
		}
	}
	return out
}

// situation returns a key of what guards distinguish.
func situation(s *vet.Simulation) string {
	f := s.Facts("system")
	var done []string
	for a, who := range f.Case.Doers {
		done = append(done, fmt.Sprint(a, len(who)))
	}
	slices.Sort(done)
	waiting := 0
	for _, k := range f.Case.Clocks {
		if f.Now.Before(k.Fires()) {
			waiting++
		}
	}
	return fmt.Sprint(f.Case.State, done, waiting, len(f.Case.Clocks), f.Parent != nil && f.Parent.Outcome != "")
}

func agree(t *testing.T, m *machine.Machine, f workflow.Facts, actor string) int {
	t.Helper()
	offers := map[string]workflow.Offer{}
	for _, o := range m.Offers(f) {
		offers[o.Name] = o
	}
	tried := map[string]bool{}
	for _, a := range m.Definition().Actions {
		if tried[a.Name] {
			continue
		}
		tried[a.Name] = true
		o, isOffered := offers[a.Name]
		_, err := m.Decide(context.Background(), f, workflow.Command{Action: a.Name, Note: "理由", Fields: o.Examples()})
		var refused *workflow.Refused
		var missing *workflow.NotOffered
		at := fmt.Sprintf("%s by %s in %s", a.Name, actor, f.Case.State)
		switch {
		case isOffered && o.Allowed() && err != nil:
			t.Errorf("%s: offered, got %v", at, err)
		case isOffered && !o.Allowed() && (!errors.As(err, &refused) || !reflect.DeepEqual(refused.Refusals, o.Refusals)):
			t.Errorf("%s: offered with %v, got %v", at, o.Refusals, err)
		case !isOffered && err == nil:
			t.Errorf("%s: not offered, but it succeeds", at)
		case !isOffered && !errors.As(err, &missing) && !(errors.As(err, &refused) && refused.Forbidden()):
			t.Errorf("%s: not offered, got %v", at, err)
		}
	}
	return len(tried)
}
