package db_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"incubase/db"
	"incubase/db/dbtest"
	"incubase/workflow"
)

// clients of the benchmarks, as many as the goals are set for.
const clients = 16

// BenchmarkTransition carries out actions through the desk (load, decide, commit: guards, key, chain, outbox, duties and
// board in it) and prints the ratio to the floor: a bare guarded update with its event, prepared, measured in the same
// run on the same server. Goal: at least 0.60 with durable commits; the tests' server does not wait for disks, which
// makes the ratio harder. On a machine that others use too, look at the CPU times: they move less.
func BenchmarkTransition(b *testing.B) {
	f := dbtest.New(b, dbtest.Options{DB: db.Options{MaxReads: 8, MaxWrites: 8}, Envelope: 1 << 40})
	first := proposed(b, f, 1)[0]
	f.Do("decider", first, "confirm", nil)
	refs := copies(b, f, first, 4000)
	floor, floorCPU := floorOf(b, f)
	decider := f.Actor("decider")
	act := func(client, n int) error {
		ref, action := refs[(n/2*clients+client%clients)%len(refs)], []string{"suspend", "resume"}[n%2]
		_, err := f.Desk.Do(context.Background(), decider, workflow.Command{Ref: ref, Action: action, Key: workflow.NewID(time.Now()), Note: "核查"})
		return err
	}
	together(clients, func(i int) error { // every connection has its statements then
		for n := range 40 {
			if err := act(i, n); err != nil {
				b.Error(err)
			}
		}
		return nil
	})
	var next atomic.Int64
	b.SetParallelism(clients / 2)
	b.ReportAllocs()
	b.ResetTimer()
	begun, cpu, own := time.Now(), backendCPU(b, f), ownCPU()
	var did atomic.Int64
	b.RunParallel(func(pb *testing.PB) {
		client := int(next.Add(1) - 1)
		for n := 0; pb.Next(); n++ {
			if err := act(client, n); err != nil {
				b.Error(err)
				return
			}
			did.Add(1)
		}
	})
	rate := float64(did.Load()) / time.Since(begun).Seconds()
	b.StopTimer()
	perOp := func(d time.Duration) float64 { return float64(d.Microseconds()) / float64(did.Load()) }
	b.ReportMetric(perOp(backendCPU(b, f)-cpu), "pg-us/op")
	b.ReportMetric(perOp(ownCPU()-own), "go-us/op")
	b.ReportMetric(floorCPU, "floor-pg-us/op")
	b.ReportMetric(rate, "transitions/s")
	b.ReportMetric(floor, "floor/s")
	b.ReportMetric(rate/floor, "of-floor")
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
func backendCPU(b *testing.B, f *dbtest.Fixture) (sum time.Duration) {
	b.Helper()
	rows, err := f.Server(b).Query(`select pid from pg_stat_activity where datname = current_database() and usename is not null and pid <> pg_backend_pid()`)
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

// floorOf measures the bare statement for two seconds: how many a second, and PostgreSQL's microseconds for each.
func floorOf(b *testing.B, f *dbtest.Fixture) (rate, cpu float64) {
	b.Helper()
	owner := f.Owner(b)
	for _, s := range []string{
		`create table floor_case (id int primary key, state text not null, version int not null, updated_at timestamptz not null)`,
		`create table floor_event (case_id int not null, seq int not null, action text, from_state text, to_state text, at timestamptz, body text, primary key (case_id, seq))`,
		`insert into floor_case select n, 'a', 1, now() from generate_series(1, 16) n`,
	} {
		if _, err := owner.Exec(s); err != nil {
			b.Fatal(err)
		}
	}
	pool, err := sql.Open("postgres", f.OwnerURL)
	if err != nil {
		b.Fatal(err)
	}
	defer pool.Close()
	var done atomic.Int64
	pool.SetMaxIdleConns(clients)
	stop, before := time.Now().Add(2*time.Second), backendCPU(b, f)
	together(clients, func(i int) error { return floorClient(pool, i+1, stop, &done) })
	n := float64(done.Load())
	return n / 2, float64((backendCPU(b, f) - before).Microseconds()) / n
}

func floorClient(pool *sql.DB, id int, stop time.Time, done *atomic.Int64) error {
	conn, err := pool.Conn(context.Background())
	if err != nil {
		return err
	}
	defer conn.Close()
	st, err := conn.PrepareContext(context.Background(), `with m as (
		update floor_case set state = $3, version = version + 1, updated_at = now() where id = $1 and version = $2 returning id, version)
		insert into floor_event select id, version, 'act', 'a', $3, now(), $4 from m`)
	if err != nil {
		return err
	}
	for v := 1; time.Now().Before(stop); v++ {
		if _, err := st.Exec(id, v, "a", `{"note":"办理"}`); err != nil {
			return err
		}
		done.Add(1)
	}
	return nil
}
