package db_test

import (
	"crypto/ed25519"
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"

	"incubase/db"
	"incubase/db/dbtest"
	"incubase/db/pg"
	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/desk"
)

func TestABoardIsExactBeforeAndAfterFolding(t *testing.T) {
	t.Parallel()
	f, _ := pipeline(t)
	f.Clock.Advance(30 * 24 * time.Hour)
	scope := desk.ScopeOf(f.Actor("analyst"), f.Catalog)
	q := workflow.BoardQuery{Region: dbtest.County, By: "region", Today: calendar.DateOf(f.Clock.Now())}
	read := func(by string) []workflow.Counts {
		q.By = by
		rows, err := f.Board(t.Context(), scope, q)
		if err != nil {
			t.Fatal(err)
		}
		return rows
	}
	check := func(when string) {
		for _, by := range []string{"region", "agency", "round", "field"} {
			rows := read(by)
			if len(rows) != 1 {
				t.Fatalf("%s, by %s: %d rows: %v", when, by, len(rows), rows)
			}
			c := rows[0]
			// applied: applied, screened, proposed, returned and one with a conflict
			if c.Count[workflow.Applied] != 5 || c.Count[workflow.Reviewed] != 1 || c.Count[workflow.Funded] != 1 ||
				c.Count[workflow.Reported] != 1 {
				t.Errorf("%s, by %s: %v", when, by, c.Count)
			}
			if c.Sum[workflow.Applied] != 5*dbtest.Requested || c.Sum[workflow.Reported] != dbtest.Requested {
				t.Errorf("%s, by %s: %v", when, by, c.Sum)
			}
			if overdue := len(all(t, f, f.Actor("analyst"), workflow.CaseQuery{Workflow: "grant",
				Overdue: true})); c.Overdue != overdue || overdue == 0 {
				t.Errorf("%s, by %s: %d overdue, the list says %d", when, by, c.Overdue, overdue)
			}
		}
		if by := read("round"); by[0].Key != f.Round || by[0].Label.ZH == "" {
			t.Errorf("%s: %+v", when, by[0])
		}
		sound(t, f)
	}
	check("nothing folded")
	if n, err := f.FoldBoard(t.Context(), 3); err != nil || n != 3 {
		t.Fatalf("folded %d, %v", n, err)
	}
	check("some folded")
	for n := 1; n > 0; {
		var err error
		if n, err = f.FoldBoard(t.Context(), 1000); err != nil {
			t.Fatal(err)
		}
	}
	check("all folded")
	if _, err := f.Board(t.Context(), scope, workflow.BoardQuery{Region: "23"}); !errors.Is(err, workflow.ErrNotFound) {
		t.Errorf("the province's board is not the county's to see: %v", err)
	}
}

// Folding past days changes no board, a case that leaves a folded day is counted, and a week back stays exact.
func TestDaysLongPastAreOneDay(t *testing.T) {
	t.Parallel()
	f, refs := pipeline(t)
	f.Clock.Advance(90 * 24 * time.Hour)
	today := calendar.DateOf(f.Clock.Now())
	boards := func() (out []workflow.Counts) {
		for _, day := range []calendar.Date{today, today.AddDays(-7), today.AddDays(400)} {
			for _, by := range []string{"region", "agency", "round", "field"} {
				rows, err := f.Board(t.Context(), desk.ScopeOf(f.Actor("analyst"), f.Catalog),
					workflow.BoardQuery{Region: dbtest.County, By: by, Today: day})
				if err != nil || len(rows) != 1 {
					t.Fatal(rows, err)
				}
				out = append(out, rows...)
			}
		}
		return out
	}
	past := func() (days, rows int) {
		if err := f.Owner(t).QueryRow(`select count(distinct due_on), count(*) from board_dues where due_on < $1`,
			today.AddDays(-7).String()).Scan(&days, &rows); err != nil {
			t.Fatal(err)
		}
		return days, rows
	}
	fold := func() {
		if _, err := f.FoldBoard(t.Context(), 1000); err != nil {
			t.Fatal(err)
		}
	}
	fold()
	before := boards()
	if days, _ := past(); days < 2 || before[0].Overdue < 2 {
		t.Fatalf("%d days, %d overdue: nothing to sum up", days, before[0].Overdue)
	}
	held, err := f.Owner(t).BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := held.Exec(`select pg_advisory_xact_lock(4097083630)`); err != nil {
		t.Fatal(err)
	}
	if n, err := f.SumPastDues(t.Context(), today, 1000); n != 0 || err != nil {
		t.Errorf("%d summed while somebody folds, %v", n, err)
	}
	if err := held.Rollback(); err != nil {
		t.Fatal(err)
	}
	sum := func() {
		t.Helper()
		for n := 3; n == 3; { // in batches
			if n, err = f.SumPastDues(t.Context(), today, 3); err != nil || n > 3 {
				t.Fatal(n, err)
			}
			sound(t, f)
		}
		if days, rows := past(); days != 1 || rows == 0 {
			t.Errorf("%d days in %d rows are left of the past", days, rows)
		}
	}
	sum()
	if after := boards(); !reflect.DeepEqual(after, before) {
		t.Errorf("before %+v\nafter  %+v", before, after)
	}
	f.Walk(refs[1], "screened") // it was overdue and is due later now
	now := boards()
	if now[0].Overdue != before[0].Overdue-1 {
		t.Errorf("%d overdue of %d after one has been dealt with", now[0].Overdue, before[0].Overdue)
	}
	fold()
	sum()
	if after := boards(); !reflect.DeepEqual(after, now) {
		t.Errorf("before %+v\nafter  %+v", now, after)
	}
	if _, err := f.Owner(t).Exec(
		`update board_dues set n = n + 1 where due_on = '-infinity' and dim = 'region' and scope = ''`); err != nil {
		t.Fatal(err)
	}
	found := 0
	if err := f.Check(t.Context(), func(pg.Problem) { found++ }); err != nil || found != 1 {
		t.Errorf("a wrong sum was found %d times, %v", found, err)
	}
}

func TestCheckFindsACellThatIsWrong(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t)
	ref := f.NewGrant()
	f.Walk(ref, "applied")
	if _, err := f.FoldBoard(t.Context(), 100); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Owner(t).Exec(`update board_cells set n = n + 1 where dim = 'region' and scope = '23'`); err != nil {
		t.Fatal(err)
	}
	found := 0
	if err := f.Check(t.Context(), func(pg.Problem) { found++ }); err != nil || found != 1 {
		t.Errorf("found %d, %v", found, err)
	}
}

func TestVerifyNamesWhatWasTamperedWith(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t)
	ref := f.NewGrant()
	f.Walk(ref, "funded")
	id := f.ID(ref)
	pub, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	f.Believe(t, pub)
	if _, err := f.SignRoot(t.Context(), time.Now().Add(2*time.Minute), key); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, statement, table string }{
		{"a time moved", `update events set at = at + interval '1 day' where case_id = $1 and seq = 2`, "events"},
		{"another actor", `update events set actor_id = '` + workflow.SystemID + `' where case_id = $1 and seq = 2`,
			"events"},
		{"a note changed", `update event_payloads set body = body || ' ' where case_id = $1 and seq = 2`, "events"},
		{"a note taken away", `delete from event_payloads where case_id = $1 and seq = 2`, "event_payloads"},
		{"a posting added up", `update postings set amount_fen = amount_fen + 1 where grant_id = $1 and kind = 'commit'`,
			"rounds"},
		{"a posting taken away", `delete from postings where grant_id = $1 and kind = 'pay'`, "rounds"},
		{"answers taken away", `delete from case_answers where case_id = $1`, "case_answers"},
		{"an award changed", `update cases set committed_fen = committed_fen + 1 where id = $1`, "cases"},
	} {
		t.Run(c.name, func(t *testing.T) {
			owner := f.Owner(t)
			backup := map[string]string{"events": "events", "event_payloads": "event_payloads", "postings": "postings",
				"case_answers": "case_answers"}
			for table := range backup {
				if _, err := owner.Exec(`create table keep_` + table + ` as select * from ` + table); err != nil {
					t.Fatal(err)
				}
			}
			committed := f.Case(ref).Committed
			if _, err := owner.Exec(c.statement, id); err != nil {
				t.Fatal(err)
			}
			tables := map[string]bool{}
			if _, _, err := f.Verify(t.Context(), func(p pg.Problem) {
				tables[p.Table] = p.Row != "" &&
					p.What != ""
			}); err != nil {
				t.Fatal(err)
			}
			if !tables[c.table] {
				t.Errorf("found %v, expected %s", tables, c.table)
			}
			for _, s := range []string{
				`update events e set at = k.at, actor_id = k.actor_id from keep_events k where k.case_id = e.case_id
					and k.seq = e.seq`,
				`insert into event_payloads select * from keep_event_payloads on conflict (case_id, seq) do update
					set body = excluded.body`,
				`delete from postings`,
				`insert into postings overriding system value select * from keep_postings`,
				`insert into case_answers select * from keep_case_answers on conflict do nothing`,
				`drop table keep_events, keep_event_payloads, keep_postings, keep_case_answers`,
			} {
				if _, err := owner.Exec(s); err != nil {
					t.Fatal(s, err)
				}
			}
			if _, err := owner.Exec(`update cases set committed_fen = $1 where id = $2`, int64(committed), id); err != nil {
				t.Fatal(err)
			}
			sound(t, f)
		})
	}
	t.Run("all hashes recomputed from a changed note on", func(t *testing.T) { rewritten(t, f, id, pub) })
}

func unbound(t *testing.T, f *dbtest.Fixture) *db.DB {
	t.Helper()
	d, err := db.Open(t.Context(), pg.Options{URL: f.URL, MaxReads: 1, MaxWrites: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d
}

// rewritten forges a whole chain consistently: only the signed root reveals it.
func rewritten(t *testing.T, f *dbtest.Fixture, id workflow.ID, pub ed25519.PublicKey) {
	if n, err := f.VerifyRoots(t.Context(), pub, func(p pg.Problem) { t.Error(p) }); err != nil || n != 1 {
		t.Fatalf("%d roots, %v", n, err)
	}
	events, err := f.Events(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	tx, err := f.Owner(t).Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	run := func(s string, args ...any) {
		t.Helper()
		if _, err := tx.Exec(s, args...); err != nil {
			t.Fatal(s, err)
		}
	}
	run(`alter table events drop constraint event_follows_the_last`)
	run(`alter table cases drop constraint case_is_its_latest_event`)
	previous := workflow.Hash{}
	for _, e := range events {
		if e.Seq == 2 {
			e.Payload = `{"note":"从来没有发生过"}`
		}
		e.Seal(previous)
		previous = e.Hash
		run(`update events set payload_hash = $3::bytea, previous_hash = $4::bytea, hash = $5::bytea where case_id = $1
			and seq = $2`, id, e.Seq, e.PayloadHash[:], e.Previous[:], e.Hash[:])
		run(`update event_payloads set body = $3 where case_id = $1 and seq = $2`, id, e.Seq, e.Payload)
	}
	run(`update cases set last_hash = $2::bytea where id = $1`, id, previous[:])
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	if _, _, err := unbound(t, f).Verify(t.Context(), func(p pg.Problem) {
		t.Error("the chain itself is whole again:",
			p)
	}); err != nil {
		t.Fatal(err)
	}
	named := 0
	// the first stays unchanged
	if _, _, err := f.Verify(t.Context(), func(pg.Problem) { named++ }); err != nil || named != len(events)-1 {
		t.Errorf("with the key that binds rows %d events of %d are named, %v", named, len(events), err)
	}
	found := 0
	if _, err := f.VerifyRoots(t.Context(), pub, func(pg.Problem) { found++ }); err != nil || found != 1 {
		t.Errorf("the root found %d, %v", found, err)
	}
	other, _, _ := ed25519.GenerateKey(nil)
	found = 0
	if _, err := f.VerifyRoots(t.Context(), other, func(pg.Problem) { found++ }); err != nil || found != 2 {
		t.Errorf("signed by another: found %d, %v", found, err)
	}
}

func TestVerifyReadsTheLogOfRecords(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t, dbtest.Options{NoRound: true})
	owner := f.Owner(t)
	plain := unbound(t, f)
	_, before, err := plain.Verify(t.Context(), func(p pg.Problem) { t.Error(p) })
	if err != nil {
		t.Fatal(err)
	}
	for _, body := range []string{`{"title":"银龄助餐"}`, `{"title":"银龄助餐二期"}`} {
		if _, err := owner.Exec(`select log_record('project', $1, 'change', $2, now(), $3, '', null, '')`, f.Project,
			workflow.SystemID, body); err != nil {
			t.Fatal(err)
		}
	}
	verify := func() (tables []string) {
		_, n, err := plain.Verify(t.Context(), func(p pg.Problem) { tables = append(tables, p.Table) })
		if err != nil || n != before+2 {
			t.Fatalf("%d entries, %v", n, err)
		}
		return tables
	}
	if found := verify(); found != nil {
		t.Fatalf("an untouched log: %v", found)
	}
	for _, s := range []string{`update record_log set op = 'other' where seq = 3`,
		`update record_bodies set body = '{"title":""}' where seq = 2`} {
		if _, err := owner.Exec(s); err != nil {
			t.Fatal(err)
		}
	}
	if found := verify(); !slices.Equal(found, []string{"record_bodies", "record_log"}) {
		t.Errorf("found %v", found)
	}
}
