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

// health reports whether the installation can serve. It looks at most once a second, however often it is
// asked: a look takes connections that people need.
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

func (h *health) Ready(ctx context.Context) error {
	if h.in.leaving.Load() {
		return errors.New("the server was told to stop")
	}
	h.mu.Lock()
	at, err := h.at, h.err
	h.mu.Unlock()
	if time.Since(at) < time.Second || !at.IsZero() && !h.look.TryLock() {
		return err
	}
	if at.IsZero() {
		h.look.Lock()
	}
	defer h.look.Unlock()
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
