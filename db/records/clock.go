package records

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"incubase/db/pg"
	"incubase/workflow/calendar"
	"incubase/workflow/outage"
	"incubase/workflow/registry"
)

// Clock is the domain's clock and calendar; see workflow.Clockwork. It runs ahead of real time by a demonstration's
// offset in the database; sessions, throttles and rights use real time. Servers agree within the interval of Keep.
type Clock struct {
	db       *Records
	offset   atomic.Int64 // microseconds
	calendar atomic.Pointer[calendar.Calendar]
	loaded   string // ids and versions of the calendars added to the shipped one
	turn     chan struct{}
}

func (d *Records) NewClock(ctx context.Context) (*Clock, error) {
	c := &Clock{db: d, turn: make(chan struct{}, 1)}
	c.calendar.Store(calendar.Shipped())
	return c, c.Refresh(ctx)
}

func (c *Clock) Now() time.Time {
	return time.Now().Add(time.Duration(c.offset.Load()) * time.Microsecond).UTC()
}

// Calendar returns the shipped calendar with the records applied.
func (c *Clock) Calendar() *calendar.Calendar { return c.calendar.Load() }

// Refresh reads the offset, and the calendars if they changed.
func (c *Clock) Refresh(ctx context.Context) error {
	c.turn <- struct{}{}
	defer func() { <-c.turn }()
	var row struct {
		Microseconds int64  `db:"microseconds"`
		Calendars    string `db:"calendars"`
	}
	if err := c.db.Read.One(ctx, &row, "clock_read"); err != nil {
		return fmt.Errorf("read the clock: %w", err)
	}
	c.offset.Store(row.Microseconds)
	if row.Calendars == c.loaded {
		return nil
	}
	records, err := c.db.Calendars(ctx)
	if err != nil {
		return fmt.Errorf("read the calendars: %w", err)
	}
	laid, err := registry.InForce(calendar.Shipped(), records)
	if err != nil {
		c.db.Log.Warn("a calendar cannot be laid over the others and is left out", "error", err)
	}
	c.calendar.Store(laid)
	c.loaded = row.Calendars
	return nil
}

// Keep refreshes until the context ends.
func (c *Clock) Keep(ctx context.Context, every time.Duration) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	var fault outage.Fault
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if err := c.Refresh(ctx); !errors.Is(err, context.Canceled) {
				fault.Note(c.db.Log, "could not look at the clock", err)
			}
		}
	}
}

// Advance moves a demonstration's clock forward and returns the new time.
func (c *Clock) Advance(ctx context.Context, by time.Duration) (time.Time, error) {
	if by <= 0 || by > 5*365*24*time.Hour {
		return time.Time{}, pg.Invalid("advance", "时钟只能向前拨，每次最多五年", "the clock moves forward only, by five years at most")
	}
	var microseconds int64
	if err := c.db.Write.Row(ctx, "clock_advance", []any{by.Microseconds()}, &microseconds); err != nil {
		return time.Time{}, fmt.Errorf("advance the clock: %w", err)
	}
	c.offset.Store(microseconds)
	return c.Now(), nil
}
