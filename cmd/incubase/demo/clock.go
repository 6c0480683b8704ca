package demo

import (
	"sync"
	"time"

	"incubase/workflow/calendar"
)

// clock is the time of the histories while they are made: it stands still between two moments of the plan but for a
// millisecond at each look, so that what happens in one morning keeps its order. It lives in the load alone; the
// installation's own clock is not touched.
type clock struct {
	mu       sync.Mutex
	now      time.Time
	calendar *calendar.Calendar
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(time.Millisecond)
	return c.now
}

func (c *clock) Calendar() *calendar.Calendar { return c.calendar }

// forward moves the clock, never back.
func (c *clock) forward(to time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if to.After(c.now) {
		c.now = to
	}
}
