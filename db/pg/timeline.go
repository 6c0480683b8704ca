package pg

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"

	"github.com/lib/pq"
)

// errReplaced: another node has become the primary since, and this one does not know.
var errReplaced = errors.New("this PostgreSQL was replaced as the primary and must be stopped or made a standby")

// timeline is the highest timeline of PostgreSQL that the connections of a DB have met. Each change of the primary
// begins another. A primary of an earlier one, as a node that was cut off and not stopped, is refused: what it has
// taken since will be lost.
type timeline struct {
	highest atomic.Int64
	log     *slog.Logger
}

// currentTimeline is 0 on a standby.
const currentTimeline = `select case when pg_is_in_recovery() then 0
	else ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::bigint end`

// admit refuses a new connection to a standby, as behind a proxy that has not noticed yet, and to a primary that was
// replaced.
func (t *timeline) admit(ctx context.Context, c driver.Conn) error {
	q, ok := c.(driver.QueryerContext)
	if !ok {
		return nil
	}
	rows, err := q.QueryContext(ctx, currentTimeline, nil)
	if e := pq.As(err); e != nil && !away(e) {
		return nil // a service that is like PostgreSQL and has no such functions
	}
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	row := make([]driver.Value, 1)
	if err := rows.Next(row); err != nil {
		return err
	}
	now, _ := row[0].(int64)
	if now == 0 {
		return errStandby
	}
	for {
		before := t.highest.Load()
		switch {
		case now == before:
			return nil
		case now < before:
			return fmt.Errorf("%w: it is on timeline %d, and %d was met before (after a restore on purpose, restart this "+
				"program)", errReplaced, now, before)
		case t.highest.CompareAndSwap(before, now):
			if before > 0 {
				t.log.Warn("the database has another primary", "timeline", now, "before", before)
			}
			return nil
		}
	}
}
