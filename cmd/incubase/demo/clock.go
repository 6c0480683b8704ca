package demo

import (
	"sync"
	"time"

	"incubase/workflow/calendar"
)

// clock is the domain time of a load. It advances only by the plan, and a millisecond at each read, so that events of
// one morning keep their order. The installation's clock is not touched.
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

func (c *clock) forward(to time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if to.After(c.now) {
		c.now = to
	}
}
