package pg

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jmoiron/sqlx"

	"incubase/workflow/outage"
)

// standby runs reads on a standby that has replayed everything the primary had written when the read began, so that
// everybody reads what was answered before. The primary runs the rest.
type standby struct {
	reader  *Reader // of the standby
	primary *Reader
	log     *slog.Logger
	open    context.Context // ends with the DB
	end     context.CancelFunc
	rest    time.Duration // after a fault
	fault   outage.Fault
	counts  [3]atomic.Int64 // reads by outcome

	mu      sync.Mutex
	state   outcome   // other than onStandby: everything runs on the primary
	since   time.Time // of that state
	again   time.Time // when to look at the standby
	looking bool
}

type outcome int

const (
	onStandby outcome = iota
	behind            // on the primary: the standby had not replayed enough
	failed            // on the primary: the standby did not answer, or is none of the primary
)

const (
	lookTimeout   = 300 * time.Millisecond // a standby that takes longer is left alone
	replayTimeout = 50 * time.Millisecond  // how long a read waits for the standby to catch up
	restSlow      = time.Second            // until a standby that was behind or slow is looked at again
	restFailed    = 5 * time.Second        // until one that failed is
	moveAfter     = 5 * time.Minute        // connections to a host that has become the primary go elsewhere
)

// looks begins the keys of the statements that look at a standby, one for each pool; they stay prepared.
const looks = "look at the standby "

var (
	errBehind = errors.New("the standby has not replayed what the primary wrote")
	errSilent = errors.New("the standby does not answer")
)

func newStandby(o Options, primary *Reader, texts Queries) (*standby, error) {
	o.URL, o.preferred, o.timeline = o.ReadURL, &atomic.Int32{}, nil // each read looks at the timeline
	r, err := newReader(o, texts)
	if err != nil {
		return nil, err
	}
	for p := pages; p <= whole; p++ {
		r.pool(p).SetConnMaxLifetime(moveAfter)
	}
	s := &standby{reader: r, primary: primary, log: o.Log, rest: restFailed, state: failed} // until a look
	s.open, s.end = context.WithCancel(context.Background())
	return s, nil
}

func (s *standby) close() error {
	s.end()
	return s.reader.close()
}

// WithStandby returns d with reads that run on the standby where they can; d itself without one. It is for reads that
// decide nothing.
func (d *DB) WithStandby() *DB {
	if d.standby == nil {
		return d
	}
	r, with := d.Read, *d
	with.Read = &Reader{Pool: r.Pool, walks: r.walks, fresh: r.fresh, whole: r.whole, Texts: r.Texts, standby: d.standby,
		stmts: map[string]*sqlx.Stmt{}}
	return &with
}

// LookAtStandby waits until the standby was looked at once; reads before that run on the primary.
func (d *DB) LookAtStandby() {
	if d.standby != nil && d.standby.mayLook() {
		d.standby.look()
	}
}

// StandbyReads counts reads that were meant for the standby: those that ran there, and those that ran on the primary
// because the standby was behind or failed.
func (d *DB) StandbyReads() (there, late, refused int64) {
	if d.standby == nil {
		return 0, 0, 0
	}
	c := &d.standby.counts
	return c[onStandby].Load(), c[behind].Load(), c[failed].Load()
}

// position is where the primary's log ended.
type position struct {
	At       string
	Timeline int
	System   int64
	Started  time.Time
}

// node is how far a node of the standby's address is.
type node struct {
	Recovering bool
	Replayed   bool
	Follows    bool // receives the log of another node now
	Timeline   *int // nil: not known, or not to this role
	System     int64
	Started    time.Time
}

// covers returns nil where the node has all that the position covers. A standby of another timeline may be ahead by
// its numbers and lack what was written.
func (p *position) covers(n *node) error {
	switch {
	case n.System != p.System:
		return errors.New("it belongs to another PostgreSQL: name a standby of the database of --database-url")
	case !n.Recovering && n.Started.Equal(p.Started): // the very server that was asked
		return nil
	case !n.Recovering:
		return errors.New("it follows no primary, and is not the one that is written to")
	case !n.Follows:
		return errors.New("it receives nothing from the primary")
	case n.Timeline == nil:
		return errors.New("its timeline is hidden from the server's role: grant pg_monitor to that role")
	case *n.Timeline != p.Timeline:
		return fmt.Errorf("it follows timeline %d, the primary is on %d", *n.Timeline, p.Timeline)
	case !n.Replayed:
		return errBehind
	}
	return nil
}

// run reads q from the standby and reports whether it could; where it could not, the primary is to be asked.
func (s *standby) run(ctx context.Context, q *query) (done bool, err error) {
	if state := s.now(); state != onStandby {
		s.counts[state].Add(1)
		return false, nil
	}
	var at position
	if s.primary.One(ctx, &at, "position") != nil {
		return false, nil // asked, the primary says why
	}
	// A read that is given up may still write to where its rows go.
	mine := *q
	dest := reflect.ValueOf(q.dest).Elem()
	into := reflect.New(dest.Type())
	into.Elem().Set(dest)
	mine.dest = into.Interface()
	there, giveUp := half(ctx)
	defer context.AfterFunc(ctx, giveUp)()
	looked, read := s.start(there, giveUp, &mine, &at)
	limit := time.NewTimer(lookTimeout)
	defer limit.Stop()
	if err = await(there, looked, limit.C); err != nil {
		giveUp()
		return s.fallback(ctx, err, true)
	}
	switch err = await(there, read, nil); {
	case err == nil:
		dest.Set(into.Elem())
	case !errors.Is(err, sql.ErrNoRows):
		giveUp()
		return s.fallback(ctx, err, Away(err)) // not after a conflict with the replay, or a statement that is slow
	}
	s.counts[onStandby].Add(1)
	return true, err
}

// fallback leaves a read to the primary, and those that follow too where the standby is at fault.
func (s *standby) fallback(ctx context.Context, err error, fault bool) (done bool, _ error) {
	if ctx.Err() != nil { // the caller has gone, or the time is up
		return true, ctx.Err()
	}
	out := failed
	if fault && !errors.Is(err, context.DeadlineExceeded) {
		out = s.leave(err)
	}
	s.counts[out].Add(1)
	return false, nil
}

// half leaves half of the time of ctx, so that the primary can still be asked. It outlives ctx: a request that ends
// with its rows must not break the connection, whose transaction is just being closed.
func half(ctx context.Context) (context.Context, context.CancelFunc) {
	until, ok := ctx.Deadline()
	if ctx = context.WithoutCancel(ctx); ok {
		return context.WithTimeout(ctx, time.Until(until)/2)
	}
	return context.WithCancel(ctx)
}

// start looks at the standby and then reads q there; done ends ctx.
func (s *standby) start(ctx context.Context, done func(), q *query, at *position) (looked, read <-chan error) {
	look, rows := make(chan error, 1), make(chan error, 1)
	go func() {
		defer done()
		st, err := s.reader.statement(ctx, q) // on any connection: before one is held
		var tx *sqlx.Tx
		if err == nil {
			tx, err = s.begin(ctx, q.pool, at)
		}
		look <- err
		if err != nil {
			return
		}
		if st != nil {
			st = tx.StmtxContext(ctx, st)
		}
		if q.pool == whole {
			err = setWholeTimeout(ctx, tx)
		}
		if err == nil {
			err = q.read(ctx, tx, st)
		}
		rows <- err
		_ = tx.Rollback() // it only read
	}()
	return look, rows
}

// await returns what comes first: the error from c, the end of ctx, or errSilent.
func await(ctx context.Context, c <-chan error, limit <-chan time.Time) error {
	select {
	case err := <-c:
		return err
	case <-limit:
		return errSilent
	case <-ctx.Done():
	}
	select {
	case err := <-c: // sent before ctx ended
		return err
	default:
		return ctx.Err()
	}
}

// begin opens a transaction on a connection whose node covers the position, waiting a little for it. Every statement of
// the transaction has a snapshot of its own (read committed): one from before the look could be older than what the
// look found.
func (s *standby) begin(ctx context.Context, p pool, at *position) (*sqlx.Tx, error) {
	key := looks + strconv.Itoa(int(p))
	look, err := s.reader.kept(key), error(nil)
	if look == nil {
		if look, err = s.reader.prepare(ctx, s.reader.pool(p), key, s.reader.Texts.Text("replayed")); err != nil {
			return nil, err
		}
	}
	tx, err := s.reader.pool(p).BeginTxx(ctx, &sql.TxOptions{Isolation: sql.LevelReadCommitted, ReadOnly: true})
	if err != nil {
		return nil, err
	}
	until := time.Now().Add(replayTimeout)
	for pause := time.Millisecond; ; pause *= 2 {
		var n node
		if err = tx.StmtxContext(ctx, look).GetContext(ctx, &n, at.At); err == nil {
			err = at.covers(&n)
		}
		if !errors.Is(err, errBehind) || time.Now().Add(pause).After(until) {
			break
		}
		time.Sleep(pause)
	}
	if err != nil {
		_ = tx.Rollback()
		return nil, err
	}
	return tx, nil
}

// now returns the state, and begins a look where that is due: no read waits for a standby that failed.
func (s *standby) now() outcome {
	if s.mayLook() {
		go s.look()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state
}

func (s *standby) mayLook() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.state == onStandby || s.looking || time.Now().Before(s.again) {
		return false
	}
	s.looking = true
	return true
}

// look decides whether reads may run on the standby again.
func (s *standby) look() {
	ctx, cancel := context.WithTimeout(s.open, connectTimeout)
	defer cancel()
	var at position
	away := s.primary.One(ctx, &at, "position") // then nothing is known of the standby
	err := away
	if away == nil {
		err = inTime(ctx, func() error {
			tx, err := s.begin(ctx, pages, &at)
			if err == nil {
				err = tx.Rollback()
			}
			return err
		})
	}
	s.mu.Lock()
	s.looking = false
	lasts := time.Since(s.since) > restFailed
	if err == nil {
		s.state = onStandby
	}
	s.mu.Unlock()
	if err != nil {
		s.leave(err)
	}
	if s.open.Err() == nil && away == nil && (lasts || !errors.Is(err, errBehind)) {
		if errors.Is(err, context.DeadlineExceeded) {
			err = errSilent
		}
		s.fault.Note(s.log, "the standby of --database-read-url cannot be used; its reads run on the primary", err)
	}
}

// leave lets the primary run everything for a while and returns why.
func (s *standby) leave(err error) outcome {
	state, rest := failed, s.rest
	switch {
	case errors.Is(err, errBehind):
		state, rest = behind, restSlow
	case errors.Is(err, errSilent): // perhaps for a moment: the next look has more time
		rest = restSlow
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	if s.state == onStandby {
		s.since = now
	}
	s.state, s.again = state, now.Add(rest)
	return state
}
