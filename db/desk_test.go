package db_test

import (
	"testing"

	"incubase/db/dbtest"
	"incubase/db/pg"
	"incubase/workflow"
)

func TestAGrantGoesAllTheWay(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t)
	ref := f.NewGrant()
	if ref != "GA-2026-0001" {
		t.Errorf("the first grant of the year is %s", ref)
	}
	f.Walk(ref, "reported")
	l, err := f.Load(t.Context(), workflow.LoadQuery{Ref: ref})
	if err != nil {
		t.Fatal(err)
	}
	c := l.Facts.Case
	if c.Stage != workflow.Reported || c.Paid != dbtest.Requested || c.Committed != dbtest.Requested {
		t.Errorf("stage %s, committed %d, paid %d", c.Stage, c.Committed, c.Paid)
	}
	sound(t, f)
}

// sound verifies everything that can be recomputed.
func sound(t testing.TB, f *dbtest.Fixture) {
	t.Helper()
	events, _, err := f.Verify(t.Context(), func(p pg.Problem) { t.Error(p) })
	if err != nil || events == 0 {
		t.Fatalf("verify: %d events, %v", events, err)
	}
	if err := f.Check(t.Context(), func(p pg.Problem) { t.Error(p) }); err != nil {
		t.Fatal(err)
	}
}
