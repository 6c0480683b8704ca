package db_test

import (
	"encoding/json"
	"maps"
	"testing"
	"time"

	"incubase/db/dbtest"
	"incubase/db/pg"
	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/desk"
	"incubase/workflow/form"
)

// incubations opens incubations in the fixture's county, up to the state "applied" and up to "diagnosed".
func incubations(t *testing.T, f *dbtest.Fixture, applied, diagnosed int) {
	t.Helper()
	for i := range applied + diagnosed {
		r, err := f.Desk.Open(t.Context(), f.Actor("preparer"), desk.Opening{Workflow: "incubation",
			Organization: f.Organization})
		if err != nil {
			t.Fatal(err)
		}
		ref := r.View.Case.Ref
		v, err := f.Desk.Show(t.Context(), f.Actor("certifier"), ref)
		if err != nil {
			t.Fatal(err)
		}
		fields := map[string]any{}
		for _, o := range v.Offers {
			if o.Name == "submit" {
				var answers map[string]any
				if err := json.Unmarshal(form.Example(o.Form), &answers); err != nil {
					t.Fatal(err)
				}
				fields["answers"] = answers
			}
		}
		f.Do("certifier", ref, "submit", fields)
		if i >= applied {
			f.Do("checker", ref, "admit", nil)
			f.Do("officer", ref, "diagnose", map[string]any{"people": 40, "money": 20, "place": 10})
		}
	}
}

// Boards keep the numbers of workflows apart, before and after folding, and all of them together are their sum.
func TestABoardIsExactPerWorkflow(t *testing.T) {
	t.Parallel()
	f, _ := pipeline(t)
	incubations(t, f, 2, 1)
	f.Clock.Advance(30 * 24 * time.Hour) // every clock of a check is past
	scope := desk.ScopeOf(f.Actor("analyst"), f.Catalog)
	read := func(by, of string) (out []workflow.Counts) {
		t.Helper()
		out, err := f.Board(t.Context(), scope, workflow.BoardQuery{Region: dbtest.County, By: by, Workflow: of,
			Today: calendar.DateOf(f.Clock.Now())})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	overdue := func(of string) int {
		return len(all(t, f, f.Actor("analyst"), workflow.CaseQuery{Workflow: of, Overdue: true}))
	}
	grants, entries := map[workflow.Stage]int{workflow.Applied: 5, workflow.Reviewed: 1, workflow.Funded: 1,
		workflow.Reported: 1}, map[workflow.Stage]int{workflow.Applied: 3}
	together := maps.Clone(grants)
	together[workflow.Applied] += 3
	check := func(when string) {
		t.Helper()
		for _, by := range []string{"region", "field"} { // incubations have neither a round nor an agency
			for of, want := range map[string]map[workflow.Stage]int{"": together, "grant": grants, "incubation": entries} {
				rows := read(by, of)
				if len(rows) != 1 || !maps.Equal(rows[0].Count, want) {
					t.Errorf("%s, by %s of %q: %v, want %v", when, by, of, rows, want)
				}
			}
		}
		for of, want := range map[string]map[workflow.Stage]int{"grant": grants, "incubation": entries} {
			late := overdue(of)
			if rows := read("region", of); late == 0 || rows[0].Overdue != late {
				t.Errorf("%s: %d overdue of %s, the list says %d", when, rows[0].Overdue, of, late)
			}
			rows := read("workflow", of)
			if len(rows) != 1 || rows[0].Key != of || !maps.Equal(rows[0].Count, want) || rows[0].Overdue != late {
				t.Errorf("%s, by workflow of %s: %v", when, of, rows)
			}
			if rows := read("round", "incubation"); len(rows) != 0 {
				t.Errorf("%s: rounds of incubations: %v", when, rows)
			}
		}
		if rows := read("workflow", ""); len(rows) != 2 || rows[0].Key != "grant" || rows[1].Key != "incubation" ||
			rows[1].Count[workflow.Applied] != 3 || rows[0].Overdue+rows[1].Overdue != read("region", "")[0].Overdue {
			t.Errorf("%s, by workflow: %v", when, rows)
		}
		sound(t, f)
	}
	fold := func(rows int) (n int) {
		n, err := f.FoldBoard(t.Context(), rows)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	check("nothing folded")
	fold(3)
	check("some folded")
	for fold(1000) > 0 {
	}
	check("all folded")
	f.Clock.Advance(60 * 24 * time.Hour)
	before := [][]workflow.Counts{read("workflow", ""), read("region", "incubation")}
	if n, err := f.SumPastDues(t.Context(), calendar.DateOf(f.Clock.Now()), 1000); err != nil || n == 0 {
		t.Fatal(n, err)
	}
	for i, now := range [][]workflow.Counts{read("workflow", ""), read("region", "incubation")} {
		for j := range now {
			if now[j].Overdue != before[i][j].Overdue {
				t.Errorf("past days summed: %v, before %v", now, before[i])
			}
		}
	}
	sound(t, f)
}

// A case counted under another workflow is found: the totals of both are right, the parts are not.
func TestCheckFindsACaseCountedUnderAnotherWorkflow(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t)
	f.Walk(f.NewGrant(), "applied")
	incubations(t, f, 1, 0)
	fold := func() {
		if _, err := f.FoldBoard(t.Context(), 100); err != nil {
			t.Fatal(err)
		}
	}
	fold()
	for _, table := range []string{"board_cells", "board_dues"} {
		statement := `update ` + table + ` set n = n + case workflow when 'grant' then 1 else -1 end where dim = 'region' and scope = '23'`
		if _, err := f.Owner(t).Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	tables := map[string]int{}
	problem := func(p pg.Problem) { tables[p.Table]++ }
	if err := f.Check(t.Context(), problem); err != nil || tables["board_cells"] != 2 || tables["board_dues"] != 2 {
		t.Errorf("found %v, %v", tables, err)
	}
}
