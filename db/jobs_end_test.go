package db_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"incubase/db"
	"incubase/db/cases"
	"incubase/db/dbtest"
	"incubase/workflow"
	"incubase/workflow/desk"
	"incubase/workflow/registry"
)

// enrolled gives a person a second factor.
const enrolled = `insert into second_factors (user_id, secret, since)
	values ($1, decode(repeat('01', 60), 'hex'), now())`

// work carries out what jobs there are.
func work(t *testing.T, b *desk.Bulk) {
	t.Helper()
	for more := true; more; {
		var err error
		if more, err = b.Work(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

// TestWhatEndsSessionsEndsJobs: what ends all sessions of a person ends the jobs in the same transaction, and so does
// their owner. The worker notices before the next case is begun; what was done stays, with its verdicts, and the key
// that started the job finds it ended and continues nothing.
func TestWhatEndsSessionsEndsJobs(t *testing.T) {
	t.Parallel()
	e := newEraser(t)
	ctx := t.Context()
	sysadmin := e.person(workflow.RoleSysadmin, "")
	for _, c := range []struct {
		name string
		why  desk.JobEnd
		end  func(who workflow.Actor, j *desk.Job) error
	}{
		{"its owner", desk.EndedByOwner, func(who workflow.Actor, j *desk.Job) error {
			return e.DB.EndJob(ctx, who.ID, j.ID, desk.EndedByOwner)
		}},
		{"a new password", desk.EndedByPassword, func(who workflow.Actor, _ *desk.Job) error {
			_, err := e.ChangePassword(ctx, who, password, chosen, registry.RecordCommand{})
			return err
		}},
		{"a reset", desk.EndedByPassword, func(who workflow.Actor, _ *desk.Job) error {
			c, err := e.reset(sysadmin, e.security, who.ID)
			return errors.Join(err, e.choose(who.Login, c.first, c.second, chosen))
		}},
		{"all sessions", desk.EndedBySessions, func(who workflow.Actor, _ *desk.Job) error {
			_, err := e.RevokeSessions(ctx, who.ID, "", sysadmin.ID, "192.0.2.9")
			return err
		}},
		{"all other sessions", desk.EndedBySessions, func(who workflow.Actor, _ *desk.Job) error {
			_, err := e.RevokeSessions(ctx, who.ID, workflow.NewID(time.Now()), who.ID, "192.0.2.9")
			return err
		}},
		{"a second factor taken away", desk.EndedByFactor, func(who workflow.Actor, _ *desk.Job) error {
			e.sql(enrolled, who.ID)
			_, err := e.Server(t).Exec(`delete from second_factors where user_id = $1`, who.ID)
			return err
		}},
		{"a disabled account", desk.EndedByDisabling, func(who workflow.Actor, _ *desk.Job) error {
			_, err := e.ChangeUser(ctx, sysadmin, who.ID, registry.UserChange{Disabled: ptr(true)}, registry.RecordCommand{})
			return err
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			who := e.person(workflow.RoleChecker, "")
			refs := carried(t, e.Fixture, 4, "applied")
			o := order(c.name, "admit", refs)
			j, err := e.Bulk.Start(ctx, who, o)
			if err != nil {
				t.Fatal(err)
			}
			b := *e.Bulk
			b.Queue = &ending{e.DB, 2, func() {
				if err := c.end(who, j); err != nil {
					t.Error(err)
				}
			}}
			work(t, &b)
			got := again(t, e.Fixture, j)
			if got.State() != desk.JobCancelled || got.Ended != c.why || got.Ended.Words().ZH == "" ||
				len(got.Verdicts) != 2 || got.Succeeded() != 2 || len(got.Refs) != 4 || got.Note != "" {
				t.Errorf("%s, %q, %v of %d, %q", got.State(), got.Ended, kinds(got), len(got.Refs), got.Note)
			}
			if same, err := e.Bulk.Start(ctx, who, o); err != nil || same.ID != j.ID || same.State() != desk.JobCancelled {
				t.Errorf("the same key: %+v, %v", same, err)
			}
			if err := e.DB.EndJob(ctx, who.ID, j.ID, desk.EndedByOwner); err != nil ||
				again(t, e.Fixture, j).Ended != c.why {
				t.Errorf("ended again: %v", err)
			}
			work(t, e.Bulk)
			once(t, e.Fixture, "admit", refs[:2])
			for _, ref := range refs[2:] {
				if e.Case(ref).State != "applied" {
					t.Errorf("%s is %s", ref, e.Case(ref).State)
				}
			}
		})
	}
}

// stopping ends a job while its worker writes what it has decided.
type stopping struct {
	*db.DB
	end func()
}

func (s *stopping) KeepVerdicts(ctx context.Context, j *desk.Job, more []desk.Verdict) error {
	s.end()
	return s.DB.KeepVerdicts(ctx, j, more)
}

// TestAJobStoppedAtItsLastCaseIsDone: where every case was decided on, the job says so.
func TestAJobStoppedAtItsLastCaseIsDone(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t)
	refs := carried(t, f, 2, "applied")
	j := start(t, f, "checker", order("late", "admit", refs))
	b := *f.Bulk
	b.Queue = &stopping{f.DB, func() {
		if err := f.EndJob(t.Context(), j.Actor, j.ID, desk.EndedByOwner); err != nil {
			t.Error(err)
		}
	}}
	work(t, &b)
	if got := again(t, f, j); got.State() != desk.JobDone || got.Succeeded() != 2 {
		t.Errorf("%s, %v", got.State(), kinds(got))
	}
	if err := f.EndJob(t.Context(), f.Actor("officer").ID, j.ID, desk.EndedByOwner); !errors.Is(err,
		workflow.ErrNotFound) {
		t.Errorf("another's job: %v", err)
	}
}

// TestAJobDoesNotOutliveItsTime: twelve hours after its start a job ends, and one that takes the password an hour after
// that was typed.
func TestAJobDoesNotOutliveItsTime(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t)
	refs := carried(t, f, 3, "applied")
	in := func(d time.Duration) { f.Bulk.Now = func() time.Time { return time.Now().Add(d) } }
	old := start(t, f, "checker", order("old", "admit", refs[:1]))
	in(desk.JobLife)
	work(t, f.Bulk)
	if got := again(t, f, old); got.State() != desk.JobExpired || len(got.Verdicts) != 0 || got.Note != "" ||
		got.Ended.Words().EN == "" {
		t.Errorf("the old one: %s, %v", got.State(), kinds(got))
	}
	in(0)
	release := start(t, f, "checker", order("release", "release", refs[1:2]))
	admit := start(t, f, "checker", order("admit", "admit", refs[2:]))
	in(desk.ConfirmedLife)
	work(t, f.Bulk)
	if got := again(t, f, release); got.State() != desk.JobExpired {
		t.Errorf("an hour after the password: %s, %v", got.State(), kinds(got))
	}
	if got := again(t, f, admit); got.State() != desk.JobDone || got.Succeeded() != 1 {
		t.Errorf("without the password: %s, %v", got.State(), kinds(got))
	}
	once(t, f, "admit", refs[2:])
}

// TestAJobIsOfALiveSession: a request that was let in before all sessions ended starts no job after it; the age of the
// session's confirmation is the job's.
func TestAJobIsOfALiveSession(t *testing.T) {
	t.Parallel()
	e := newEraser(t)
	ctx := t.Context()
	who := e.person(workflow.RoleFinanceChecker, "")
	s, err := e.login(who.Login, password, "192.0.2.1")
	if err != nil {
		t.Fatal(err)
	}
	e.sql(`update sessions set confirmed_at = now() - interval '9 minutes' where id = $1`, s.ID)
	found, err := e.SessionActor(ctx, s.Token)
	if err != nil || found.Actor.Session != s.ID {
		t.Fatalf("%+v, %v", found, err)
	}
	j, err := e.Bulk.Start(ctx, found.Actor, order("fresh", "release", []string{"GA-1"}))
	if err != nil || j.Until(true).After(time.Now().Add(desk.ConfirmedLife-8*time.Minute)) {
		t.Errorf("it ends %v, %v", j.Until(true), err)
	}
	if _, err := e.RevokeSessions(ctx, who.ID, "", who.ID, ""); err != nil {
		t.Fatal(err)
	}
	o := order("late", "admit", []string{"GA-1"})
	if _, err := e.Bulk.Start(ctx, found.Actor, o); !errors.Is(err, registry.ErrNoSession) {
		t.Errorf("a job of a session that has ended: %v", err)
	}
	if _, err := e.DB.JobByKey(ctx, who.ID, o.Key); !errors.Is(err, workflow.ErrNotFound) {
		t.Errorf("something was written: %v", err)
	}
}

// TestAJobAsksForTheSecondFactor: who needs one and has none does nothing in a job, as in a request.
func TestAJobAsksForTheSecondFactor(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t)
	f.Bulk.NeedsFactor = registry.NeedsFactor
	refs := carried(t, f, 2, "applied")
	check := func(key, who string, kind string) {
		t.Helper()
		j := start(t, f, who, order(key, "admit", refs))
		work(t, f.Bulk)
		got := again(t, f, j)
		if k := kinds(got); k[kind] != 2 {
			t.Errorf("%s: %v", key, k)
		}
		if kind == "factor_required" && !errors.Is(got.Verdicts[0].Err(), workflow.ErrFactorRequired) {
			t.Errorf("it reads as %v", got.Verdicts[0].Err())
		}
	}
	check("without", "decider", "factor_required")
	if _, err := f.Owner(t).Exec(enrolled, f.Actor("decider").ID); err != nil {
		t.Fatal(err)
	}
	check("with", "decider", "role")
	check("needs none", "checker", "done")
}

// acting is a queue whose jobs act for somebody else.
type acting struct {
	*db.DB
	as workflow.ID
}

func (q acting) TakeJob(ctx context.Context) (*desk.Job, error) {
	j, err := q.DB.TakeJob(ctx)
	if j != nil {
		j.Actor = q.as
	}
	return j, err
}

// TestAJobIsAPersons: none acts as the system or as the public.
func TestAJobIsAPersons(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t)
	refs := carried(t, f, 1, "applied")
	j := start(t, f, "checker", order("whose", "admit", refs))
	for _, nobody := range []workflow.Actor{workflow.System(), workflow.Objector()} {
		if _, err := f.Bulk.Start(t.Context(), nobody, order(nobody.Login, "admit", refs)); err == nil {
			t.Errorf("a job of %s", nobody.Login)
		}
		if _, err := f.Owner(t).Exec(`update jobs set actor_id = $1`, nobody.ID); err == nil {
			t.Errorf("the schema takes a job of %s", nobody.Login)
		}
	}
	b := *f.Bulk
	b.Queue = acting{f.DB, workflow.SystemID}
	work(t, &b)
	if got := again(t, f, j); kinds(got)["failed"] != 1 || f.Case(refs[0]).State != "applied" {
		t.Errorf("it acted as the system: %v", kinds(got))
	}
}

// TestTwoJobsAtOnce: of two jobs that are started at the same time where one more is free, one is.
func TestTwoJobsAtOnce(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t)
	checker := f.Actor("checker")
	for i := range cases.MaxJobs - 1 {
		start(t, f, "checker", order(string(rune('a'+i)), "admit", []string{"GA-1"}))
	}
	owner := f.Owner(t)
	tx, err := owner.Begin()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(`select 1 from users where id = $1 for update`, checker.ID); err != nil {
		t.Fatal(err)
	}
	var begun sync.WaitGroup
	errs := make([]error, 2)
	for i, key := range []string{"one", "another"} {
		begun.Go(func() { _, errs[i] = f.Bulk.Start(t.Context(), checker, order(key, "admit", []string{"GA-1"})) })
	}
	waiting := 0
	for end := time.Now().Add(time.Minute); waiting < 2 && time.Now().Before(end); {
		if err := owner.QueryRow(`select count(distinct l.pid) from pg_locks l join pg_stat_activity a on a.pid = l.pid
			where a.datname = current_database() and not l.granted`).Scan(&waiting); err != nil {
			t.Fatal(err)
		}
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	begun.Wait()
	var refused *workflow.Refused
	if err := errors.Join(errs...); waiting != 2 || (errs[0] == nil) == (errs[1] == nil) || !errors.As(err, &refused) ||
		refused.Refusals[0].Rule != "too_many_jobs" {
		t.Errorf("%d waited: %v", waiting, err)
	}
}

// TestFewCasesAskForThePasswordFirst: in a session that is not fresh nothing is looked at before the password.
func TestFewCasesAskForThePasswordFirst(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t)
	stale := f.Actor("finance_checker")
	stale.Unconfirmed = true
	if list, err := f.Bulk.Act(t.Context(), stale, order("few", "release", []string{"GA-1"})); !errors.Is(err,
		workflow.ErrConfirm) {
		t.Errorf("%v, %v", list, err)
	}
	if list, err := f.Bulk.Act(t.Context(), f.Actor("finance_checker"), order("few", "release",
		[]string{"GA-1"})); err != nil || list[0].Fault.Kind != "not_found" {
		t.Errorf("%v, %v", list, err)
	}
}
