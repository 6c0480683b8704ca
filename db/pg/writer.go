package pg

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/lib/pq"

	"incubase/workflow"
)

// Writer runs statements that write, each exactly once, on its own few connections, each a *sql.Conn with its own
// prepared statements: on those database/sql repeats nothing (quality F1). Every call is one atomic statement or a
// transaction; it succeeds only when the server has acknowledged the commit.
type Writer struct {
	slots   chan *slot
	count   int
	timeout time.Duration
	waited  atomic.Int64 // calls that found no free connection
	Texts   Queries
}

type slot struct {
	line     *dialer
	pool     *sql.DB
	conn     *sql.Conn // nil before first use and after a failure
	stmts    map[string]*sql.Stmt
	doubtful atomic.Bool // the server warned that a commit may exist on it alone
}

func newWriter(o Options, texts Queries) (*Writer, error) {
	w := &Writer{slots: make(chan *slot, o.MaxWrites), count: o.MaxWrites, timeout: o.WriteTimeout, Texts: texts}
	// The server times out first, with a certain outcome; the socket's deadline is for a server that is gone.
	limit := strconv.FormatInt((o.WriteTimeout * 9 / 10).Milliseconds(), 10)
	for range o.MaxWrites {
		s := &slot{line: &dialer{through: o.Dialer}}
		c, err := connector(o, s.line, map[string]string{
			"incubase.drafts":   strconv.Itoa(o.Bounds.Drafts), // triggers read these, see 0102_records.sql
			"incubase.projects": strconv.Itoa(o.Bounds.Projects),
			"incubase.files":    strconv.FormatInt(o.Bounds.Files, 10),
			"statement_timeout": limit,
			"lock_timeout":      strconv.FormatInt((o.WriteTimeout / 5).Milliseconds(), 10), // a certain outcome
			// Planning the commit again costs several times its execution.
			"plan_cache_mode": "force_generic_plan",
			// A plan made while tables are small stays right when they grow.
			"enable_seqscan": "off",
		})
		if err != nil {
			return nil, errors.Join(err, w.close())
		}
		c.notice = s.notice
		s.pool = sql.OpenDB(c)
		s.pool.SetMaxOpenConns(1)
		w.slots <- s
	}
	return w, nil
}

// notice looks for warning 01000 about synchronous replication: the commit may exist here alone. Our statements raise
// no warning of that code, and its text depends on the server's language.
func (s *slot) notice(n *pq.Error) {
	if n.Code == "01000" {
		s.doubtful.Store(true)
	}
}

func (w *Writer) close() error {
	var errs []error
	for range len(w.slots) {
		s := <-w.slots
		s.drop()
		errs = append(errs, s.pool.Close())
	}
	return errors.Join(errs...)
}

// take waits for a free connection; ErrBusy after the timeout.
func (w *Writer) take(ctx context.Context) (*slot, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	select {
	case s := <-w.slots:
		return s, nil
	default:
		w.waited.Add(1)
	}
	wait := time.NewTimer(w.timeout)
	defer wait.Stop()
	select {
	case s := <-w.slots:
		return s, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-wait.C:
		return nil, fmt.Errorf("%w: no connection became free in %s", workflow.ErrBusy, w.timeout)
	}
}

// limit returns how long to wait for a write's answer: at most until the request's deadline, after which the outcome
// is unknown. The statement itself runs on.
func (w *Writer) limit(ctx context.Context) time.Duration {
	if until, ok := ctx.Deadline(); ok {
		return max(min(w.timeout, time.Until(until)), time.Millisecond)
	}
	return w.timeout
}

// Row runs the named statement and scans its only row; sql.ErrNoRows if there is none.
func (w *Writer) Row(ctx context.Context, name string, args []any, dest ...any) error {
	found := false
	err := w.Rows(ctx, name, args, func(r RowScanner) error {
		found = true
		return r.Scan(dest...)
	})
	if err == nil && !found {
		return sql.ErrNoRows
	}
	return err
}

func (w *Writer) Run(ctx context.Context, name string, args ...any) error {
	return w.Rows(ctx, name, args, func(RowScanner) error { return nil })
}

// Rows runs the named statement and visits its rows. What visit collects counts only if Rows returns nil: deferred
// constraints are checked last.
func (w *Writer) Rows(ctx context.Context, name string, args []any, visit func(RowScanner) error) error {
	s, err := w.take(ctx)
	if err != nil {
		return err
	}
	defer func() { w.slots <- s }()
	limit := w.limit(ctx)
	// From here on a client that disconnects changes nothing (quality F2).
	ctx = context.WithoutCancel(ctx)
	st, err := s.ready(ctx, w, name, limit)
	if err != nil {
		s.drop()
		return fmt.Errorf("%s: %w", name, unsent(err))
	}
	s.line.bound(limit)
	defer s.line.bound(0)
	Crash("before", name)
	err = visitAll(ctx, st, args, visit)
	Crash("after", name)
	return s.verdict(name, err)
}

func visitAll(ctx context.Context, st *sql.Stmt, args []any, visit func(RowScanner) error) error {
	rows, err := st.QueryContext(ctx, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	var failed error
	for rows.Next() {
		if failed == nil {
			failed = visit(rows)
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	if err := rows.Close(); err != nil {
		return err
	}
	if failed != nil {
		return &scanError{failed}
	}
	return nil
}

// scanError is a programming error after the statement was acknowledged.
type scanError struct{ error }

func (e *scanError) Unwrap() error { return e.error }

func (s *slot) verdict(name string, err error) error {
	doubtful := s.doubtful.Swap(false)
	if err == nil && !doubtful {
		return nil
	}
	if err == nil {
		return fmt.Errorf("%s: %w: the server could not confirm replication", name, workflow.ErrUnknown)
	}
	var scan *scanError
	if errors.As(err, &scan) {
		return fmt.Errorf("%s: read the answer: %w", name, err)
	}
	e := pq.As(err)
	if e == nil || lost(e) || doubtful {
		s.drop()
		return fmt.Errorf("%s: %w: %w", name, workflow.ErrUnknown, err)
	}
	if e.Code == "0A000" || e.Code == "26000" || e.Code == "25006" {
		s.drop() // a plan older than a migration, a lost statement, a server turned standby
	}
	return fmt.Errorf("%s: %w", name, refused(e))
}

// ready returns the prepared statement, connecting first if needed.
func (s *slot) ready(ctx context.Context, w *Writer, name string, limit time.Duration) (*sql.Stmt, error) {
	if err := s.connect(ctx, limit); err != nil {
		return nil, err
	}
	if st := s.stmts[name]; st != nil {
		return st, nil
	}
	s.line.bound(limit)
	defer s.line.bound(0)
	st, err := s.conn.PrepareContext(ctx, w.Texts.Text(name))
	if err != nil {
		return nil, err
	}
	s.stmts[name] = st
	return st, nil
}

func (s *slot) connect(ctx context.Context, timeout time.Duration) error {
	if s.conn != nil && (s.line.closedByPeer() || s.replaced()) {
		s.drop()
	}
	if s.conn != nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	type made struct {
		conn *sql.Conn
		err  error
	}
	came := make(chan made, 1)
	go func() {
		c, err := s.pool.Conn(ctx)
		came <- made{c, err}
	}()
	select {
	case m := <-came:
		if m.err != nil {
			return m.err
		}
		s.conn, s.stmts = m.conn, map[string]*sql.Stmt{}
		return nil
	case <-ctx.Done(): // a connection that comes late waits in the pool for the next call
		go func() {
			if m := <-came; m.err == nil {
				_ = m.conn.Close()
			}
		}()
		return ctx.Err()
	}
}

// replaced reports whether another primary was met since the connection was made.
func (s *slot) replaced() (so bool) {
	_ = s.conn.Raw(func(c any) error {
		x, ok := c.(*session)
		so = ok && x.replaced()
		return nil
	})
	return so
}

// drop discards the connection; database/sql must not reuse it.
func (s *slot) drop() {
	if s.conn == nil {
		return
	}
	_ = s.conn.Raw(func(any) error { return errGone }) // makes database/sql discard it
	_ = s.conn.Close()
	s.conn, s.stmts = nil, nil
}

func (w *Writer) check(ctx context.Context, name string) error {
	s, err := w.take(ctx)
	if err != nil {
		return err
	}
	defer func() { w.slots <- s }()
	_, err = s.ready(context.WithoutCancel(ctx), w, name, w.timeout)
	return err
}

type RowScanner interface{ Scan(dest ...any) error }
