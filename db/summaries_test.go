package db_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"incubase/db/dbtest"
	"incubase/workflow"
	"incubase/workflow/desk"
)

func summaries(t *testing.T, f *dbtest.Fixture, a workflow.Actor, q workflow.CaseQuery) (out []workflow.Summary) {
	t.Helper()
	q.Now = f.Clock.Now()
	for {
		items, next, err := f.Summaries(t.Context(), desk.ScopeOf(a, f.Catalog), q)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, f.Desk.Summaries(a, items)...)
		if q.Cursor = next; next == "" {
			return out
		}
	}
}

// Each reader sees the same cases, states and words in both, and no action that others of the role cannot do.
func TestARowSaysWhatTheCaseSays(t *testing.T) {
	t.Parallel()
	f, _ := pipeline(t)
	people := everyone(t, f)
	seen, acts := 0, 0
	for name, a := range people {
		rows := summaries(t, f, a, workflow.CaseQuery{Sort: "ref", Limit: 4})
		whole := all(t, f, a, workflow.CaseQuery{Sort: "ref"})
		if len(rows) != len(whole) {
			t.Errorf("%s has %d rows of %d cases", name, len(rows), len(whole))
			continue
		}
		for i := range rows {
			v, err := f.Desk.View(a, &whole[i])
			if err != nil {
				t.Fatal(err)
			}
			compareRow(t, name, &rows[i], v)
			for _, o := range rows[i].Can {
				acts++
				j := slices.IndexFunc(v.Offers, func(x workflow.Offer) bool { return x.Name == o.Name })
				if o.Name != workflow.SaveAction && (j < 0 || !v.Offers[j].Allowed()) {
					t.Errorf("%s can %s on %s, which stands in %s", name, o.Name, v.Case.Ref, v.Case.State)
				}
			}
			seen++
		}
	}
	if seen < 100 || acts < 20 {
		t.Errorf("only %d rows with %d acts: the test has lost its teeth", seen, acts)
	}
}

func compareRow(t *testing.T, who string, r *workflow.Summary, v *workflow.View) {
	t.Helper()
	line := func(c *workflow.Case) []any {
		return []any{c.ID, c.Ref, c.Workflow, c.DefinitionVersion, c.State, c.Stage, c.Version, c.Title, c.Organization,
			c.Round, c.Region, c.Currency, c.Requested, c.Awarded, c.Held, c.Committed, c.Paid, c.Returned, c.Due, c.Updated}
	}
	if a, b := line(&r.Case), line(&v.Case); !reflect.DeepEqual(a, b) {
		t.Errorf("%s reads the row\n%v\nand the case\n%v", who, a, b)
	}
	words := func(n workflow.Names) []any { return []any{n.Organization, n.Region} }
	if !reflect.DeepEqual(words(r.Names), words(v.Names)) || r.StateLabel != v.StateLabel ||
		r.StageLabel != v.StageLabel || r.Title != v.Title || r.CanEdit != v.CanEdit {
		t.Errorf("%s reads the row of %s as %+v, the case as %+v", who, v.Case.Ref, r, v)
	}
	for _, x := range r.Case.Assignments {
		if !slices.ContainsFunc(v.Case.Assignments, func(y workflow.Assignment) bool { return reflect.DeepEqual(x, y) }) {
			t.Errorf("%s reads the review %+v in the row of %s alone", who, x, v.Case.Ref)
		}
	}
	for _, x := range r.Case.Cosigns {
		if !slices.ContainsFunc(v.Case.Cosigns, func(y workflow.Cosign) bool { return reflect.DeepEqual(x, y) }) {
			t.Errorf("%s reads the opinion %+v in the row of %s alone", who, x, v.Case.Ref)
		}
	}
}

func TestWhatWaitsIsReady(t *testing.T) {
	t.Parallel()
	f, _ := pipeline(t)
	people := everyone(t, f)
	proposed := f.NewGrant()
	f.Walk(proposed, "proposed")
	refsOf := func(rows []workflow.Summary) (out []string) {
		for i := range rows {
			out = append(out, rows[i].Case.Ref)
		}
		return out
	}
	check := func() {
		t.Helper()
		for name, a := range people {
			var can, cannot []string
			for _, r := range summaries(t, f, a, workflow.CaseQuery{Sort: "ref"}) {
				if len(r.Can) > 0 {
					can = append(can, r.Case.Ref)
				} else {
					cannot = append(cannot, r.Case.Ref)
				}
			}
			if got := refsOf(summaries(t, f, a, workflow.CaseQuery{Sort: "ref", Waiting: true})); !slices.Equal(got, can) {
				t.Errorf("%v wait for %s, who can act on %v", got, name, can)
			}
			for _, ref := range refsOf(summaries(t, f, a, workflow.CaseQuery{Later: true})) {
				if !slices.Contains(cannot, ref) {
					t.Errorf("%s can act on %s, and it waits for later", name, ref)
				}
			}
		}
	}
	check()
	decider := people["decider_round"]
	later := func(q workflow.CaseQuery) bool {
		return slices.Contains(refsOf(summaries(t, f, decider, q)), proposed)
	}
	if later(workflow.CaseQuery{Waiting: true}) || !later(workflow.CaseQuery{Later: true}) {
		t.Error("an award can be confirmed while its notice runs")
	}
	f.Clock.Advance(40 * 24 * time.Hour)
	if !later(workflow.CaseQuery{Waiting: true}) || later(workflow.CaseQuery{Later: true}) {
		t.Error("an award does not wait for its decider when the notice is over")
	}
	check()
}
