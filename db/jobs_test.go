package db_test

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"incubase/db"
	"incubase/db/cases"
	"incubase/db/dbtest"
	"incubase/db/pg"
	"incubase/workflow"
	"incubase/workflow/catalog"
	"incubase/workflow/desk"
	"incubase/workflow/machine"
)

func order(key, action string, refs []string) desk.BulkOrder {
	return desk.BulkOrder{Action: action, Note: "批量办理", Refs: refs, Key: key,
		Digest: sha256.Sum256([]byte(action + strings.Join(refs, " ")))}
}

func start(t *testing.T, f *dbtest.Fixture, who string, o desk.BulkOrder) *desk.Job {
	t.Helper()
	j, err := f.Bulk.Start(t.Context(), f.Actor(who), o)
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func again(t *testing.T, f *dbtest.Fixture, j *desk.Job) *desk.Job {
	t.Helper()
	now, err := f.Job(t.Context(), j.Actor, j.ID)
	if err != nil {
		t.Fatal(err)
	}
	return now
}

// expire ends the leases of jobs, as time does after a kill.
func expire(t *testing.T, owner *sql.DB) {
	t.Helper()
	if _, err := owner.Exec(`update jobs set leased_until = now() where finished_at is null`); err != nil {
		t.Fatal(err)
	}
}

// once fails unless the action was done exactly once on each case.
func once(t *testing.T, f *dbtest.Fixture, action string, refs []string) {
	t.Helper()
	owner := f.Owner(t)
	for _, ref := range refs {
		var n int
		if err := owner.QueryRow(`select count(*) from events e join cases c on c.id = e.case_id
			where c.ref = $1 and e.action = $2`, ref, action).Scan(&n); err != nil {
			t.Fatal(err)
		}
		if n != 1 {
			t.Errorf("%s: %s %d times", ref, action, n)
		}
	}
}

func kinds(j *desk.Job) map[string]int {
	out := map[string]int{}
	for _, v := range j.Verdicts {
		switch {
		case v.Done:
			out["done"]++
		case v.Fault.Kind == "refused":
			out[v.Fault.Refusals[0].Rule]++
		default:
			out[v.Fault.Kind]++
		}
	}
	return out
}

// Nothing is done twice or left out, whichever boundary of a write the kill hits.
func TestAJobIsContinued(t *testing.T) {
	t.Parallel()
	if point := os.Getenv("INCUBASE_JOB_POINT"); point != "" {
		crashInAJob(t, point)
		return
	}
	f := dbtest.New(t)
	owner := f.Owner(t)
	const all = 14
	for _, c := range []struct {
		point   string // "boundary|how many of them pass"
		some    bool   // cases are done by then
		lagging bool   // some of them have no verdict yet
	}{{"after job_take|0", false, false}, {"before case_commit|12", true, true}, {"after case_commit|12", true, true},
		{"before job_keep|0", true, true}, {"after job_keep|0", true, false}} {
		t.Run(c.point, func(t *testing.T) {
			refs := carried(t, f, all, "applied")
			j := start(t, f, "checker", order("kill "+c.point, "admit", refs))
			cmd := exec.Command(os.Args[0], "-test.run", "^TestAJobIsContinued$")
			cmd.Env = append(os.Environ(), "INCUBASE_JOB_POINT="+c.point, "INCUBASE_JOB_URL="+f.URL)
			out, err := cmd.CombinedOutput()
			var exit *exec.ExitError
			if !errors.As(err, &exit) || exit.ExitCode() != crashed {
				t.Fatalf("the process did not crash: %v\n%s", err, out)
			}
			admitted := 0
			for _, ref := range refs {
				if f.Case(ref).State != "applied" {
					admitted++
				}
			}
			got := again(t, f, j)
			if admitted > 0 != c.some || admitted > len(got.Verdicts) != c.lagging || admitted < len(got.Verdicts) ||
				got.State() != desk.JobRunning {
				t.Errorf("%d cases done and %d verdicts written, job %s", admitted, len(got.Verdicts), got.State())
			}
			if more, err := f.Bulk.Work(t.Context()); more || err != nil {
				t.Errorf("a job is taken while its lease holds: %v, %v", more, err)
			}
			expire(t, owner)
			f.Settle()
			got = again(t, f, j)
			if got.State() != desk.JobDone || got.Succeeded() != all || got.Note != "" {
				t.Errorf("the job is %s, %v, and remembers %q", got.State(), kinds(got), got.Note)
			}
			for i, v := range got.Verdicts {
				if v.Ref != refs[i] || v.Version != f.Case(refs[i]).Version || v.State != f.Case(refs[i]).State {
					t.Errorf("verdict %d: %+v, and the case is %s at %d", i, v, f.Case(refs[i]).State, f.Case(refs[i]).Version)
				}
			}
			once(t, f, "admit", refs)
			sound(t, f)
		})
	}
}

func crashInAJob(t *testing.T, point string) {
	boundary, passes, _ := strings.Cut(point, "|")
	left := 0
	_, _ = fmt.Sscan(passes, &left)
	db.CrashAtForTest(func(at string) {
		if at != boundary {
			return
		}
		if left == 0 {
			os.Exit(crashed)
		}
		left--
	})
	ctx := context.Background()
	d, err := db.Open(ctx, pg.Options{URL: os.Getenv("INCUBASE_JOB_URL"), RowKey: dbtest.RowKey})
	if err != nil {
		t.Fatal(err)
	}
	c, err := catalog.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	b := bulkOn(d, c)
	for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); { // retries on a busy machine
		if _, err = b.Work(ctx); err != nil {
			t.Log(err)
		}
	}
	t.Fatalf("did not crash at %s", point)
}

func bulkOn(d *db.DB, machines machine.Machines) *desk.Bulk {
	return &desk.Bulk{Desk: &desk.Desk{Machines: machines, Store: d, Clock: dbtest.NewClock()}, Jobs: d, Queue: d,
		Log: slog.New(slog.DiscardHandler), Turn: time.Minute}
}

// A lease may expire while its server still works.
func TestTwoServersShareJobs(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t)
	other, err := db.Open(t.Context(), pg.Options{URL: f.URL, RowKey: dbtest.RowKey, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = other.Close() })
	owner := f.Owner(t)
	refs := carried(t, f, 40, "applied")
	jobs := []*desk.Job{start(t, f, "checker", order("a", "admit", refs[:20])),
		start(t, f, "checker", order("b", "admit", refs[20:]))}
	ctx, stop := context.WithCancel(t.Context())
	var servers sync.WaitGroup
	for _, b := range []*desk.Bulk{f.Bulk, bulkOn(other, f.Catalog)} {
		servers.Go(func() {
			for ctx.Err() == nil {
				if _, err := b.Work(ctx); err != nil && ctx.Err() == nil {
					t.Error(err)
				}
				expire(t, owner) // overtakes the server at work all the time
			}
		})
	}
	done := func() bool {
		return again(t, f, jobs[0]).State() == desk.JobDone && again(t, f, jobs[1]).State() == desk.JobDone
	}
	for !done() {
		time.Sleep(20 * time.Millisecond)
	}
	stop()
	servers.Wait()
	for _, j := range jobs {
		if got := again(t, f, j); got.Succeeded() != 20 || len(got.Verdicts) != 20 {
			t.Errorf("%d verdicts: %v", len(got.Verdicts), kinds(got))
		}
	}
	once(t, f, "admit", refs)
	sound(t, f)
}

func TestAnEnvelopeForSomeOfAJob(t *testing.T) {
	t.Parallel()
	const all, covered = 200, 137
	f := dbtest.New(t, dbtest.Options{Envelope: dbtest.Requested*covered + 1})
	refs := screened(t, f, all)
	o := order("all awards", "propose", refs)
	o.Fields, o.Round = map[string]any{"amount_fen": int64(dbtest.Requested)}, f.Round
	j := start(t, f, "officer", o)
	f.Settle()
	got := again(t, f, j)
	if k := kinds(got); k["done"] != covered || k["envelope"] != all-covered {
		t.Fatalf("%v", k)
	}
	for i, v := range got.Verdicts {
		if v.Ref != refs[i] || v.Done != (i < covered) {
			t.Errorf("verdict %d on %s: done %v", i, v.Ref, v.Done)
		}
		want := workflow.State("proposed")
		if i >= covered {
			want = "screened"
		}
		if c := f.Case(v.Ref); c.State != want || v.Done && c.Version != v.Version {
			t.Errorf("%s is %s at version %d, and the verdict says %+v", v.Ref, c.State, c.Version, v)
		}
	}
	list, err := f.JobsOf(t.Context(), f.Actor("officer").ID, f.Round)
	if err != nil || len(list) != 1 || list[0].Succeeded != covered || list[0].Position != all ||
		list[0].RoundRef != f.RoundRef {
		t.Errorf("the jobs of the round: %+v, %v", list, err)
	}
	sound(t, f)
}

// The same key finds the same job and refuses another request; only the actor sees a job; without a client's key
// actions that take money are refused case by case.
func TestAJobHasOneKey(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t)
	refs := screened(t, f, 21)
	o := order("one key", "propose", refs)
	o.Fields = map[string]any{"amount_fen": int64(1000)}
	first := start(t, f, "officer", o)
	f.Settle()
	if j := start(t, f, "officer", o); j.ID != first.ID || j.Succeeded() != 21 {
		t.Errorf("the same again: job %s, %d done", j.ID, j.Succeeded())
	}
	if _, err := f.Bulk.Start(t.Context(), f.Actor("officer"), order("one key", "propose",
		refs[1:])); !errors.Is(err, workflow.ErrKeyReused) {
		t.Errorf("other cases under the key: %v", err)
	}
	if j := start(t, f, "checker", o); j.ID == first.ID {
		t.Error("another person's key finds the job")
	}
	if _, err := f.Job(t.Context(), f.Actor("checker").ID, first.ID); !errors.Is(err, workflow.ErrNotFound) {
		t.Errorf("another person reads the job: %v", err)
	}
	if _, err := f.Job(t.Context(), first.Actor, "no id"); !errors.Is(err, workflow.ErrNotFound) {
		t.Errorf("no id: %v", err)
	}
	f.Settle()
	once(t, f, "propose", refs)

	more := screened(t, f, 20)
	o = order("", "propose", more)
	o.Fields = map[string]any{"amount_fen": int64(1000)}
	unkeyed := start(t, f, "officer", o)
	f.Settle()
	if k := kinds(again(t, f, unkeyed)); k["key_required"] != 20 {
		t.Errorf("money without a key: %v", k)
	}
	sound(t, f)
}

// ending ends its actor's roles or account before one of the cases.
type ending struct {
	*db.DB
	left int
	end  func()
}

func (e *ending) ActorNow(ctx context.Context, j *desk.Job) (workflow.Actor, bool, error) {
	if e.left == 0 {
		e.end()
	}
	e.left--
	return e.DB.ActorNow(ctx, j)
}

// An actor without role does nothing more; one who keeps another role is refused for each case.
func TestRightsOfAJobAreAskedEachTime(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]struct{ statement, kind string }{
		"the role ends": {`update role_grants set until = now() where user_id = $1`, "not_found"},
		"another role is left": {`update role_grants set role = 'auditor' where user_id = $1`,
			"role"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := dbtest.New(t)
			refs := carried(t, f, 24, "applied")
			j := start(t, f, "checker", order("ends", "admit", refs))
			b := *f.Bulk
			b.Queue = &ending{f.DB, 15, func() {
				if _, err := f.Owner(t).Exec(end.statement, j.Actor); err != nil {
					t.Error(err)
				}
			}}
			for more := true; more; {
				var err error
				if more, err = b.Work(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			got := again(t, f, j)
			if k := kinds(got); k["done"] != 15 || k[end.kind] != 9 {
				t.Errorf("%v", k)
			}
			if i := slices.IndexFunc(got.Verdicts, func(v desk.Verdict) bool { return !v.Done }); i != 15 {
				t.Errorf("the first refusal is the one of case %d", i)
			}
			once(t, f, "admit", refs[:15])
		})
	}
}

// Rows written without the row key make no actor act.
func TestAForgedJobIsNotRun(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t)
	refs := carried(t, f, 20, "applied")
	for _, change := range []string{
		`actor_id = '` + f.Actor("officer").ID + `'`, `confirmed_at = null`, `confirmed_at = now() + interval '1 hour'`,
		`created_at = now() + interval '1 hour'`, `keyed = not keyed`, `key = 'another'`, `refs[1] = 'GA-2026-9999'`,
		`request = replace(request, 'admit', 'return')`, `mac = digest`, `action = 'return'`,
	} {
		j := start(t, f, "preparer", order(change, "admit", refs))
		if _, err := f.Server(t).Exec(`update jobs set `+change+` where id = $1`, j.ID); err != nil {
			t.Fatal(err)
		}
		f.Settle()
		var position int
		if err := f.Owner(t).QueryRow(`select position from jobs where id = $1`, j.ID).Scan(&position); err != nil ||
			position != 0 {
			t.Errorf("%s: the job came to %d, %v", change, position, err)
		}
	}
	for _, ref := range refs {
		if f.Case(ref).State != "applied" {
			t.Errorf("%s is %s", ref, f.Case(ref).State)
		}
	}
}

func TestAPersonsJobsAreBounded(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t)
	refs := carried(t, f, 1, "applied")
	for i := range cases.MaxJobs {
		start(t, f, "checker", order(fmt.Sprint("job ", i), "admit", refs))
	}
	_, err := f.Bulk.Start(t.Context(), f.Actor("checker"), order("one too many", "admit", refs))
	var refused *workflow.Refused
	if !errors.As(err, &refused) || refused.Refusals[0].Rule != "too_many_jobs" {
		t.Errorf("one job too many: %v", err)
	}
	start(t, f, "checker", order("job 0", "admit", refs))
	f.Settle()
	start(t, f, "checker", order("one too many", "admit", refs))
	once(t, f, "admit", refs)
}

// A job that releases payments needs a fresh session at its start; the same key finds the job without one.
func TestAJobAsksForThePasswordOnce(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t)
	refs := carried(t, f, 2, "applied")
	o, stale := order("releases", "release", refs), f.Actor("checker")
	stale.Unconfirmed = true
	if _, err := f.Bulk.Start(t.Context(), stale, o); !errors.Is(err, workflow.ErrConfirm) {
		t.Errorf("an old session starts a job that releases payments: %v", err)
	}
	if _, err := f.JobByKey(t.Context(), stale.ID, o.Key); !errors.Is(err, workflow.ErrNotFound) {
		t.Errorf("something was written: %v", err)
	}
	j := start(t, f, "checker", o)
	if same, err := f.Bulk.Start(t.Context(), stale, o); err != nil || same.ID != j.ID {
		t.Errorf("the same key: %v", err)
	}
	if _, err := f.Bulk.Start(t.Context(), stale, order("admits", "admit", refs)); err != nil {
		t.Errorf("an act that asks for no password: %v", err)
	}
	f.Settle()
	if k := kinds(again(t, f, j)); k["not_offered"] != 2 {
		t.Errorf("%v", k)
	}
	once(t, f, "admit", refs)
}

func TestWhatIsNoCaseStartsNoJob(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t)
	refs := carried(t, f, 1, "applied")
	for name, o := range map[string]desk.BulkOrder{
		"a character that cannot be written": order("nul", "admit", append(slices.Clone(refs), "GA\x00")),
		"text that is too long":              order("long", "admit", []string{strings.Repeat("G", 61)}),
		"drafts":                             order("drafts", workflow.SaveAction, refs),
	} {
		var invalid *workflow.Invalid
		if _, err := f.Bulk.Start(t.Context(), f.Actor("checker"), o); !errors.As(err, &invalid) {
			t.Errorf("%s: a job was begun, %v", name, err)
		}
		if _, err := f.Bulk.Act(t.Context(), f.Actor("checker"), o); !errors.As(err, &invalid) {
			t.Errorf("%s: it was done, %v", name, err)
		}
	}
}

func TestAJobKeepsFewFaults(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t)
	refs := carried(t, f, 1, "applied")
	o := order("faults", "admit", refs)
	o.Fields = map[string]any{}
	for i := range 5000 {
		o.Fields[fmt.Sprint("no such field ", i, strings.Repeat("x", 300))] = 1
	}
	start(t, f, "checker", o)
	f.Settle()
	j, err := f.JobByKey(t.Context(), f.Actor("checker").ID, o.Key)
	if err != nil || len(j.Verdicts) != 1 {
		t.Fatalf("%v, %+v", err, j)
	}
	var invalid *workflow.Invalid
	if !errors.As(j.Verdicts[0].Err(), &invalid) || len(invalid.Fields) != 50 || invalid.More < 4900 ||
		len([]rune(invalid.Fields[0].Field)) > 200 {
		t.Errorf("it keeps %d faults and counts %d more", len(invalid.Fields), invalid.More)
	}
}
