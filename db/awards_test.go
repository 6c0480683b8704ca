package db_test

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"

	"incubase/db/dbtest"
	"incubase/db/pg"
	"incubase/workflow"
)

// 400 concurrent proposals for 100 cases, by two actors and twice under one key, on an envelope for 50.5: exactly 50
// hold money, once each and in full; five runs.
func TestAnEnvelopeIsNeverOverspent(t *testing.T) {
	t.Parallel()
	for run := range 5 {
		t.Run(fmt.Sprint("run ", run+1), award100)
	}
}

const fits, someCases, triesEach = 50, 100, 4

func award100(t *testing.T) {
	f := dbtest.New(t, dbtest.Options{Envelope: dbtest.Requested*fits + dbtest.Requested/2,
		DB: pg.Options{MaxWrites: 8, MaxReads: 8}})
	f.AddUser(f.Owner(t), "officer2", workflow.Grant{Role: workflow.RoleOfficer, Region: dbtest.County})
	refs := ready(t, f)
	var made, repeated, refused atomic.Int32
	errs := together(someCases*triesEach, func(i int) error {
		who, key := "officer", fmt.Sprint("award ", i)
		switch i % triesEach {
		case 1:
			key = fmt.Sprint("award ", i-1)
		case 2:
			who = "officer2"
		}
		r, err := f.Desk.Do(t.Context(), f.Actor(who), workflow.Command{Ref: refs[i/triesEach], Action: "propose",
			Fields: map[string]any{"amount_fen": int64(dbtest.Requested)}, Key: key, Digest: sha256.Sum256([]byte(key))})
		var no *workflow.Refused
		var gone *workflow.NotOffered
		var stale *workflow.Stale
		switch {
		case err == nil && r.Replay:
			repeated.Add(1)
		case err == nil:
			made.Add(1)
		case errors.As(err, &no) && no.Refusals[0].Rule == "envelope":
			refused.Add(1)
		case errors.As(err, &gone), errors.As(err, &stale): // another attempt was first
		default:
			return err
		}
		return nil
	})
	for i, err := range errs {
		if err != nil {
			t.Errorf("try %d of %s: %v", i%triesEach, refs[i/triesEach], err)
		}
	}
	if made.Load() != fits || refused.Load() < someCases-fits {
		t.Errorf("%d proposals were made and %d tries refused; exactly %d fit", made.Load(), refused.Load(), fits)
	}
	t.Logf("%d made, %d answered again, %d refused by the envelope", made.Load(), repeated.Load(), refused.Load())
	var got [9]int64
	err := f.Server(t).QueryRow(`select
		(select count(*) from cases where state = 'proposed' and held_fen = awarded_fen and held_fen > 0 and version = 4),
		(select count(*) from cases where state = 'screened' and held_fen = 0 and version = 3),
		(select count(*) from events where action = 'propose'),
		(select count(*) from event_payloads p join events e on e.case_id = p.case_id and e.seq = p.seq
		where e.action = 'propose'),
		(select count(*) from idempotency_keys where key like 'award %'),
		(select count(*) from postings),
		(select coalesce(sum(amount_fen), 0)::bigint from postings where kind = 'hold'),
		(select held_fen from rounds where id = $1), (select held_awards from rounds where id = $1)`, f.Round).
		Scan(&got[0], &got[1], &got[2], &got[3], &got[4], &got[5], &got[6], &got[7], &got[8])
	if err != nil {
		t.Fatal(err)
	}
	const sum = int64(dbtest.Requested) * fits
	if want := [9]int64{fits, someCases - fits, fits, fits, fits, fits, sum, sum, fits}; got != want {
		t.Errorf("proposed, left, events, payloads, keys, postings, their sum, held, held awards: %v, want %v", got, want)
	}
	sound(t, f)
}

// ready brings the cases to where an award can be proposed, in a round without reviewers and agencies.
func ready(t *testing.T, f *dbtest.Fixture) []string {
	t.Helper()
	if _, err := f.Owner(t).Exec(
		`update rounds set rules = (rules::jsonb || '{"min_reviews": 0, "pass_points": 0, "cosigners": "none"}')::json
			where id = $1`, f.Round); err != nil {
		t.Fatal(err)
	}
	dbtest.Bind(t, f.Owner(t), "round", f.Round)
	refs := make([]string, someCases)
	together(4, func(part int) error {
		for i := part; i < someCases; i += 4 {
			refs[i] = f.NewGrant()
			f.Walk(refs[i], "screened")
		}
		return nil
	})
	return refs
}
