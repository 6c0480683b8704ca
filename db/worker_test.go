package db_test

import (
	"context"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"incubase/db"
	"incubase/db/dbtest"
	"incubase/db/pg"
	"incubase/workflow"
	"incubase/workflow/desk"
	"incubase/workflow/part/award"
)

func TestATimerFiresWhenItsTimeHasCome(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t)
	ref := f.NewGrant()
	f.Walk(ref, "applied")
	f.Do("checker", ref, "return", nil)
	f.Settle()
	if s := f.Case(ref).State; s != "returned" {
		t.Fatalf("fired early: %s", s)
	}
	f.Clock.Advance(9 * 24 * time.Hour) // five working days and a weekend
	f.Settle()
	c := f.Case(ref)
	if c.State != "lapsed" || c.Outcome != "lapsed" {
		t.Errorf("the case is %s", c.State)
	}
	events, err := f.Events(t.Context(), c.ID)
	if err != nil {
		t.Fatal(err)
	}
	if last := events[len(events)-1]; last.Actor != workflow.SystemID || last.Action != "lapse" {
		t.Errorf("%s by %s", last.Action, last.Actor)
	}
	f.Settle()
	if again := f.Case(ref); again.Version != c.Version {
		t.Error("fired twice")
	}
	sound(t, f)
}

func TestARefusedTimerWaitsForTheOfficerAndIsTriedAgain(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t)
	ref := f.NewGrant()
	f.Walk(ref, "screened")
	// A timer whose action the state does not offer stands in for a refused one.
	id := f.ID(ref)
	if _, err := f.Server(t).Exec(
		`insert into timers (case_id, name, since, fires_at, action) values ($1, 'stuck', 1, $2, 'lapse')`, id,
		f.Clock.Now()); err != nil {
		t.Fatal(err)
	}
	due := func() int {
		timers, err := f.DueTimers(t.Context(), f.Clock.Now(), 10)
		if err != nil {
			t.Fatal(err)
		}
		return len(timers)
	}
	if due() != 1 {
		t.Fatal("the timer is not due")
	}
	f.Settle()
	if due() != 0 {
		t.Error("a refused timer is tried without end")
	}
	waits := func() bool {
		for _, r := range refsOf(all(t, f, f.Actor("officer"), workflow.CaseQuery{Waiting: true})) {
			if r == ref {
				return true
			}
		}
		return false
	}
	var duty string
	if err := f.Server(t).QueryRow(`select role from duties where case_id = $1 and key = 'timer/stuck'`,
		id).Scan(&duty); err != nil || duty != "officer" || !waits() {
		t.Errorf("the officer is not waited for: %q, %v", duty, err)
	}
	f.Clock.Advance(25 * time.Hour)
	if due() != 1 {
		t.Error("it is not tried again after a day")
	}
	f.Settle()
	f.Do("reviewer1", ref, "declare", map[string]any{"conflict": false})
	var n int
	if err := f.Server(t).QueryRow(`select count(*) from timers where case_id = $1 and tried_at is not null`,
		id).Scan(&n); err != nil || n != 0 {
		t.Errorf("%d timers still marked after an act on the case, %v", n, err)
	}
	if err := f.Server(t).QueryRow(`select count(*) from duties where case_id = $1 and key like 'timer/%'`,
		id).Scan(&n); err != nil || n != 0 {
		t.Errorf("%d timer duties left, %v", n, err)
	}
}

func TestAChildTellsItsParentOnce(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t)
	ref := f.NewGrant()
	f.Walk(ref, "reviewed")
	for _, who := range []string{"certifier", "officer"} {
		f.Do(who, ref, "sign", f.Signature(ref))
	}
	f.Do("finance_maker", ref, "pay", nil)
	f.Do("finance_checker", ref+"-P1", "release", nil)
	if c := f.Case(ref); c.State != "reviewed" || c.Paid != 0 {
		t.Fatalf("told before the worker came: %s", c.State)
	}
	other := &desk.Worker{Desk: f.Desk, Queue: f.DB}
	errs := together(4, func(i int) error {
		worker := f.Worker
		if i%2 == 1 {
			worker = other
		}
		_, err := worker.Round(t.Context())
		return err
	})
	for _, err := range errs {
		if err != nil {
			t.Error(err)
		}
	}
	c := f.Case(ref)
	if c.State != "funded" || c.Paid != award.Of(&c).Tranches[0].Amount {
		t.Errorf("the grant is %s with %d paid", c.State, c.Paid)
	}
	sound(t, f)
}

func TestASignalThatCannotBeToldIsKept(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t)
	ref := f.NewGrant()
	f.Walk(ref, "applied")
	if _, err := f.Server(t).Exec(
		`insert into signals (key, to_case, action, at) values ('signal:x:1', $1, 'tranche_paid', now())`,
		f.ID(ref)); err != nil {
		t.Fatal(err)
	}
	f.Settle()
	var tries int
	var problem string
	var done bool
	err := f.Server(t).QueryRow(`select tries, problem, done_at is not null from signals where key = 'signal:x:1'`).Scan(
		&tries, &problem, &done)
	if err != nil || tries != 1 || problem == "" || done {
		t.Errorf("tries %d, problem %q, done %v, %v", tries, problem, done, err)
	}
}

func TestTheNotifierWakesOtherServers(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t, dbtest.Options{NoRound: true})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	second, err := db.Open(ctx, pg.Options{URL: f.URL, RowKey: dbtest.RowKey, MaxReads: 1, MaxWrites: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer second.Close()
	here, there := f.DB.NewNotifier(ctx), second.NewNotifier(ctx)
	heard := false
	for try := 0; try < 50 && !heard; try++ { // listeners take a moment to start
		here.Notify()
		select {
		case <-there.C():
			heard = true
		case <-time.After(100 * time.Millisecond):
		}
	}
	if !heard {
		t.Error("the other server was not awakened")
	}
	select {
	case <-here.C():
	case <-time.After(time.Second):
		t.Error("its own worker was not awakened")
	}
}

func TestTheWorkerRunsUntilStopped(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t)
	ref := f.NewGrant()
	f.Walk(ref, "applied")
	f.Do("checker", ref, "return", nil)
	f.Clock.Advance(9 * 24 * time.Hour)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	var folded atomic.Int64
	f.Worker.Every = 20 * time.Millisecond
	f.Worker.Chores = append(f.Worker.Chores, func(ctx context.Context) (bool, error) {
		n, err := f.FoldBoard(ctx, 1000)
		folded.Add(int64(n))
		return n == 1000, err
	})
	go func() {
		defer close(done)
		f.Worker.Run(ctx)
	}()
	deadline := time.Now().Add(10 * time.Second)
	for (f.Case(ref).State != "lapsed" || folded.Load() == 0) && time.Now().Before(deadline) {
		time.Sleep(20 * time.Millisecond)
	}
	cancel()
	<-done
	if s := f.Case(ref).State; s != "lapsed" || folded.Load() == 0 {
		t.Errorf("the case is %s, %d changes folded", s, folded.Load())
	}
}

// forgetful is a queue that forgets a fired timer, as if its server had died then.
type forgetful struct {
	desk.Queue
	due  []desk.Timer
	told []string
}

func (q *forgetful) DueTimers(context.Context, time.Time, int) ([]desk.Timer, error) {
	return q.due, nil
}

func (q *forgetful) TimerTried(_ context.Context, _ desk.Timer, _ time.Time, refusal string) error {
	q.told = append(q.told, refusal)
	return nil
}

// A timer fired again because it could not be marked is the same act under the same key, and no refusal to report.
func TestATimerFiredAgainIsTheSameAct(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t)
	ref := f.NewGrant()
	f.Walk(ref, "applied")
	f.Do("checker", ref, "return", nil)
	f.Clock.Advance(9 * 24 * time.Hour)
	due, err := f.DueTimers(t.Context(), f.Clock.Now(), 10)
	if err != nil || len(due) != 1 {
		t.Fatal(due, err)
	}
	q := &forgetful{Queue: f.DB, due: due}
	worker := &desk.Worker{Desk: f.Desk, Queue: q}
	for range 3 {
		if _, err := worker.Round(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if c := f.Case(ref); c.State != "lapsed" || !slices.Equal(q.told, []string{"", "", ""}) {
		t.Errorf("the case is %s; the queue was told %q", c.State, q.told)
	}
	sound(t, f)
}
