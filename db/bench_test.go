package db_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"incubase/db"
	"incubase/db/dbtest"
	"incubase/workflow"
)

// BenchmarkTransition carries out actions through the desk (load, decide, commit: guards, key, chain, outbox, duties and
// board in it) at 1, 16 and 64 clients and prints the ratio to the floor: PostgreSQL alone, driven by pgbench with the same
// two statements and the same parameters on a copy of the same database in the same run. Goal: at least 0.60 at 16 clients
// with durable commits; durable says whether this server waits for its disk (INCUBASE_TEST_DATABASE_URL names another
// server). The bare floor is one guarded update with its event and its message on tables without rules. On a machine that
// others use too, look at the processor times: they move less.
func BenchmarkTransition(b *testing.B) {
	f := dbtest.New(b, dbtest.Options{Envelope: 1 << 40})
	first := proposed(b, f, 1)[0]
	f.Do("decider", first, "confirm", nil)
	refs := copies(b, f, first, 4000)
	decider := f.Actor("decider")
	act := func(ref, action string) error {
		_, err := f.Desk.Do(context.Background(), decider, workflow.Command{Ref: ref, Action: action, Key: workflow.NewID(time.Now()), Note: "核查"})
		return err
	}
	var durable bool
	if err := f.Owner(b).QueryRow(`select current_setting('fsync')::boolean and current_setting('synchronous_commit') <> 'off'`).Scan(&durable); err != nil {
		b.Fatal(err)
	}
	same, server := sameStatements(b, f, refs, act), f.Server(b)
	for _, clients := range []int{1, 16, 64} {
		floor, bare := same.floor(b, clients), bareFloor(b, f, clients)
		b.Run(fmt.Sprintf("clients=%d/durable=%t", clients, durable), func(b *testing.B) {
			pairs := max(1, b.N/clients/2)
			transitions(b, clients, 20, refs, act) // every connection has its statements then
			b.ReportAllocs()
			b.ResetTimer()
			begun, cpu, own := time.Now(), backendCPU(b, server), ownCPU()
			took := transitions(b, clients, pairs, refs, act)
			b.StopTimer()
			did := float64(len(took))
			rate := did / time.Since(begun).Seconds()
			b.ReportMetric(float64((backendCPU(b, server)-cpu).Microseconds())/did, "pg-us/op")
			b.ReportMetric(float64((ownCPU()-own).Microseconds())/did, "go-us/op")
			b.ReportMetric(took[len(took)/2].Seconds()*1000, "p50-ms")
			b.ReportMetric(took[len(took)*99/100].Seconds()*1000, "p99-ms")
			b.ReportMetric(rate, "transitions/s")
			if floor.rate > 0 {
				b.ReportMetric(floor.rate, "floor/s")
				b.ReportMetric(floor.cpu, "floor-pg-us/op")
				b.ReportMetric(rate/floor.rate, "of-floor")
				b.ReportMetric(bare.rate, "bare/s")
				b.ReportMetric(bare.cpu, "bare-pg-us/op")
				b.ReportMetric(rate/bare.rate, "of-bare")
			}
		})
	}
}

// transitions lets each client suspend and resume cases of its own, that many times, and says how long each act took,
// shortest first.
func transitions(b *testing.B, clients, pairs int, refs []string, act func(ref, action string) error) (took []time.Duration) {
	b.Helper()
	each, share := make([][]time.Duration, clients), len(refs)/clients
	for _, err := range together(clients, func(i int) error {
		for n := range 2 * pairs {
			begun := time.Now()
			if err := act(refs[i*share+n/2%share], []string{"suspend", "resume"}[n%2]); err != nil {
				return err
			}
			each[i] = append(each[i], time.Since(begun))
		}
		return nil
	}) {
		if err != nil {
			b.Fatal(err)
		}
	}
	took = slices.Concat(each...)
	slices.Sort(took)
	return took
}

// copies are n more cases like one, with its history: what is hot in a benchmark must not be a handful of rows.
func copies(b *testing.B, f *dbtest.Fixture, ref string, n int) (refs []string) {
	b.Helper()
	if _, err := f.Owner(b).Exec(`
		create temp table copy as select gen_random_uuid() as id, 'GA-2025-' || lpad(n::text, 6, '0') as ref from generate_series(1, ` + fmt.Sprint(n) + `) n;
		with born as (
			insert into cases (id, ref, workflow, definition_version, state, stage, version, last_hash, organization_id, project_id, round_id,
				region, province, city, county, agency_id, lead_id, title, topics, requested_fen, awarded_fen, committed_fen, answers_revision,
				assignments, cosigns, tranches, clocks, doers, counts, data, due_on, born_at, updated_at)
			select k.id, k.ref, workflow, definition_version, state, stage, version, last_hash, organization_id, project_id, round_id,
				region, province, city, county, agency_id, lead_id, title, topics, requested_fen, awarded_fen, committed_fen, answers_revision,
				assignments, cosigns, tranches, clocks, doers, counts, data, due_on, born_at, updated_at
			from copy k, cases c where c.ref = '` + ref + `')
		insert into events (case_id, seq, workflow, definition_version, action, from_state, to_state, actor_id, at, payload_hash, previous_hash, hash)
		select k.id, e.seq, e.workflow, e.definition_version, e.action, e.from_state, e.to_state, e.actor_id, e.at, e.payload_hash, e.previous_hash, e.hash
		from copy k, events e join cases c on c.id = e.case_id where c.ref = '` + ref + `' order by k.id, e.seq;
		analyze cases; analyze events`); err != nil {
		b.Fatal(err)
	}
	for i := range n {
		refs = append(refs, fmt.Sprintf("GA-2025-%06d", i+1))
	}
	return refs
}

// backendCPU is the processor time of the database's sessions, where they run on this machine; 0 elsewhere.
func backendCPU(b *testing.B, server *sql.DB) (sum time.Duration) {
	b.Helper()
	rows, err := server.Query(`select pid from pg_stat_activity where datname = current_database() and usename is not null and pid <> pg_backend_pid()`)
	if err != nil {
		b.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var pid int
		if err := rows.Scan(&pid); err != nil {
			b.Fatal(err)
		}
		var ns int64
		if s, err := os.ReadFile(fmt.Sprintf("/proc/%d/schedstat", pid)); err == nil {
			_, _ = fmt.Sscan(string(s), &ns) // 0 where the kernel does not count
		}
		sum += time.Duration(ns)
	}
	return sum
}

// ownCPU is the processor time of this process.
func ownCPU() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// bare is the floor's statement for pgbench, over as many hot rows as the cases: each client has rows of its own and
// counts their versions.
const bare = `\set n :n + 1
\set id :client_id * 62 + (:n - 1) % 62 + 1
\set v (:n - 1) / 62 + 1
with m as (update floor_case set state = 'b', version = version + 1, updated_at = now() where id = :id and version = :v returning id, version),
e as (insert into floor_event select id, version, 'act', 'a', 'b', now(), '{"note":"办理"}' from m)
insert into floor_outbox (case_id, body) select id, '{"to":"b"}' from m;
`

type floor struct{ rate, cpu float64 } // statements a second, and PostgreSQL's microseconds for each

// bareFloor measures the bare statement for three seconds. Without pgbench there is no floor, and no ratio.
func bareFloor(b *testing.B, f *dbtest.Fixture, clients int) floor {
	b.Helper()
	if pgbench() == "" {
		b.Log("no pgbench: no floor")
		return floor{}
	}
	owner := f.Owner(b)
	if _, err := owner.Exec(`drop table if exists floor_case, floor_event, floor_outbox;
		create table floor_case (id int primary key, state text not null, version int not null, updated_at timestamptz not null) with (fillfactor = 85);
		create table floor_event (case_id int not null, seq int not null, action text, from_state text, to_state text, at timestamptz, body text, primary key (case_id, seq));
		create table floor_outbox (id bigint generated always as identity primary key, case_id int not null, body jsonb not null);
		insert into floor_case select n, 'a', 1, now() from generate_series(1, 4000) n; analyze floor_case`); err != nil {
		b.Fatal(err)
	}
	rate, cpu := drive(b, f.Database, bare, clients, "-T", "3", "-D", "n=0")
	var events float64
	if err := owner.QueryRow(`select count(*) from floor_event`).Scan(&events); err != nil {
		b.Fatal(err)
	}
	if events < rate*2 { // a guard that finds nothing costs nothing, and would be no floor
		b.Fatalf("the floor wrote %.0f events at %.0f statements a second", events, rate)
	}
	return floor{rate, float64(cpu.Microseconds()) / events}
}

// drive runs pgbench with a script, prepared, and says how often a second it ran and what that took of PostgreSQL.
func drive(b *testing.B, f *dbtest.Database, script string, clients int, more ...string) (rate float64, cpu time.Duration) {
	b.Helper()
	file := filepath.Join(b.TempDir(), "script.sql")
	if err := os.WriteFile(file, []byte(script), 0o600); err != nil {
		b.Fatal(err)
	}
	args := append([]string{"-n", "-M", "prepared", "-c", strconv.Itoa(clients), "-j", "2", "-f", file}, more...)
	cmd := exec.Command(pgbench(), append(args, f.OwnerURL)...)
	cmd.Env = append(os.Environ(), "PGOPTIONS=-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c jit=off") // as the server's connections are
	// The processor time of its sessions is theirs alone: they begin and end with it.
	sampled, over := make(chan time.Duration), make(chan struct{})
	server := f.Server(b)
	before := backendCPU(b, server)
	go func() {
		var most time.Duration
		for {
			select {
			case <-over:
				sampled <- most - before
				return
			case <-time.After(100 * time.Millisecond):
				most = max(most, backendCPU(b, server))
			}
		}
	}()
	out, err := cmd.CombinedOutput()
	close(over)
	cpu = <-sampled
	found := tps.FindSubmatch(out)
	if err != nil || found == nil {
		b.Fatalf("pgbench: %v\n%.2000s", err, out)
	}
	if rate, err = strconv.ParseFloat(string(found[1]), 64); err != nil {
		b.Fatal(err)
	}
	return rate, cpu
}

// statements are the two of a transition with the parameters that transitions of the desk sent, kept in a copy of the
// database as it was before: pgbench sends them again there, one after the other, each decision once.
type statements struct {
	copied *dbtest.Database
	load   string
	commit string
	used   int // rows of floor_acts that were sent
}

// floorActs is how many decisions of each client the floor sends, by the number of clients.
var floorActs = map[int]int{1: 1500, 16: 150, 64: 40}

// sameStatements lets the desk carry out as many transitions as the floor will send, and notes them.
func sameStatements(b *testing.B, f *dbtest.Fixture, refs []string, act func(ref, action string) error) *statements {
	b.Helper()
	if pgbench() == "" {
		b.Log("no pgbench: no floor")
		return &statements{}
	}
	s := &statements{copied: f.Copy(b)}
	owner := s.copied.Owner(b)
	notes := &noting{Store: f.Desk.Store, db: f.DB}
	f.Desk.Store = notes
	defer func() { f.Desk.Store = notes.Store }()
	at := 0
	for _, clients := range []int{1, 16, 64} {
		for range clients {
			for n := range floorActs[clients] { // pairs on cases of its own
				if err := act(refs[at+n/2], []string{"suspend", "resume"}[n%2]); err != nil {
					b.Fatal(err)
				}
			}
			at += floorActs[clients]/2 + 1
		}
	}
	s.load, s.commit = parametric(notes.load, "l", notes.loads[0]), parametric(notes.commit, "c", notes.commits[0])
	var columns []string
	for i := range notes.loads[0] {
		columns = append(columns, fmt.Sprintf("l%d", i+1))
	}
	for i := range notes.commits[0] {
		columns = append(columns, fmt.Sprintf("c%d", i+1))
	}
	if _, err := owner.Exec("create table floor_acts (k int primary key, " + strings.Join(columns, " text, ") + " text)"); err != nil {
		b.Fatal(err)
	}
	tx, err := owner.Begin()
	if err != nil {
		b.Fatal(err)
	}
	in, err := tx.Prepare("copy floor_acts (k, " + strings.Join(columns, ", ") + ") from stdin")
	if err != nil {
		b.Fatal(err)
	}
	for k := range notes.commits {
		if _, err := in.Exec(slices.Concat([]any{k}, notes.loads[k], notes.commits[k])...); err != nil {
			b.Fatal(err)
		}
	}
	if _, err := in.Exec(); err != nil {
		b.Fatal(err)
	}
	if err := errors.Join(in.Close(), tx.Commit()); err != nil {
		b.Fatal(err)
	}
	if _, err := owner.Exec("vacuum analyze"); err != nil {
		b.Fatal(err)
	}
	return s
}

// floor sends the statements of that many clients. What pgbench needs to fetch their parameters is measured alone, and
// taken off.
func (s *statements) floor(b *testing.B, clients int) floor {
	b.Helper()
	if s.copied == nil {
		return floor{}
	}
	each := floorActs[clients]
	fetch := fmt.Sprintf("\\set n :n + 1\nselect * from floor_acts where k = %d + :client_id * %d + :n \\gset\n", s.used, each)
	often := []string{"-t", strconv.Itoa(each), "-D", "n=-1"}
	fetched, spent := drive(b, s.copied, fetch, clients, often...)
	var before, after float64
	events := func(into *float64) {
		if err := s.copied.Owner(b).QueryRow(`select count(*) from events`).Scan(into); err != nil {
			b.Fatal(err)
		}
	}
	events(&before)
	rate, cpu := drive(b, s.copied, fetch+s.load+";\n"+s.commit+";\n", clients, often...)
	events(&after)
	s.used += clients * each
	did := float64(clients * each)
	if after-before != did {
		b.Fatalf("the floor wrote %.0f events of %.0f", after-before, did)
	}
	return floor{1 / (1/rate - 1/fetched), float64((cpu - spent).Microseconds()) / did}
}

// noting is a store that notes what it sends.
type noting struct {
	workflow.Store
	db             *db.DB
	load, commit   string
	loads, commits [][]any
}

func (n *noting) Load(ctx context.Context, q workflow.LoadQuery) (*workflow.Loaded, error) {
	text, args := n.db.LoadForTest(q)
	n.load, n.loads = text, append(n.loads, args)
	return n.Store.Load(ctx, q)
}

func (n *noting) Commit(ctx context.Context, c workflow.Commit) error {
	text, args, err := n.db.CommitForTest(c)
	if err != nil {
		return err
	}
	if n.commit != "" && text != n.commit {
		return fmt.Errorf("two kinds of commits: the floor knows one")
	}
	n.commit, n.commits = text, append(n.commits, args)
	return n.Store.Commit(ctx, c)
}

// parametric writes a statement's parameters as variables of pgbench, which knows no parameter that occurs twice: each
// occurrence has its type. Those that are NULL are written as that.
func parametric(text, prefix string, args []any) string {
	text = comment.ReplaceAllString(text, "")
	types := map[string]string{}
	for _, m := range typed.FindAllStringSubmatch(text, -1) {
		types[m[1]] = m[2]
	}
	text = typed.ReplaceAllString(text, "$$$1")
	return parameter.ReplaceAllStringFunc(text, func(p string) string {
		n, _ := strconv.Atoi(p[1:])
		value := ":" + prefix + p[1:]
		if v := reflect.ValueOf(args[n-1]); v.Kind() == reflect.Pointer && v.IsNil() {
			value = "null"
		}
		if t := types[p[1:]]; t != "" {
			value += "::" + t
		}
		return value
	})
}

var comment, parameter, typed = regexp.MustCompile(`--.*`), regexp.MustCompile(`\$\d+`), regexp.MustCompile(`\$(\d+)::(\w+(?:\[\])?)`)

var tps = regexp.MustCompile(`(?m)^tps = ([0-9.]+)`)

// pgbench is where Debian and the path have it, "" where nothing does.
func pgbench() string {
	if path, err := exec.LookPath("pgbench"); err == nil {
		return path
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/pgbench")
	if len(found) == 0 {
		return ""
	}
	return found[len(found)-1]
}
