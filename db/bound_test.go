package db_test

import (
	"strings"
	"testing"

	"incubase/db"
	"incubase/db/dbtest"
	"incubase/db/pg"
	"incubase/db/records"
	"incubase/workflow"
	"incubase/workflow/registry"
)

// A grant up to its first payment, with all that its actions wrote, verifies with the key and with no other.
func TestWhatCountsIsBound(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t)
	ref := f.NewGrant()
	f.Walk(ref, "funded")
	if !f.Binds() {
		t.Fatal("nothing is bound")
	}
	sound(t, f)
	other, err := db.Open(t.Context(), pg.Options{URL: f.URL, RowKey: pg.RowKey("another key"), MaxReads: 2, MaxWrites: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = other.Close() }()
	tables := problemsBy(t, other)
	for _, table := range []string{"cases", "events", "rounds", "users", "role_grants", "organizations", "case_answers"} {
		if tables[table] == 0 {
			t.Errorf("with another key %s is not named: %v", table, tables)
		}
	}
}

// A row changed behind the servers stays reported after further actions.
func TestAnActDoesNotMakeGood(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t)
	owner, ref := f.Server(t), f.NewGrant()
	f.Walk(ref, "applied")
	if _, err := owner.Exec(`update cases set title = '别的项目' where ref = $1`, ref); err != nil {
		t.Fatal(err)
	}
	f.Walk(ref, "proposed")
	if found := problemsBy(t, f.DB); found["cases"] == 0 {
		t.Errorf("an act made good what was changed before it: %v", found)
	}
	grant := workflow.NewID(f.Clock.Now())
	if _, err := owner.Exec(`insert into role_grants (id, user_id, role, region) values ($1, $2, 'auditor', '230302')`,
		grant, f.Actor("analyst").ID); err != nil {
		t.Fatal(err)
	}
	if found := problemsBy(t, f.DB); found["role_grants"] == 0 {
		t.Errorf("a right that no server gave: %v", found)
	}
	if _, err := owner.Exec(`select log_record('role', $1, 'create', $2, now(), '{}', '', ''::bytea, '')`, grant,
		workflow.SystemID); err != nil {
		t.Fatal(err)
	}
	if found := problemsBy(t, f.DB); found["record_log"] == 0 {
		t.Errorf("a right with an entry that no server wrote: %v", found)
	}
	r := &registry.Registry{Store: f.DB, Clock: f.Clock, Regions: records.NewDivisions(), Passwords: f.DB, Codes: f.DB,
		Desk: f.Desk}
	if _, err := owner.Exec(`update organizations set credit_code = '', credit_override = 'x' where id = $1`,
		f.Organization); err != nil {
		t.Fatal(err)
	}
	if _, err := r.ChangeOrganization(t.Context(), f.Actor("officer"), f.Organization,
		registry.OrganizationChange{Contact: ptr("王五")}, registry.RecordCommand{}); err != nil {
		t.Fatal(err)
	}
	if found := problemsBy(t, f.DB); found["record_log"] < 2 {
		t.Errorf("a change made good what was changed before it: %v", found)
	}
}

// Changes to the audit trail of an account or of unknown logins are reported, and so is a session without a sign-in.
func TestSignInsAreChained(t *testing.T) {
	t.Parallel()
	r := newRegistry(t)
	who := r.person(workflow.RoleAnalyst, "")
	for _, try := range []struct{ login, password string }{{who.Login, "wrong"}, {who.Login, password},
		{who.Login, password}, {"nobody", "x"}, {"nobody", "y"}} {
		_, _ = r.login(try.login, try.password, "192.0.2.9")
	}
	r.chains()
	var account, unknown int
	err := r.Owner(t).QueryRow(
		`select count(*) filter (where chain = $1), count(*) filter (where chain ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$')
			from audit`, who.ID).Scan(&account, &unknown)
	if err != nil || account < 3 || unknown < 2 {
		t.Fatalf("%d entries of the account, %d of unknown logins, %v", account, unknown, err)
	}
	for what, change := range map[string]struct{ do, back, table string }{
		"an entry changed": {`update audit set success = not success where chain = '` + who.ID + `' and seq = 2`,
			`update audit set success = not success where chain = '` + who.ID + `' and seq = 2`, "audit"},
		"an unknown login changed": {`update audit set address = address || '1' where chain ~ '^2' and seq = 1`,
			`update audit set address = left(address, -1) where chain ~ '^2' and seq = 1`, "audit"},
		"an entry taken away": {`create table gone as select * from audit where chain = '` + who.ID +
			`' and seq = 1; delete from audit where chain = '` + who.ID + `' and seq = 1`,
			`alter table audit disable trigger chain_audit; insert into audit overriding system value select *
				from gone; alter table audit enable trigger chain_audit; drop table gone`, "audit"},
		"a session without a sign-in": {`insert into sessions (id, token_hash, user_id, idle, expires_at) values ('` +
			workflow.SystemID + `', sha256('x'), '` + who.ID + `', '1 hour', now() + interval '1 hour')`,
			`delete from sessions where id = '` + workflow.SystemID + `'`, "sessions"},
		"a session that lasts longer": {`update sessions set expires_at = expires_at + interval '1 day' where user_id = '` +
			who.ID + `'`,
			`update sessions set expires_at = expires_at - interval '1 day' where user_id = '` + who.ID + `'`, "sessions"},
	} {
		r.sql(change.do)
		if found := problemsBy(t, r.DB); found[change.table] == 0 {
			t.Errorf("%s: found %v", what, found)
		}
		r.sql(change.back)
	}
	r.chains()
}

func problemsBy(t *testing.T, d *db.DB) map[string]int {
	t.Helper()
	found := map[string]int{}
	if _, _, err := d.Verify(t.Context(), func(p pg.Problem) { found[p.Table]++ }); err != nil {
		t.Fatal(err)
	}
	return found
}

// Each change is made on a case of its own.
func TestTheServersRoleCannotTamper(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t)
	anotherRound, another := f.OpenRound(1000, 0)
	changes := []struct{ name, statement, table, ref string }{
		{"a score", `update cases set assignments = jsonb_set(assignments, '{0,points}', '9900') where id = $1`, "cases", ""},
		{"the awarded sum", `update cases set awarded_fen = awarded_fen + 100 where id = $1`, "cases", ""},
		{"who did what", `update cases set doers = doers - 'admit' where id = $1`, "cases", ""},
		{"a clock's period", `update cases set clocks = jsonb_set(clocks, '{0,start}', '"2026-01-01"') where id = $1`,
			"cases", ""},
		{"another organization", `update cases set organization_id = null where id = $1`, "cases", ""},
		{"the place", `update cases set county = '230303' where id = $1`, "cases", ""},
		{"who sees it", `delete from case_parties where case_id = $1`, "case_parties", ""},
		{"a posting moved", `update postings set at = at + interval '1 day' where case_id = $1`, "events", ""},
		{"a paper's words", `update papers set facts = facts || '{"x": 1}' where case_id = $1`, "events", ""},
		{"answers", `update case_answers set body = body || '{"x": 1}' where case_id = $1`, "case_answers", ""},
		{"the day by which a case is due", `update cases set due_on = due_on - 1 where id = $1`, "cases", ""},
		{"the day on which a round closes", `update cases set due_on = due_on - 1 where id = $1`, "cases", f.RoundRef},
		{"the name of a round where lists show it", `update cases set title = '别的批次' where id = $1`, "cases",
			another},
		{"answers of no act", `insert into case_answers (case_id, revision, body, at) values ($1, 99, '{}', now())`,
			"case_answers", ""},
	}
	id := map[string]workflow.ID{}
	proposed := func() string {
		ref := f.NewGrant()
		f.Walk(ref, "proposed")
		id[ref] = f.ID(ref)
		return ref
	}
	untouched := proposed()
	for i := range changes {
		if changes[i].ref == "" {
			changes[i].ref = proposed()
		}
	}
	id[f.RoundRef], id[another] = f.Round, anotherRound
	for _, c := range changes {
		res, err := f.Owner(t).Exec(c.statement, id[c.ref])
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if n, _ := res.RowsAffected(); n == 0 {
			t.Fatalf("%s: nothing was changed", c.name)
		}
	}
	found := map[string]map[string]int{}
	_, _, err := f.Verify(t.Context(), func(p pg.Problem) {
		for ref, id := range id {
			if p.Row == ref || strings.Contains(p.Row, id) {
				if found[ref] == nil {
					found[ref] = map[string]int{}
				}
				found[ref][p.Table]++
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range changes {
		if found[c.ref][c.table] == 0 {
			t.Errorf("%s: nobody notices; found %v", c.name, found[c.ref])
		}
	}
	if len(found[untouched]) > 0 {
		t.Errorf("a case that nobody changed is named: %v", found[untouched])
	}
}
