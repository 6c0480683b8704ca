package db_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"incubase/db/dbtest"
	"incubase/db/pg"
	"incubase/workflow"
)

// lock holds the row of a case in another session until release.
func lock(t *testing.T, f *dbtest.Fixture, ref string) (release func()) {
	t.Helper()
	tx, err := f.Owner(t).Begin()
	if err != nil {
		t.Fatal(err)
	}
	release = sync.OnceFunc(func() {
		if err := tx.Rollback(); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(release)
	if _, err := tx.Exec(`select 1 from cases where ref = $1 for update`, ref); err != nil {
		t.Fatal(err)
	}
	return release
}

// blocked returns once n statements wait for row locks.
func blocked(t *testing.T, f *dbtest.Database, n int) {
	t.Helper()
	pool, waiting := f.Server(t), 0
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(2 * time.Millisecond) {
		if err := pool.QueryRow(`select count(*) from pg_stat_activity
			where datname = current_database() and wait_event_type = 'Lock'`).Scan(&waiting); err != nil {
			t.Fatal(err)
		}
		if waiting == n {
			return
		}
	}
	t.Fatalf("%d statements wait for rows, not %d", waiting, n)
}

// The waiting one blocks one connection; one cancelled before it gets a connection has done nothing.
func TestADecisionThatWaitsForARowBlocksNoOther(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t, dbtest.Options{DB: pg.Options{MaxWrites: 2, WriteTimeout: time.Minute}})
	var commits []workflow.Commit
	for range 4 {
		ref := f.NewGrant()
		f.Walk(ref, "applied")
		commits = append(commits, decide(t, f, ref, "checker", "admit", "admit "+ref))
	}
	done := make(chan error, 2)
	release := lock(t, f, commits[0].Decision.Case.Ref)
	go func() { done <- f.DB.Commit(context.WithoutCancel(t.Context()), commits[0]) }()
	blocked(t, f.Database, 1)
	if err := f.DB.Commit(t.Context(), commits[1]); err != nil {
		t.Errorf("beside one that waits for a row: %v", err)
	}

	second := lock(t, f, commits[2].Decision.Case.Ref)
	go func() { done <- f.DB.Commit(context.WithoutCancel(t.Context()), commits[2]) }()
	blocked(t, f.Database, 2)
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	err := f.DB.Commit(ctx, commits[3])
	if !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, workflow.ErrBusy) {
		t.Errorf("with no connection free: %v", err)
	}
	second()
	release()
	for range 2 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if c := commits[3].Decision.Before; f.Case(c.Ref).Version != c.Version {
		t.Error("a decision was written after it was called off")
	}
	sound(t, f)
}

func TestAwardsAtOnceHaveEachTheirVerdict(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t, dbtest.Options{Envelope: dbtest.Requested*5 + 1})
	var commits []workflow.Commit
	for _, ref := range screened(t, f, 7) {
		commits = append(commits, decide(t, f, ref, "officer", "propose", "award "+ref))
	}
	made, refused := 0, 0
	for i, err := range together(len(commits), func(i int) error { return f.DB.Commit(t.Context(), commits[i]) }) {
		var r *workflow.Refused
		switch {
		case err == nil:
			made++
		case errors.As(err, &r) && r.Refusals[0].Rule == "envelope":
			refused++
		default:
			t.Errorf("award %d: %v", i, err)
		}
	}
	if made != 5 || refused != 2 {
		t.Errorf("of seven awards on an envelope for five, %d were made and %d refused", made, refused)
	}
	sound(t, f)
}

func TestADecisionOnARoundKeepsItsRecordsName(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t, dbtest.Options{})
	commit := decide(t, f, f.RoundRef, "officer", "close", "")
	if _, err := f.Owner(t).Exec(`update cases set title = '新名称' where ref = $1`, f.RoundRef); err != nil {
		t.Fatal(err)
	}
	if err := f.DB.Commit(t.Context(), commit); err != nil {
		t.Fatal(err)
	}
	if c := f.Case(f.RoundRef); c.Title != "新名称" {
		t.Errorf("the round is called %q again", c.Title)
	}
}
