// Package many fills a database with as many cases as a country has, so that what is true of a few can be tried on a million.
//
// Every copy is a whole history that somebody has carried through the desk: the grants that the database holds already are
// its prototypes, with their reports and payments. A copy has ids, reference, organization, place, round and people of its
// own and another time; its events are hashed anew by the engine, its money stands in the ledger and in the envelope of its
// round, and the boards count it. What a program can verify of a database still verifies.
//
// Organizations, projects, agencies, people and rounds are written as rows, as fixtures do; only cases have histories.
// Answers to commands (idempotency keys) and messages of the outbox are not copied: the ones have had their ninety days,
// the others have been sent. Foreign keys and indexes of the tables that grow are taken away for the load and put back
// after it, which checks them; a load that breaks off leaves a database to throw away.
package many

import (
	"context"
	"database/sql"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
)

// Options of a fill.
type Options struct {
	URL   string // of the owner
	Cases int    // grants; their reports and payments come on top
	Home  string // code of the county whose own staff handles a tenth of all; it must have prototypes
	Own   bool   // one in a thousand stays with the organization and the people of its prototype
	// Name of the nth organization of a county; nil gives one that is the same everywhere but for the number.
	Name func(county string, n int) string
	Log  func(format string, args ...any) // nil says nothing
}

// Report is what a fill wrote.
type Report struct {
	Cases, Children, Events, Rows int
	Took                          time.Duration
}

// An organization has so many cases as a rule, and of all cases one in this many is of the home county.
const (
	perOrganization = 50
	homeShare       = 10
	ownShare        = 1000
	perBatch        = 500
	shortest        = 4 // so many events a history that has hardly begun has at most
	writers         = 2
)

// fill is one at work.
type fill struct {
	Options
	pool   *sql.DB
	trees  []*tree // all prototypes
	home   []*tree // those of the home county
	places places
	world  registry
	rows   atomic.Int64
	cases  atomic.Int64
	events atomic.Int64
}

// Fill writes the cases.
func Fill(ctx context.Context, o Options) (Report, error) {
	begun := time.Now()
	if o.Log == nil {
		o.Log = func(string, ...any) {}
	}
	if o.Name == nil {
		o.Name = func(_ string, n int) string { return fmt.Sprintf("第%d社工服务中心", n) }
	}
	// A fill has the machine to itself and nothing to lose.
	pool, err := open(o.URL)
	if err != nil {
		return Report{}, err
	}
	defer func() { _ = pool.Close() }()
	f := &fill{Options: o, pool: pool}
	if err := f.prepare(ctx); err != nil {
		return Report{}, err
	}
	step := func(what string, do func(context.Context) error) {
		if err != nil {
			return
		}
		at, rows := time.Now(), f.rows.Load()
		if err = do(ctx); err != nil {
			err = fmt.Errorf("fill: %s: %w", what, err)
			return
		}
		took := time.Since(at)
		if n := f.rows.Load() - rows; n > 0 {
			o.Log("%-9s %6.1f s, %d rows, %.0f a second", what, took.Seconds(), n, float64(n)/took.Seconds())
		} else {
			o.Log("%-9s %6.1f s", what, took.Seconds())
		}
	}
	var laws *laws
	step("clear", func(ctx context.Context) (err error) { laws, err = takeAway(ctx, pool); return err })
	step("copy", f.copyAll)
	step("around", f.world.write)
	words := make(chan error, 1)
	if err == nil {
		go func() { words <- laws.putWords(ctx, pool) }() // beside the rest
	}
	step("laws", func(ctx context.Context) error { return laws.put(ctx, pool) })
	step("boards", f.boards)
	if laws != nil && err == nil {
		step("words", func(context.Context) error { return <-words })
	}
	step("vacuum", f.vacuum)
	r := Report{Cases: o.Cases, Children: int(f.cases.Load()) - o.Cases, Events: int(f.events.Load()), Rows: int(f.rows.Load()), Took: time.Since(begun)}
	return r, err
}

func (f *fill) prepare(ctx context.Context) (err error) {
	if err = f.world.read(ctx, f); err != nil {
		return fmt.Errorf("fill: read the records: %w", err)
	}
	if f.trees, err = f.world.readTrees(ctx, f.pool); err != nil {
		return fmt.Errorf("fill: read the prototypes: %w", err)
	}
	short := 0
	for _, t := range f.trees {
		if t.county == f.Home {
			f.home = append(f.home, t)
			if t.events <= shortest {
				short++
			}
		}
	}
	if short == 0 {
		return fmt.Errorf("fill: %d prototypes, %d of them of county %q and none of those with at most %d events", len(f.trees), len(f.home), f.Home, shortest)
	}
	if err = f.places.read(ctx, f.pool, f.Home); err != nil {
		return fmt.Errorf("fill: read the divisions: %w", err)
	}
	return nil
}

// copyAll writes batch after batch over several connections.
func (f *fill) copyAll(ctx context.Context) error {
	var next atomic.Int64
	g, ctx := errgroup.WithContext(ctx)
	begun := time.Now()
	var mu sync.Mutex
	said := begun
	for range writers {
		g.Go(func() error {
			for {
				from := int(next.Add(perBatch)) - perBatch
				if from >= f.Cases {
					return nil
				}
				b := newBatch(f, from)
				for n := from; n < min(from+perBatch, f.Cases); n++ {
					if err := b.add(n); err != nil {
						return err
					}
				}
				if err := b.write(ctx); err != nil {
					return err
				}
				mu.Lock()
				if now := time.Now(); now.Sub(said) > 20*time.Second {
					said = now
					f.Log("          %d of %d cases, %.0f rows a second", from+perBatch, f.Cases, float64(f.rows.Load())/now.Sub(begun).Seconds())
				}
				mu.Unlock()
			}
		})
	}
	return g.Wait()
}

// boards counts what was copied. Cells by place and kind first, then by the keys that each counts in.
func (f *fill) boards(ctx context.Context) error {
	for _, statement := range []string{`
		insert into board_cells as b (dim, scope, key, stage, n, amount, awards, committed, paid)
		select k.dim, k.scope, k.key, x.stage, sum(x.n), sum(x.amount), sum(x.awards), sum(x.committed), sum(x.paid)
		from (select province, city, county, street, agency_id, round_id, topics, stage, count(*) as n,
				sum(case stage when 'applied' then requested_fen else committed_fen end) as amount, count(*) filter (where committed_fen > 0) as awards,
				sum(committed_fen) as committed, sum(case when committed_fen > 0 then paid_fen else 0 end) as paid
			from cases where counted_stage(stage, aside) <> '' and parent_id is null and organization_id is not null and not imported and currency = 'CNY' and id not in (select id from many_old)
			group by province, city, county, street, agency_id, round_id, topics, stage) x
		cross join lateral board_keys(x.province, x.city, x.county, x.street, x.agency_id, x.round_id, x.topics) k
		group by k.dim, k.scope, k.key, x.stage
		on conflict (dim, scope, key, stage) do update set n = b.n + excluded.n, amount = b.amount + excluded.amount,
			awards = b.awards + excluded.awards, committed = b.committed + excluded.committed, paid = b.paid + excluded.paid`, `
		insert into board_dues as b (dim, scope, due_on, key, n)
		select k.dim, k.scope, x.due_on, k.key, sum(x.n)
		from (select province, city, county, street, agency_id, round_id, topics, due_on, count(*) as n
			from cases where counted_stage(stage, aside) <> '' and parent_id is null and organization_id is not null and not imported and currency = 'CNY' and due_on is not null
				and id not in (select id from many_old)
			group by province, city, county, street, agency_id, round_id, topics, due_on) x
		cross join lateral board_keys(x.province, x.city, x.county, x.street, x.agency_id, x.round_id, x.topics) k
		group by k.dim, k.scope, x.due_on, k.key
		on conflict (dim, scope, due_on, key) do update set n = b.n + excluded.n`,
		`drop table many_old`,
	} {
		if _, err := f.pool.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

func (f *fill) vacuum(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(writers)
	for _, t := range append([]string{"organizations", "projects", "users", "role_grants", "agencies", "competences", "rounds", "board_cells", "board_dues", "board_deltas"}, grow...) {
		g.Go(func() error {
			_, err := f.pool.ExecContext(ctx, "vacuum (analyze) "+t)
			return err
		})
	}
	return g.Wait()
}
