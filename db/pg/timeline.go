package pg

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"

	"github.com/lib/pq"
)

// errReplaced: another node has become the primary since, and this one does not know.
var errReplaced = errors.New("this PostgreSQL was replaced as the primary and must be stopped or made a standby")

// timeline is the highest timeline of PostgreSQL that the connections of a DB have met. Each change of the primary
// begins another. A primary of an earlier one, as a node that was cut off and not stopped, is refused, and connections
// to it are closed: what it has taken since will be lost, and a node that hangs neither answers nor ends them.
type timeline struct {
	highest atomic.Int64
	log     *slog.Logger
	mu      sync.Mutex
	open    map[*session]struct{}
}

// session is a connection that is valid until another primary is met.
type session struct {
	pqConn
	seen *timeline
	at   int64    // its own timeline; 0 if that could not be told
	line net.Conn // under it
}

// session returns a connection over line to a node on timeline at.
func (t *timeline) session(c pqConn, at int64, line net.Conn) *session {
	s := &session{c, t, at, line}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.open == nil {
		t.open = map[*session]struct{}{}
	}
	t.open[s] = struct{}{}
	if s.replaced() { // meanwhile
		_ = line.Close()
	}
	return s
}

// closeReplaced closes the lines of connections to primaries that were replaced. A read that waits for an answer on one
// gets the error of a broken connection.
func (t *timeline) closeReplaced() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for s := range t.open {
		if s.replaced() {
			_ = s.line.Close()
		}
	}
}

// Close ends the connection.
func (s *session) Close() error {
	s.seen.mu.Lock()
	delete(s.seen.open, s)
	s.seen.mu.Unlock()
	err := s.pqConn.Close()
	if errors.Is(err, net.ErrClosed) { // by closeReplaced
		return nil
	}
	return err
}

// pqConn is what lib/pq's connections can do.
type pqConn interface {
	driver.Conn
	driver.ConnPrepareContext
	driver.ConnBeginTx
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
	driver.NamedValueChecker
}

func (s *session) replaced() bool { return s.at > 0 && s.at < s.seen.highest.Load() }

func (s *session) ResetSession(ctx context.Context) error {
	if s.replaced() {
		return driver.ErrBadConn
	}
	return s.pqConn.ResetSession(ctx)
}

func (s *session) IsValid() bool { return !s.replaced() && s.pqConn.IsValid() }

// currentTimeline is 0 on a standby.
const currentTimeline = `select case when pg_is_in_recovery() then 0
	else ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::bigint end`

// admit returns the timeline of a new connection. It refuses a standby, as behind a proxy that has not noticed yet, and
// a primary that was replaced.
func (t *timeline) admit(ctx context.Context, c driver.QueryerContext) (now int64, err error) {
	rows, err := c.QueryContext(ctx, currentTimeline, nil)
	if e := pq.As(err); e != nil && !away(e) {
		return 0, nil // a service that is like PostgreSQL and has no such functions
	}
	if err != nil {
		return 0, err
	}
	defer func() { _ = rows.Close() }()
	row := make([]driver.Value, 1)
	if err := rows.Next(row); err != nil {
		return 0, err
	}
	if now, _ = row[0].(int64); now == 0 {
		return 0, errStandby
	}
	for {
		before := t.highest.Load()
		switch {
		case now == before:
			return now, nil
		case now < before:
			return 0, fmt.Errorf("%w: it is on timeline %d, and %d was met before (after a restore on purpose, restart "+
				"this program)", errReplaced, now, before)
		case t.highest.CompareAndSwap(before, now):
			if before > 0 {
				t.log.Warn("the database has another primary", "timeline", now, "before", before)
			}
			t.closeReplaced()
			return now, nil
		}
	}
}
