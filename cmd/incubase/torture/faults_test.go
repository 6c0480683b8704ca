package torture

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"
)

// afflict injects faults in an order that the seed decides.
func (r *run) afflict(ctx context.Context) {
	dice := rand.New(rand.NewPCG(r.seed, 7777))
	direct := r.pg.direct()
	defer func() { _ = direct.Close() }()
	lastDB := time.Now()
	for {
		select {
		case <-ctx.Done():
			r.front.calm()
			r.pg.wire.calm()
			return
		case <-time.After(time.Duration(100+dice.IntN(500)) * time.Millisecond):
		}
		if time.Since(lastDB) > 18*time.Second {
			r.fault("postmaster killed", 1)
			_ = direct.Close()
			if err := r.pg.kill(); err != nil {
				r.wrong("PostgreSQL did not come back: %v", err)
				return
			}
			direct, lastDB = r.pg.direct(), time.Now()
			continue
		}
		switch dice.IntN(10) {
		case 0:
			r.fault("server killed", 1)
			r.srv.Kill()
		case 1, 2, 3:
			var n int
			err := direct.QueryRowContext(ctx, `select count(pg_terminate_backend(pid)) from (select pid from pg_stat_activity
				where usename = 'incubase_server' order by random() limit $1) x`, 1+dice.IntN(6)).Scan(&n)
			if err == nil {
				r.fault("sessions terminated", n)
			}
		case 4:
			r.fault("database lines cut", r.pg.wire.cut())
		case 5:
			r.fault("client lines cut", r.front.cut())
		case 6:
			r.fault("slow database", 1)
			r.pg.wire.delay.Store(int64(40 * time.Millisecond))
		case 7:
			r.fault("lines that break halfway", 1)
			r.pg.wire.oneIn.Store(200)
			r.front.oneIn.Store(200)
		case 8:
			r.fault("database silent", 1)
			r.pg.wire.hold(time.Duration(300+dice.IntN(1200)) * time.Millisecond)
		case 9:
			r.front.calm()
			r.pg.wire.calm()
		}
	}
}

// crashes returns the environment of one life of the server, which kills itself at a random boundary of writes.
func (r *run) crashes() func() []string {
	life := uint64(0)
	return func() []string {
		life++
		return []string{fmt.Sprintf("INCUBASE_CRASH=%d,%d", 150, r.seed*1000+life)}
	}
}

// months advances domain time, so that notices end and timers fall due.
func (r *run) months(ctx context.Context) {
	c := newClient(r, 950)
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(3 * time.Second):
			if r.advance(ctx, c, "P1DT6H") == nil {
				r.count("days passed")
			}
		}
	}
}
