package db_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/lib/pq"

	"incubase/db"
	"incubase/db/dbtest"
	"incubase/workflow"
)

// held is a server with one statement for decisions, which waits for a row that another session holds.
type held struct {
	*dbtest.Fixture
	t       *testing.T
	release func()
}

// hold lets the only statement wait until release is called.
func hold(t *testing.T, f *dbtest.Fixture) *held {
	t.Helper()
	ref := f.NewGrant()
	f.Walk(ref, "applied")
	commit := decide(t, f, ref, "checker", "admit", "")
	tx, err := f.Owner(t).Begin()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(`select 1 from cases where ref = $1 for update`, ref); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- f.DB.Commit(context.WithoutCancel(t.Context()), commit) }()
	h := &held{f, t, sync.OnceFunc(func() {
		if err := tx.Rollback(); err != nil {
			t.Error(err)
		}
		if err := <-done; err != nil {
			t.Errorf("the decision that was held: %v", err)
		}
	})}
	t.Cleanup(h.release)
	for range 1000 {
		var blocked bool
		if err := f.Server(t).QueryRow(`select exists (select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')`).Scan(&blocked); err != nil {
			t.Fatal(err)
		}
		if blocked {
			return h
		}
		time.Sleep(2 * time.Millisecond)
	}
	t.Fatal("the statement does not wait")
	return nil
}

// commit sends them while the statement is held, in this order, and then lets it go.
func (h *held) commit(commits ...workflow.Commit) []error {
	h.t.Helper()
	errs := make([]error, len(commits))
	var all sync.WaitGroup
	for i, c := range commits {
		all.Go(func() { errs[i] = h.DB.Commit(h.t.Context(), c) })
		h.waiting(i + 1)
	}
	h.release()
	all.Wait()
	return errs
}

func (h *held) waiting(n int) {
	h.t.Helper()
	for range 1000 {
		if h.DB.WaitingForTest() == n {
			return
		}
		time.Sleep(time.Millisecond)
	}
	h.t.Fatalf("%d wait, not %d", h.DB.WaitingForTest(), n)
}

// writes is how many statements wrote the last events of these cases.
func writes(t *testing.T, f *dbtest.Fixture, commits []workflow.Commit) (n int) {
	t.Helper()
	var ids pq.StringArray
	for _, c := range commits {
		ids = append(ids, c.Decision.Case.ID)
	}
	if err := f.Owner(t).QueryRow(`select count(distinct e.xmin::text) from events e where e.case_id = any ($1::uuid[])
		and e.seq = (select max(l.seq) from events l where l.case_id = e.case_id)`, ids).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestDecisionsThatWaitGoTogether(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t, dbtest.Options{DB: db.Options{MaxWrites: 2}})
	admits := func(n int) (commits []workflow.Commit) {
		for range n {
			ref := f.NewGrant()
			f.Walk(ref, "applied")
			commits = append(commits, decide(t, f, ref, "checker", "admit", "gathered "+ref))
		}
		return commits
	}
	t.Run("in one statement, each whole", func(t *testing.T) {
		commits := admits(5)
		for i, err := range hold(t, f).commit(commits...) {
			if err != nil {
				t.Errorf("decision %d: %v", i, err)
			}
			c := commits[i].Decision.Case
			if got := f.Case(c.Ref); got.Version != c.Version || got.State != c.State || got.LastHash != c.LastHash {
				t.Errorf("decision %d left %s in %s at version %d", i, c.Ref, got.State, got.Version)
			}
		}
		if n := writes(t, f, commits); n != 1 {
			t.Errorf("%d statements wrote five decisions that waited", n)
		}
		sound(t, f)
	})
	t.Run("one that comes too late takes nobody with it", func(t *testing.T) {
		commits := admits(4)
		late := commits[1].Decision.Before
		h := hold(t, f)
		commits[1].Decision.Asserts.Organization = 1 << 20 // a version that is not there
		errs := h.commit(commits...)
		for i, err := range errs {
			if late := i == 1; late != errors.Is(err, workflow.ErrMoved) || !late && err != nil {
				t.Errorf("decision %d: %v", i, err)
			}
		}
		if got := f.Case(late.Ref); got.Version != late.Version {
			t.Errorf("the late one wrote: version %d", got.Version)
		}
		sound(t, f)
	})
	t.Run("one whose case is held makes nobody wait with it", func(t *testing.T) {
		commits := admits(3)
		h := hold(t, f)
		tx, err := f.Owner(t).Begin()
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = tx.Rollback() }()
		if _, err := tx.Exec(`select 1 from cases where id = $1 for update`, commits[1].Decision.Case.ID); err != nil {
			t.Fatal(err)
		}
		for i, err := range h.commit(commits...) {
			if held := i == 1; held != errors.Is(err, workflow.ErrBusy) || !held && err != nil {
				t.Errorf("decision %d: %v", i, err)
			}
		}
	})
	t.Run("who goes before being sent has done nothing", func(t *testing.T) {
		commits := admits(2)
		h := hold(t, f)
		ctx, cancel := context.WithCancel(t.Context())
		gone := make(chan error, 1)
		go func() { gone <- f.DB.Commit(ctx, commits[0]) }()
		h.waiting(1)
		cancel()
		if err := <-gone; !errors.Is(err, context.Canceled) {
			t.Errorf("who went was told %v", err)
		}
		if errs := h.commit(commits[1]); errs[0] != nil {
			t.Error(errs[0])
		}
		if c := commits[0].Decision.Before; f.Case(c.Ref).Version != c.Version {
			t.Error("a decision was sent after it was called off")
		}
		sound(t, f)
	})
}

// Statements go one at a time, that each carries many; one that waits for a row of its own holds up nobody else's.
func TestADecisionIsSentBesideOneThatTakesLong(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t, dbtest.Options{DB: db.Options{MaxWrites: 3}}) // two for decisions
	ref := f.NewGrant()
	f.Walk(ref, "applied")
	next := decide(t, f, ref, "checker", "admit", "")
	h := hold(t, f)
	if err := f.DB.Commit(t.Context(), next); err != nil {
		t.Errorf("beside one that takes long: %v", err)
	}
	h.release()
	sound(t, f)
}

// Awards of one round that wait are one statement; where the envelope does not cover all of them, each has its own verdict.
func TestAwardsThatWaitGoTogether(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t, dbtest.Options{DB: db.Options{MaxWrites: 2}, Envelope: dbtest.Requested*5 + 1})
	var commits []workflow.Commit
	for _, ref := range screened(t, f, 7) {
		commits = append(commits, decide(t, f, ref, "officer", "propose", "award "+ref))
	}
	for i, err := range hold(t, f).commit(commits[:3]...) {
		if err != nil {
			t.Errorf("award %d: %v", i, err)
		}
	}
	if n := writes(t, f, commits[:3]); n != 1 {
		t.Errorf("%d statements wrote three awards that waited", n)
	}
	made, refused := 0, 0
	for i, err := range hold(t, f).commit(commits[3:]...) {
		var r *workflow.Refused
		switch {
		case err == nil:
			made++
		case errors.As(err, &r) && r.Refusals[0].Rule == "envelope":
			refused++
		default:
			t.Errorf("award %d: %v", i+3, err)
		}
	}
	if made != 2 || refused != 2 {
		t.Errorf("of four awards on an envelope for two, %d were made and %d refused", made, refused)
	}
	sound(t, f)
}
