package db_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"testing"

	"incubase/db"
	"incubase/db/dbtest"
	"incubase/db/pg"
	"incubase/workflow"
	"incubase/workflow/catalog"
	"incubase/workflow/desk"
)

const crashed = 86

// A process killed at a boundary of a write leaves all of it or nothing, and the client's retry learns the truth.
func TestACrashLeavesAllOrNothing(t *testing.T) {
	t.Parallel()
	if point := os.Getenv("INCUBASE_CRASH_POINT"); point != "" {
		crashThere(t, point)
		return
	}
	f := dbtest.New(t)
	for _, c := range []struct {
		point string
		done  int // effects that the crash leaves
	}{{"before case_commit", 0}, {"after case_commit", 1}} {
		t.Run(c.point, func(t *testing.T) {
			ref := f.NewGrant()
			f.Walk(ref, "applied")
			version := f.Case(ref).Version
			cmd := exec.Command(os.Args[0], "-test.run", "^TestACrashLeavesAllOrNothing$")
			cmd.Env = append(os.Environ(), "INCUBASE_CRASH_POINT="+c.point, "INCUBASE_CRASH_URL="+f.URL,
				"INCUBASE_CRASH_REF="+ref,
				"INCUBASE_CRASH_ACTOR="+f.Actor("checker").ID)
			out, err := cmd.CombinedOutput()
			var exit *exec.ExitError
			if !errors.As(err, &exit) || exit.ExitCode() != crashed {
				t.Fatalf("the process did not crash: %v\n%s", err, out)
			}
			if got := f.Case(ref).Version - version; got != c.done {
				t.Errorf("%d effects after the crash, not %d", got, c.done)
			}
			r, err := f.Desk.Do(t.Context(), f.Actor("checker"), workflow.Command{Ref: ref, Action: "admit",
				Key: "crash " + c.point})
			if err != nil || r.Replay != (c.done == 1) || f.Case(ref).Version != version+1 {
				t.Errorf("the retry: replay %v, version %d after %d, %v", r != nil && r.Replay, f.Case(ref).Version, version, err)
			}
			sound(t, f)
		})
	}
}

func crashThere(t *testing.T, point string) {
	db.CrashAtForTest(func(at string) {
		if at == point {
			os.Exit(crashed)
		}
	})
	ctx := context.Background()
	d, err := db.Open(ctx, pg.Options{URL: os.Getenv("INCUBASE_CRASH_URL"), RowKey: dbtest.RowKey})
	if err != nil {
		t.Fatal(err)
	}
	c, err := catalog.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	clock := dbtest.NewClock()
	desk := &desk.Desk{Machines: c, Store: d, Clock: clock}
	checker := workflow.Actor{ID: os.Getenv("INCUBASE_CRASH_ACTOR"), Name: "checker",
		Roles: []workflow.Grant{{Role: workflow.RoleChecker, Region: dbtest.County}}}
	_, err = desk.Do(ctx, checker, workflow.Command{Ref: os.Getenv("INCUBASE_CRASH_REF"), Action: "admit",
		Key: "crash " + point})
	t.Fatalf("did not crash at %s: %v", point, err)
}
