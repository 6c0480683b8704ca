package db_test

import (
	"testing"

	"incubase/db/dbtest"
	"incubase/db/pg"
	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/desk"
	"incubase/workflow/money"
)

// A suspended or terminated grant is no award to the public (list, figures, boards) until resumed. A declined one
// still counts as applied for.
func TestWhatWasStoppedIsNotPublicAsFunded(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t)
	kept, stopped, ended := f.NewGrant(), f.NewGrant(), f.NewGrant()
	for _, ref := range []string{kept, stopped, ended} {
		f.Walk(ref, "funded")
	}
	note := func(who, ref, action string) {
		t.Helper()
		r, err := f.Desk.Do(t.Context(), f.Actor(who), workflow.Command{Ref: ref, Action: action, Note: "审计发现问题，先停下来核实",
			Key: ref + action})
		if err != nil {
			t.Fatalf("%s %s: %v, %v", action, ref, err, r)
		}
	}
	paid := f.Case(kept).Paid
	public := func(when string, want ...string) {
		t.Helper()
		if _, err := f.DB.FoldBoard(t.Context(), 1000); err != nil {
			t.Fatal(err)
		}
		items, _, err := f.DB.PublicAwards(t.Context(), f.Round, "", "", 50)
		if err != nil {
			t.Fatal(err)
		}
		listed := map[string]bool{}
		for _, a := range items {
			listed[a.Ref] = true
			if a.Stage != workflow.Funded {
				t.Errorf("%s: %s is public as %q", when, a.Ref, a.Stage)
			}
		}
		figures, err := f.DB.PublicFigures(t.Context(), f.Round, "")
		if err != nil {
			t.Fatal(err)
		}
		n, sum := 0, money.Fen(0)
		for _, x := range figures {
			n, sum = n+x.Count, sum+x.Awarded
		}
		if n != len(want) || sum != dbtest.Requested*money.Fen(len(want)) {
			t.Errorf("%s: %d awards of %s in the figures, want %d", when, n, sum.Yuan(), len(want))
		}
		board, err := f.DB.Board(t.Context(), desk.ScopeOf(f.Actor("analyst"), f.Catalog),
			workflow.BoardQuery{By: "round", Region: dbtest.County, Today: calendar.DateOf(f.Clock.Now())})
		if err != nil {
			t.Fatal(err)
		}
		n = 0
		for _, c := range board {
			n += c.Count[workflow.Funded]
		}
		if n != len(want) || len(listed) != len(want) {
			t.Errorf("%s: %d funded on the board, %v in the list, want %v", when, n, listed, want)
		}
		for _, ref := range want {
			if !listed[ref] {
				t.Errorf("%s: %s is not public", when, ref)
			}
		}
		problem := func(p pg.Problem) { t.Errorf("%s: %v", when, p) }
		if err := f.DB.Check(t.Context(), problem); err != nil {
			t.Fatal(err)
		}
	}
	if paid == 0 {
		t.Fatal("nothing was paid")
	}
	public("all run", kept, stopped, ended)
	note("decider", stopped, "suspend")
	note("decider", ended, "terminate")
	public("one suspended, one terminated", kept)
	note("decider", stopped, "resume")
	public("resumed", kept, stopped)
	if c := f.Case(ended); c.Committed != c.Paid {
		t.Errorf("the rest of a terminated grant is still promised: %s of %s", c.Committed.Yuan(), c.Paid.Yuan())
	}
}
