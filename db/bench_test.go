package db_test

import (
	"context"
	"database/sql"
	"sync/atomic"
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
// makes the ratio harder.
func BenchmarkTransition(b *testing.B) {
	f := dbtest.New(b, dbtest.Options{DB: db.Options{MaxReads: 8, MaxWrites: 8}, Envelope: 1 << 40})
	refs := proposed(b, f, clients)
	for _, ref := range refs {
		f.Do("decider", ref, "confirm", nil)
	}
	floor := floorOf(b, f)
	var next atomic.Int64
	b.SetParallelism(clients / 2)
	b.ReportAllocs()
	b.ResetTimer()
	begun := time.Now()
	var did atomic.Int64
	b.RunParallel(func(pb *testing.PB) {
		ref := refs[int(next.Add(1)-1)%len(refs)]
		decider := f.Actor("decider")
		for n := 0; pb.Next(); n++ {
			action := []string{"suspend", "resume"}[n%2]
			_, err := f.Desk.Do(context.Background(), decider, workflow.Command{Ref: ref, Action: action, Key: workflow.NewID(time.Now()), Note: "核查"})
			if err != nil {
				b.Error(err)
				return
			}
			did.Add(1)
		}
	})
	rate := float64(did.Load()) / time.Since(begun).Seconds()
	b.StopTimer()
	b.ReportMetric(rate, "transitions/s")
	b.ReportMetric(floor, "floor/s")
	b.ReportMetric(rate/floor, "of-floor")
}

// floorOf measures the bare statement for two seconds.
func floorOf(b *testing.B, f *dbtest.Fixture) float64 {
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
	stop := time.Now().Add(2 * time.Second)
	together(clients, func(i int) error { return floorClient(pool, i+1, stop, &done) })
	return float64(done.Load()) / 2
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
