package db_test

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"incubase/db/dbtest"
	"incubase/db/pg"
	"incubase/workflow"
	"incubase/workflow/desk"
	"incubase/workflow/money"
)

// together runs fn n times at once and returns the errors.
func together(n int, fn func(i int) error) []error {
	errs := make([]error, n)
	var wg sync.WaitGroup
	gate := make(chan struct{})
	for i := range n {
		wg.Go(func() {
			<-gate
			errs[i] = fn(i)
		})
	}
	close(gate)
	wg.Wait()
	return errs
}

func proposed(t testing.TB, f *dbtest.Fixture, n int) []string {
	t.Helper()
	refs := carried(t, f, n, "proposed")
	f.Clock.Advance(8 * 24 * time.Hour)
	return refs
}

// screened brings n grants to where an award can be proposed.
func screened(t testing.TB, f *dbtest.Fixture, n int) []string {
	t.Helper()
	if _, err := f.Owner(t).Exec(
		`update rounds set rules = (rules::jsonb || '{"min_reviews": 0, "pass_points": 0, "cosigners": "none"}')::json
			where id = $1`, f.Round); err != nil {
		t.Fatal(err)
	}
	dbtest.Bind(t, f.Owner(t), "round", f.Round)
	return carried(t, f, n, "screened")
}

func carried(t testing.TB, f *dbtest.Fixture, n int, to workflow.State) []string {
	t.Helper()
	refs := make([]string, n)
	for i := range refs {
		refs[i] = f.NewGrant()
	}
	together(4, func(part int) error {
		for i := part; i < n; i += 4 {
			f.Walk(refs[i], to)
		}
		return nil
	})
	return refs
}

func TestTheEnvelopesConstraintSpeaksInWords(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t)
	refs := screened(t, f, 2)
	// Two decisions on the same facts: the second to commit finds the envelope used up.
	if _, err := f.Owner(t).Exec(`update rounds set total_fen = $1 where id = $2`, int64(dbtest.Requested),
		f.Round); err != nil {
		t.Fatal(err)
	}
	dbtest.Bind(t, f.Owner(t), "round", f.Round)
	var commits []workflow.Commit
	for _, ref := range refs {
		commits = append(commits, decide(t, f, ref, "officer", "propose", ""))
	}
	if err := f.DB.Commit(t.Context(), commits[0]); err != nil {
		t.Fatal(err)
	}
	var r *workflow.Refused
	if err := f.DB.Commit(t.Context(), commits[1]); !errors.As(err, &r) {
		t.Fatalf("the second commit: %v", err)
	}
	if r.Action != "propose" || r.Refusals[0].Rule != "envelope" || !r.Refusals[0].Message.Complete() {
		t.Errorf("refused as %+v", r)
	}
	sound(t, f)
}

var proposal = map[string]map[string]any{"propose": {"amount_fen": int64(dbtest.Requested)}}

func decide(t *testing.T, f *dbtest.Fixture, ref, who, action, key string) workflow.Commit {
	t.Helper()
	m := f.Catalog.Machine("grant", 0)
	l, err := f.Load(t.Context(), workflow.LoadQuery{Ref: ref, Actor: f.Actor(who), Needs: m.Needs(action)})
	if err != nil {
		t.Fatal(err)
	}
	l.Facts.Actor, l.Facts.Now, l.Facts.Calendar = f.Actor(who), f.Clock.Now(), f.Clock.Calendar()
	m = f.Catalog.Machine(l.Facts.Case.Workflow, 0)
	d, err := m.Decide(t.Context(), l.Facts, workflow.Command{Ref: ref, Action: action, Note: "办理",
		Fields: proposal[action]})
	if err != nil {
		t.Fatal(err)
	}
	return workflow.Commit{Decision: d, Actor: f.Actor(who).ID, Key: key, Receipt: []byte(`{"view":{"case":{}}}`),
		Alarms: d.Case.Alarms(true)}
}

func TestACommitOnAMovedCaseWritesNothing(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t)
	for _, c := range []struct {
		name string
		move func(t *testing.T, ref string)
	}{
		{"the case itself moved", func(t *testing.T, ref string) { f.Do("checker", ref, "return", nil) }},
		{"the organization changed", func(t *testing.T, ref string) {
			if _, err := f.Owner(t).Exec(`update organizations set version = version + 1 where id = $1`,
				f.Organization); err != nil {
				t.Fatal(err)
			}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			ref := f.NewGrant()
			f.Walk(ref, "applied")
			commit := decide(t, f, ref, "checker", "admit", "key of "+c.name)
			c.move(t, ref)
			before := rows(t, f)
			if err := f.DB.Commit(t.Context(), commit); !errors.Is(err, workflow.ErrMoved) {
				t.Errorf("answered %v, not moved", err)
			}
			if after := rows(t, f); after != before {
				t.Errorf("wrote something:\n%s\n%s", before, after)
			}
		})
	}
}

func TestAHalfStaleCommitIsGivenUpWhole(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t)
	ref := proposed(t, f, 1)[0]
	commit := decide(t, f, ref, "decider", "confirm", "k")
	commit.Decision.Asserts = workflow.Asserts{}
	commit.Decision.Envelope.Round = workflow.NewID(f.Clock.Now()) // the case exists, its envelope does not
	before := rows(t, f)
	if err := f.DB.Commit(t.Context(), commit); !errors.Is(err, workflow.ErrMoved) {
		t.Errorf("answered %v, not moved", err)
	}
	if after := rows(t, f); after != before {
		t.Errorf("wrote something:\n%s\n%s", before, after)
	}
}

func rows(t *testing.T, f *dbtest.Fixture) string {
	t.Helper()
	var s string
	err := f.Server(t).QueryRow(
		`select format('cases %s events %s said %s keys %s duties %s timers %s parties %s postings %s heads %s',
		(select sum(version) from cases), (select count(*) from events), (select count(*) from event_payloads),
		(select count(*) from idempotency_keys), (select md5(string_agg(d::text, ',' order by d::text)) from duties d),
		(select count(*) from timers), (select count(*) from case_parties), (select count(*) from postings),
		(select sum(committed_fen + held_fen) from rounds))`).Scan(&s)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestOneKeyIsOneEffect(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t, dbtest.Options{DB: pg.Options{MaxWrites: 6, MaxReads: 6}})
	ref := f.NewGrant()
	f.Walk(ref, "applied")
	var fresh atomic.Int32
	errs := together(16, func(int) error {
		r, err := f.Desk.Do(t.Context(), f.Actor("checker"), workflow.Command{Ref: ref, Action: "admit", Key: "one"})
		if err == nil && !r.Replay {
			fresh.Add(1)
		}
		return err
	})
	for _, err := range errs {
		if err != nil {
			t.Errorf("a repetition was not answered: %v", err)
		}
	}
	if fresh.Load() != 1 {
		t.Errorf("%d fresh answers", fresh.Load())
	}
	_, err := f.Desk.Do(t.Context(), f.Actor("checker"), workflow.Command{Ref: ref, Action: "admit", Key: "one",
		Digest: workflow.Hash{1}})
	if !errors.Is(err, workflow.ErrKeyReused) {
		t.Errorf("the key with another request: %v", err)
	}
	sound(t, f)
}

func TestAReplayWrites(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t)
	ref := f.NewGrant()
	f.Walk(ref, "applied")
	for range 3 {
		if _, err := f.Desk.Do(t.Context(), f.Actor("checker"), workflow.Command{Ref: ref, Action: "admit",
			Key: "again"}); err != nil {
			t.Fatal(err)
		}
	}
	var n int
	if err := f.Server(t).QueryRow(`select replayed from idempotency_keys where key = 'again'`).Scan(&n); err != nil ||
		n != 2 {
		t.Errorf("marked %d times, %v", n, err)
	}
}

func TestReferencesAreNumberedWithoutGapsOrDoubles(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t, dbtest.Options{DB: pg.Options{MaxWrites: 6, MaxReads: 6}})
	seen := make([]string, 20)
	together(len(seen), func(i int) error {
		seen[i] = f.NewGrant()
		return nil
	})
	for n := 1; n <= len(seen); n++ {
		count := 0
		for _, s := range seen {
			if s == fmt.Sprintf("GA-2026-%04d", n) {
				count++
			}
		}
		if count != 1 {
			t.Errorf("number %d was given %d times", n, count)
		}
	}
}

func TestAnOpeningIsRepeatedByItsKey(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t)
	o := desk.Opening{Workflow: "grant", Round: f.Round, Organization: f.Organization, Project: f.Project,
		Key: "open-once"}
	a, err := f.Desk.Open(t.Context(), f.Actor("preparer"), o)
	if err != nil {
		t.Fatal(err)
	}
	b, err := f.Desk.Open(t.Context(), f.Actor("preparer"), o)
	if err != nil {
		t.Fatal(err)
	}
	if a.View.Case.Ref == "" || a.View.Case.Ref != b.View.Case.Ref || !b.Replay {
		t.Errorf("opened %q, then %q (replay %v)", a.View.Case.Ref, b.View.Case.Ref, b.Replay)
	}
}

func TestTheNumberOfAwardsIsKept(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t, dbtest.Options{MaxAwards: 1})
	refs := screened(t, f, 2)
	commits := []workflow.Commit{decide(t, f, refs[0], "officer", "propose", ""), decide(t, f, refs[1], "officer",
		"propose", "")}
	if err := f.DB.Commit(t.Context(), commits[0]); err != nil {
		t.Fatal(err)
	}
	var r *workflow.Refused
	if err := f.DB.Commit(t.Context(), commits[1]); !errors.As(err, &r) || r.Refusals[0].Rule != "max_awards" {
		t.Errorf("the second award: %v", err)
	}
}

func TestATerminatedAwardGivesItsMoneyBack(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t)
	ref := f.NewGrant()
	f.Walk(ref, "funded")
	f.Do("decider", ref, "terminate", nil)
	sound(t, f)
	c := f.Case(ref)
	if c.Committed != c.Paid || c.Paid == 0 || c.Paid >= dbtest.Requested {
		t.Errorf("committed %d, paid %d", c.Committed, c.Paid)
	}
	balances, err := f.Balances(t.Context(), f.Round)
	if err != nil {
		t.Fatal(err)
	}
	var sum money.Fen
	for _, b := range balances {
		sum += b.Amount
	}
	if sum != 100_000_000 {
		t.Errorf("the accounts add up to %d: %v", sum, balances)
	}
}
