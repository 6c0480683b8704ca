package db_test

import (
	"testing"
	"time"

	"incubase/db/dbtest"
	"incubase/workflow"
)

// The system clock jumps hours back and years forward and back. Actions continue, nothing is acknowledged without its
// effect, no clock fires early, and the chain holds.
func TestAClockThatJumps(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t)
	ref, other := f.NewGrant(), f.NewGrant()
	f.Walk(ref, "applied")
	f.Walk(other, "applied")
	f.Do("checker", other, "return", nil) // starts a clock of five working days
	for _, by := range []time.Duration{-26 * time.Hour, -365 * 24 * time.Hour, 2 * 365 * 24 * time.Hour,
		-366 * 24 * time.Hour} {
		early := by < 0
		state := f.Case(other).State
		f.Clock.Advance(by)
		before := f.Case(ref).Version
		action := map[workflow.State]string{"applied": "admit", "screened": "return",
			"returned": "resubmit"}[f.Case(ref).State]
		who := map[string]string{"admit": "checker", "return": "checker", "resubmit": "certifier"}[action]
		var fields map[string]any
		if action == "resubmit" {
			fields = map[string]any{"answers": f.Answers(dbtest.Requested)}
		}
		key := "jump " + by.String()
		cmd := workflow.Command{Ref: ref, Action: action, Note: "办理", Fields: fields, Key: key}
		r, err := f.Desk.Do(t.Context(), f.Actor(who), cmd)
		if err != nil {
			t.Fatalf("%s after the clock went %s: %v", action, by, err)
		}
		again, err := f.Desk.Do(t.Context(), f.Actor(who), cmd)
		if err != nil || !again.Replay || again.Event.Hash != r.Event.Hash || f.Case(ref).Version != before+1 {
			t.Errorf("%s after the clock went %s: again %v, version %d after %d", action, by, err, f.Case(ref).Version, before)
		}
		f.Settle()
		if now := f.Case(other).State; early && now != state {
			t.Errorf("the clock went %s, and a period ran out: %s", by, now)
		}
	}
	if s := f.Case(other).State; s != "lapsed" {
		t.Errorf("two years later its clock has not fired: %s", s)
	}
	sound(t, f)
}
