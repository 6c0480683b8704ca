package db_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/lib/pq"

	"incubase/db/cases"
	"incubase/db/dbtest"
	"incubase/db/pg"
	"incubase/db/records"
	"incubase/workflow"
	"incubase/workflow/registry"
)

// unnamed lists what the server's role may change unreported: a table, TABLE.COLUMN, TABLE+ (an added row) or TABLE-
// (a deleted row), with the reason: nothing depends on it, or the row is reported otherwise.
var unnamed = map[string]string{
	"drafts":           "work in progress: nobody's facts; what is signed has a digest of its own",
	"replaced_answers": "texts of drafts, kept for thirty days to be read again: nobody's facts either",
	"attachments.seq":  "of the act that brought the file in, whose event names it",
	"saved_filters":    "a person's own lists, by name",
	"case_words":       "what searches find; the case that is opened is bound",
	"duties":           "who is waited for: what may be done is decided on the case, and every act writes them again",
	"idempotency_keys": "answers to repeated requests: the acts themselves are events and entries",
	"jobs": "bulk acts that wait or ran: a worker does none whose MAC is another's (TestAForgedJobIsNotRun), and " +
		"each act is an event",
	"ref_counters":    "the next number: a number that is taken is refused",
	"login_throttle":  "how long guesses are held back",
	"known_addresses": "from where an account has signed in: whom a throttle lets through",
	"domain_clock":    "the demonstration's clock",
	"second_factors": "not bound yet; a secret is sealed under a key that the database does not hold, and a lost " +
		"one is set up again",
	"recovery_codes":       "not bound yet; a code alone signs nobody in",
	"retention_periods":    "how long what is kept: said on a page, and erased by nobody",
	"erasures":             "what was erased, compared by verify_erasures; cannot be changed by the server's role",
	"definition_standings": "bound with their definition; cannot be changed by the server's role",
	"board_horizon":        "up to which day past days were summed into one",
	"setup_tokens":         "make administrators only where there is none, and those are in the logs",
	"region_editions":      "which editions were loaded",
	"regions":              "only divisions that people or an import changed are bound",
	"imports":              "where an award came from; cannot be changed by the server's role",
	"external_ids":         "where an award came from; cannot be changed by the server's role",
	"root_keys":            "the owner's", "row_keys": "the owner's",
	"chain_roots": "verified with the public keys (TestForgedRootsAreNamed)",
	"coachings":   "cannot be changed by the server's role, and its event binds it",
	"results":     "cannot be changed by the server's role, and its event binds it",
	"paper_voids": "cannot be changed by the server's role, and carries a MAC",
	"calendars":   "bound as every record", "calendar_days": "bound with their calendar",
	"audit+":            "an entry more says only that somebody came: it opens nothing",
	"cases.updated_at":  "by what lists are sorted",
	"rounds.updated_at": "by what lists are sorted",
	"rounds.version":    "what the next change has to name",
	"signals.done_at":   "how far the queue is", "signals.tries": "how far the queue is",
	"signals.next_at": "how far the queue is",
	"signals.problem": "how far the queue is",
	"timers.tried_at": "when a deadline was tried", "timers.refusals": "when a deadline was tried",
	"sessions.last_seen_at": "noted at every request", "sessions.ended_at": "an end is in the audit trail",
	"sessions-":           "who is signed out signs in again",
	"account_codes.tries": "counts wrong tries", "account_codes.told_at": "whether the owner was told",
	"account_codes.waits_until": "an approval waits for it", "account_codes.expires_at": "a code holds until it",
	"account_codes.used_at": "its use is in the log",
	"attachments-":          "a file of no case is swept away; one of a case is named by the act",
}

// tamperer changes rows as the server's role and restores them as the owner.
type tamperer struct {
	t             *testing.T
	f             *dbtest.Fixture
	owner, server *sql.DB
	tried, named  int
	refused       int // by rights or by the schema
	missed        []string
	known         []column
}

type column struct{ table, name, kind string }

// TestEveryColumnIsNamed changes every column, inserts and deletes a row of every table as the server's role. Verify
// or check reports it, the database refuses it, or unnamed lists it. The catalogue supplies the columns, new ones
// too.
func TestEveryColumnIsNamed(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t)
	whole(t, f)
	sound(t, f)
	x := &tamperer{t: t, f: f, owner: f.Owner(t), server: f.Server(t)}
	for _, c := range x.columns() {
		if _, free := unnamed[c.table]; !free {
			x.change(c)
		}
	}
	for _, table := range x.tables() {
		if _, free := unnamed[table]; free {
			continue
		}
		x.add(table)
		x.take(table)
	}
	sound(t, f) // all was restored
	slices.Sort(x.missed)
	for _, what := range x.missed {
		t.Errorf("nobody names %s", what)
	}
	t.Logf("%d tries: %d named, %d refused by the database, %d exceptions, %d missed", x.tried, x.named, x.refused,
		x.tried-x.named-x.refused-len(x.missed), len(x.missed))
	if x.named < 150 {
		t.Errorf("only %d tries were named: the test has lost its teeth", x.named)
	}
}

func (x *tamperer) columns() (all []column) {
	if x.known != nil {
		return x.known
	}
	defer func() { x.known = all }()
	rows, err := x.owner.Query(
		`select c.relname, a.attname, format_type(a.atttypid, a.atttypmod), coalesce(b.typname, y.typname)
		from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_type y on y.oid = a.atttypid left
		join pg_type b on b.oid = nullif(y.typbasetype, 0)
		where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped
		and a.attgenerated = ''
			and c.relname <> 'goose_db_version' order by 1, a.attnum`)
	if err != nil {
		x.t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var c column
		var domain string
		if err := rows.Scan(&c.table, &c.name, &domain, &c.kind); err != nil {
			x.t.Fatal(err)
		}
		all = append(all, c)
	}
	return all
}

func (x *tamperer) tables() (all []string) {
	for _, c := range x.columns() {
		if !slices.Contains(all, c.table) {
			all = append(all, c.table)
		}
	}
	return all
}

// otherwise returns expressions of other values for a column; one passes the schema's rules if any does.
func (c column) otherwise() []string {
	name := pq.QuoteIdentifier(c.name)
	other := fmt.Sprintf(
		`(select o.%[1]s from %[2]s o where o.%[1]s is distinct from t.%[1]s and o.%[1]s is not null limit 1)`, name, c.table)
	switch c.kind {
	case "text":
		return []string{other, name + ` || 'x'`, `''`, `'x'`, name + ` || '-9'`}
	case "int2", "int4", "int8":
		return []string{name + ` + 1`, name + ` - 1`, other, `7`}
	case "bool":
		return []string{`not ` + name, `true`}
	case "timestamptz":
		return []string{name + ` + interval '1 hour'`, name + ` - interval '1 hour'`, `now()`}
	case "date":
		return []string{name + ` + 1`, name + ` - 1`, `current_date`}
	case "interval":
		return []string{name + ` * 2`}
	case "uuid":
		return []string{other, `gen_random_uuid()`, `(select id from users where login = 'analyst')`,
			`(select id from cases limit 1)`}
	case "jsonb", "json":
		return []string{fmt.Sprintf(
			`case jsonb_typeof(%[1]s::jsonb) when 'array' then %[1]s::jsonb || '[{"x": 1}]' else %[1]s::jsonb || '{"x": 1}' end`,
			name), `'{"x": 1}'`, `'[]'`}
	case "bytea":
		return []string{fmt.Sprintf(`set_byte(%[1]s, 0, (get_byte(%[1]s, 0) + 1) %% 256)`, name), `sha256('x')`}
	case "_text":
		return []string{name + ` || '{elderly_care}'`, `'{x}'`}
	case "_uuid":
		return []string{name + ` || gen_random_uuid()`}
	}
	return nil
}

func (x *tamperer) change(c column) {
	var place, old sql.NullString
	name := pq.QuoteIdentifier(c.name)
	err := x.owner.QueryRow(
		fmt.Sprintf(`select ctid::text, %[1]s::text from %[2]s order by %[1]s is null, ctid desc limit 1`, name,
			c.table)).Scan(&place, &old)
	what := c.table + "." + c.name
	if errors.Is(err, sql.ErrNoRows) {
		x.judge(what, "no row to try")
		return
	}
	if err != nil {
		x.t.Fatal(what, err)
	}
	options := c.otherwise()
	if options == nil {
		x.t.Fatalf("%s: the test does not know how to change a %s", what, c.kind)
	}
	for _, to := range options {
		var now string
		var same bool
		err = x.server.QueryRow(
			fmt.Sprintf(
				`update %[2]s t set %[1]s = %[3]s where t.ctid = $1 and (%[3]s) is not null returning t.ctid::text,
					%[1]s::text is not distinct from $2`,
				name, c.table, cast(c, to)), place.String, old).Scan(&now, &same)
		if err != nil {
			continue
		}
		if same {
			place.String = now
			continue
		}
		verdict := x.problems()
		if _, err := x.owner.Exec(fmt.Sprintf(`update %[2]s t set %[1]s = $2::text::%[3]s where t.ctid = $1`, name, c.table,
			domainOf(x, c)), now, old); err != nil {
			x.t.Fatalf("%s: put back: %v", what, err)
		}
		x.judge(what, verdict)
		return
	}
	x.tried++
	x.refused++
}

func cast(c column, to string) string {
	if c.kind == "json" {
		return "(" + to + ")::json"
	}
	return "(" + to + ")::" + strings.Replace(c.kind, "_text", "text[]", 1)
}

func domainOf(x *tamperer, c column) (name string) {
	if err := x.owner.QueryRow(
		`select format_type(atttypid, atttypmod) from pg_attribute where attrelid = $1::regclass and attname = $2`, c.table,
		c.name).Scan(&name); err != nil {
		x.t.Fatal(err)
	}
	return name
}

func (x *tamperer) written(table string) string {
	var names []string
	for _, c := range x.columns() {
		if c.table == table {
			names = append(names, pq.QuoteIdentifier(c.name))
		}
	}
	return strings.Join(names, ", ")
}

func (x *tamperer) add(table string) {
	columns := x.written(table)
	statement := `insert into %[1]s (%[2]s) overriding system value select %[2]s from jsonb_populate_record(null::%[1]s,
		(select to_jsonb(t) from %[1]s t order by ctid desc limit 1) || %[3]s) n where n is not null
		or n is null returning ctid::text`
	keys := []string{}
	for _, c := range x.columns() {
		if c.table != table {
			continue
		}
		v := map[string]string{"uuid": "gen_random_uuid()", "int4": "(n.%s + 1)", "int8": "(n.%s + 1000)",
			"text": "(n.%s || 'x')", "bytea": "sha256('another')",
			"date": "(n.%s + 40)"}[c.kind]
		if v != "" {
			keys = append(keys, fmt.Sprintf("jsonb_build_object('%s', (select %s from %s n order by ctid desc limit 1))", c.name,
				strings.ReplaceAll(v, "%s", pq.QuoteIdentifier(c.name)), table))
		}
	}
	tries := slices.Clone(keys)
	for i := range keys { // two columns of the key at once
		for j := range i {
			tries = append(tries, keys[i]+" || "+keys[j])
		}
	}
	for _, k := range tries {
		var place string
		if err := x.server.QueryRow(fmt.Sprintf(statement, table, columns, k)).Scan(&place); err != nil {
			continue
		}
		verdict := x.problems()
		if _, err := x.owner.Exec(`delete from `+table+` where ctid = $1`, place); err != nil {
			x.t.Fatalf("%s: take back: %v", table, err)
		}
		x.judge(table+"+", verdict)
		return
	}
	x.tried++
	x.refused++
}

func (x *tamperer) take(table string) {
	var kept string
	err := x.server.QueryRow(`delete from ` + table + ` t where ctid = (select ctid from ` + table +
		` order by ctid desc limit 1) returning to_jsonb(t)::text`).Scan(&kept)
	if err != nil {
		x.tried++
		x.refused++
		return
	}
	verdict := x.problems()
	if _, err := x.owner.Exec(
		fmt.Sprintf(
			`insert into %[1]s (%[2]s) overriding system value select %[2]s from jsonb_populate_record(null::%[1]s, $1::jsonb)`,
			table, x.written(table)), kept); err != nil {
		x.t.Fatalf("%s: bring back: %v", table, err)
	}
	x.judge(table+"-", verdict)
}

// problems returns the first problem of verify and check, or "".
func (x *tamperer) problems() (first string) {
	say := func(p pg.Problem) {
		if first == "" {
			first = p.String()
		}
	}
	if _, _, err := x.f.Verify(context.Background(), say); err != nil {
		first = "verify fails: " + err.Error()
	}
	if first != "" {
		return first
	}
	if err := x.f.Check(context.Background(), say); err != nil {
		first = "check fails: " + err.Error()
	}
	return first
}

func (x *tamperer) judge(what, verdict string) {
	x.tried++
	table, _, _ := strings.Cut(strings.TrimRight(what, "+-"), ".")
	_, one := unnamed[what]
	_, all := unnamed[table]
	switch {
	case verdict == "no row to try" && !all && !one:
		x.missed = append(x.missed, what+": "+verdict)
	case verdict == "no row to try", verdict == "" && (one || all):
	case verdict == "":
		x.missed = append(x.missed, what)
	default:
		x.named++
		if one {
			x.t.Errorf("%s is named (%s): it is no exception any more", what, verdict)
		}
	}
}

func whole(t *testing.T, f *dbtest.Fixture) {
	t.Helper()
	numbered(t, f, `{}`)
	ref := f.NewGrant()
	f.Walk(ref, "proposed")
	object(t, f, ref, "公示的活动地点与实际不符")
	object(t, f, ref, "预算与公示不符")
	for n := range 2 {
		f.Do("decider", ref, "resolve", map[string]any{"upheld": false, "reason": "经核实，地点已更正", "objection": n + 1})
	}
	if _, err := f.FoldBoard(t.Context(), 1000); err != nil { // later changes are not folded yet
		t.Fatal(err)
	}
	f.Walk(ref, "funded")
	r := &theRegistry{Fixture: f, people: map[string]workflow.Actor{}}
	r.Registry = &registry.Registry{Store: f.DB, Clock: f.Clock, Regions: records.NewDivisions(), Passwords: f.DB,
		Codes: f.DB,
		Desk:  f.Desk}
	who := r.person(workflow.RoleAnalyst, "")
	if _, err := r.login(who.Login, password, "192.0.2.9"); err != nil {
		t.Fatal(err)
	}
	if _, err := r.reset(r.person(workflow.RoleSysadmin, ""), r.person(workflow.RoleSecadmin, ""), who.ID); err != nil {
		t.Fatal(err)
	}
	files, err := f.NewFiles(t.TempDir(), cases.DefaultFileLimits)
	if err != nil {
		t.Fatal(err)
	}
	on := f.Case(ref)
	if _, err := files.Put(t.Context(), f.Actor("officer").ID, &on, "a.pdf", strings.NewReader(pdf)); err != nil {
		t.Fatal(err)
	}
}
