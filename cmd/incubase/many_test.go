package main

import (
	"testing"

	"incubase/cmd/incubase/demo"
	"incubase/db"
	"incubase/db/dbtest/many"
)

// Ten thousand copies of the demonstration's grants are histories like those that were carried through the desk:
// chains, ledger, envelopes and boards verify, and a change in one of them is found.
func TestTenThousandCasesVerify(t *testing.T) {
	t.Parallel()
	const n = 10_000
	s := newSite(t, demo.Load)
	r, err := many.Fill(t.Context(), many.Options{URL: s.db.OwnerURL, Cases: n, Home: "230302", Own: true, Log: t.Logf})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d cases, %d reports and payments, %d events, %d rows in %s", r.Cases, r.Children, r.Events, r.Rows, r.Took)
	var grants, reviewed, paid, papers, counties, officers, laws int
	if err := s.owner.QueryRow(
		`select count(*) filter (where workflow = 'grant'), count(*) filter (where stage = 'reviewed'),
			count(*) filter (where workflow = 'payment' and outcome = 'paid'),
			(select count(*) from papers where word <> '') - (select sum(last) from paper_numbers), count(distinct county),
			count(distinct lead_id),
			(select count(*) from pg_constraint where not convalidated)
		from cases`).Scan(&grants, &reviewed, &paid, &papers, &counties, &officers, &laws); err != nil {
		t.Fatal(err)
	}
	if grants < n || reviewed < n/50 || paid < n/10 || papers != 0 || counties < 150 || officers < n/100 || laws != 0 {
		t.Errorf("%d grants, %d reviewed, %d paid, %d papers too many, %d counties, %d people in charge, %d laws unchecked",
			grants, reviewed, paid, papers, counties, officers, laws)
	}
	// Copies are bound by nobody: they are checked as where the key is not.
	plain, err := db.Open(t.Context(), db.Options{URL: s.db.URL, MaxReads: 4, MaxWrites: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = plain.Close() }()
	s.in.db = plain
	s.verified()
	const one = `(select id from cases where ref = (select max(ref) from cases where state = 'reported'))`
	for statement, table := range map[string]string{
		`update event_payloads set body = replace(body, '"salt"', '"malt"') where seq = 3 and case_id = ` +
			one: "events",
		`delete from postings where kind = 'pay' and tranche = 1 and grant_id = ` +
			one: "cases",
		`update board_cells set n = n + 1 where scope = '' and dim = 'region' and stage = 'applied'
			and key = (select min(province) from cases where stage = 'applied')`: "board_cells",
	} {
		if res, err := s.owner.Exec(statement); err != nil {
			t.Fatal(err)
		} else if n, _ := res.RowsAffected(); n == 0 {
			t.Fatalf("nothing was broken by: %s", statement)
		}
		found := map[string]int{}
		count := func(p db.Problem) { found[p.Table]++ }
		if _, _, err := s.in.db.Verify(t.Context(), count); err != nil {
			t.Fatal(err)
		}
		if err := s.in.db.Check(t.Context(), count); err != nil {
			t.Fatal(err)
		}
		if found[table] == 0 {
			t.Errorf("nobody notices: %s (found %v)", statement, found)
		}
	}
}
