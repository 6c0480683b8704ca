package catalog_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"incubase/workflow/define"
	"incubase/workflow/machine"
)

// theirMachine is another system's workflow in the shared data.
type theirMachine struct {
	Initial string
	States  []struct {
		ID         string
		Edit, View []string
	}
	Moves []struct {
		From, Event, To string
		Who             []string
	} `json:"transitions"`
}

// theirTables reads the shared data, or the extract in testdata where there is none (fails with
// INCUBASE_SHARED=required).
func theirTables(t *testing.T) map[string]theirMachine {
	t.Helper()
	files, err := filepath.Glob("../../../shared/data/workflow-cases/*.json")
	if os.Getenv("INCUBASE_SHARED") != "required" && len(files) == 0 {
		files, err = filepath.Glob("testdata/theirs/*.json")
	}
	if err != nil || len(files) == 0 {
		t.Fatal("no tables of other systems: ", err)
	}
	out := map[string]theirMachine{}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		var some map[string]theirMachine
		if err := json.Unmarshal(b, &some); err != nil {
			t.Fatal(f, err)
		}
		for name, m := range some {
			out[strings.TrimSuffix(filepath.Base(f), ".json")+"/"+name] = m
		}
	}
	return out
}

// bare normalizes the spelling of a name.
func bare(s string) string {
	return strings.ToLower(strings.NewReplacer("_", "", "-", "").Replace(s))
}

// TestForeignMovesAreTheOtherSystems compares the lists with the shared tables: the same moves and the same people.
// One workflow of theirs may be several of ours (a concept and its proposal).
func TestForeignMovesAreTheOtherSystems(t *testing.T) {
	t.Parallel()
	tables := theirTables(t)
	files, err := filepath.Glob("testdata/foreign/*.moves")
	if err != nil {
		t.Fatal(err)
	}
	ours := map[string]map[string]map[string]bool{} // table, move, their names
	for _, f := range files {
		l := listed(t, f)
		for _, v := range l.moves {
			if v.ours || l.source == "" {
				continue
			}
			k := strings.Join([]string{bare(v.from), bare(v.event), bare(v.to)}, " ")
			if ours[l.source] == nil {
				ours[l.source] = map[string]map[string]bool{}
			}
			if ours[l.source][k] == nil {
				ours[l.source][k] = map[string]bool{}
			}
			for _, p := range v.who {
				for _, name := range l.theirs[p] {
					ours[l.source][k][name] = true
				}
			}
		}
	}
	for name, table := range tables {
		want := map[string]bool{}
		for _, v := range table.Moves {
			k := strings.Join([]string{bare(v.From), bare(v.Event), bare(v.To)}, " ")
			want[k] = true
			for _, w := range v.Who {
				if ours[name][k] != nil && !ours[name][k][w] {
					t.Errorf("%s: %s is not made by %s", name, k, w)
				}
			}
		}
		if got, wanted := slices.Sorted(maps.Keys(ours[name])), slices.Sorted(maps.Keys(want)); !slices.Equal(got, wanted) {
			t.Errorf("%s:\n  not said   %v\n  not theirs %v", name, missing(wanted, got), missing(got, wanted))
		}
	}
	t.Logf("%d workflows of theirs in %d files", len(tables), len(files))
}

func missing(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(s string) bool { return slices.Contains(b, s) })
}

// TestForeignRights checks who may edit, and whether the applicant sees the state, where a table has that.
func TestForeignRights(t *testing.T) {
	t.Parallel()
	tables := theirTables(t)
	compared := 0
	for _, table := range tables {
		for _, s := range table.States {
			if s.View != nil {
				compared++
			}
		}
	}
	if want := map[bool]int{true: 70, false: 10}[len(tables) > 10]; compared != want {
		t.Errorf("%d states say who sees and edits them", compared)
	}
	eachForeign(t, func(t *testing.T, m *machine.Machine, l list) {
		for _, theirs := range tables[l.source].States {
			at := slices.IndexFunc(m.Definition().States,
				func(s define.StateDef) bool { return bare(string(s.Name)) == bare(theirs.ID) })
			if at < 0 || theirs.View == nil {
				continue
			}
			s := m.Definition().States[at]
			for _, p := range []string{"applicant", "staff"} {
				if slices.Contains(theirs.Edit, p) != slices.Contains(s.Edit, p) {
					t.Errorf("%s: edit by %s", s.Name, p)
				}
				if slices.Contains(theirs.View, p) != (len(s.See) == 0 || slices.Contains(s.See, p)) {
					t.Errorf("%s: seen by %s", s.Name, p)
				}
			}
		}
	})
}
