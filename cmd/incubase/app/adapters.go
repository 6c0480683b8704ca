package app

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"incubase/db/accounts"
	"incubase/db/records"
	"incubase/workflow/registry"
)

// What the ports of API and pages need beside the stores of db, which are most of them as they stand.

// Sessions finds and opens sessions under the settings of the server.
type Sessions struct {
	*accounts.Accounts
	Limits  accounts.SessionLimits
	Factors *registry.Factors
}

func (s Sessions) Find(ctx context.Context, token string) (*registry.Session, error) {
	return s.marked(s.SessionActor(ctx, token))
}

// Stands finds a session without using it.
func (s Sessions) Stands(ctx context.Context, token string) (*registry.Session, error) {
	return s.marked(s.SessionStands(ctx, token))
}

func (s Sessions) Login(ctx context.Context, in registry.SignIn) (*registry.Session, error) {
	return s.marked(s.Accounts.Login(ctx, in, s.Limits))
}

// marked says whether the session lacks a second factor.
func (s Sessions) marked(x *registry.Session, err error) (*registry.Session, error) {
	if x != nil {
		x.Lacks = s.Factors.Lacks(x)
	}
	return x, err
}

// health reports whether the installation can serve. It looks at most once a second, or five times where it
// cannot, however often it is asked: a look takes connections that people need.
type health struct {
	in     *Installation
	look   sync.Mutex // held while one looks
	mu     sync.Mutex
	at     time.Time // of the last look, and what it found
	err    error
	wasFit time.Time
}

// overloaded is how long a server that only answers late still counts as ready: a proxy that takes it away sends its
// load to the next one.
const overloaded = 10 * time.Second

const lookTimeout = 2 * time.Second

func (h *health) Ready(ctx context.Context) error {
	if h.in.leaving.Load() {
		return errors.New("the server was told to stop")
	}
	fresh, err := h.last()
	if fresh {
		return err
	}
	if !h.look.TryLock() { // another caller looks: the first look is waited for, later ones are not
		if h.looked() {
			return err
		}
		h.look.Lock()
	}
	defer h.look.Unlock()
	if fresh, err = h.last(); fresh {
		return err
	}
	// What is found counts for all callers, so that one who hangs up must not end the look.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lookTimeout)
	defer cancel()
	if err = h.in.DB.Ping(ctx); err == nil {
		err = h.in.DB.CheckSchema(ctx, Version)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.at = time.Now()
	if err == nil {
		h.wasFit = h.at
	} else if errors.Is(err, context.DeadlineExceeded) && time.Since(h.wasFit) < overloaded {
		err = nil
	}
	h.err = err
	return err
}

// last returns what the last look found, and whether it still counts: for a second, and shorter where it found a
// fault, which may have been a connection that another primary's election left behind.
func (h *health) last() (fresh bool, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	counts := time.Second
	if h.err != nil {
		counts = 200 * time.Millisecond
	}
	return time.Since(h.at) < counts, h.err
}

func (h *health) looked() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return !h.at.IsZero()
}

// demoClock moves the demonstration's time.
type demoClock struct {
	clock *records.Clock
	wake  func()
}

func (c demoClock) Advance(ctx context.Context, by time.Duration, months int) (time.Time, error) {
	now := c.clock.Now()
	by += now.AddDate(0, months, 0).Sub(now)
	at, err := c.clock.Advance(ctx, by)
	if err != nil {
		return time.Time{}, fmt.Errorf("move the clock: %w", err)
	}
	c.wake()
	return at, nil
}
