package workflow

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"
)

// Clerk does what nobody is asked to do: it runs timers that fall due and tells parents what their children did, each as
// a command of the system through the desk, with a key that makes a repetition harmless. Any number of clerks may work
// on one database.
type Clerk struct {
	Desk  *Desk
	Queue Queue
	Log   *slog.Logger
	// Chores are further duties of the background, done every round: each tells whether there is more to do at once.
	Chores []func(context.Context) (more bool, err error)
	// Wake awakens the clerk before its next look; nil is fine. The look is the truth, waking only makes it soon.
	Wake <-chan struct{}
	// Every is how often the clerk looks by itself; 0 is a second.
	Every time.Duration
}

// Queue is what waits for the clerk.
type Queue interface {
	// DueTimers are those whose time has come by the domain's clock and that were not refused within the last day.
	DueTimers(ctx context.Context, now time.Time, limit int) ([]Timer, error)
	// TimerTried notes that a timer was run; with a refusal it is tried again after the next act on the case and daily,
	// and the officer is waited for.
	TimerTried(ctx context.Context, t Timer, at time.Time, refusal string) error
	// TakeSignals leases signals that wait.
	TakeSignals(ctx context.Context, limit int) ([]PendingSignal, error)
	// MarkSignal notes that a signal is done (no problem), or when to try it again.
	MarkSignal(ctx context.Context, key, problem string, again time.Duration) error
}

// Timer is a clock of a case that fires an action.
type Timer struct {
	Case   ID
	Name   string
	Since  int // version of the case at which it started
	Action string
	Fires  time.Time
}

// Key is under what the timer's command is remembered: once for each start of the clock.
func (t Timer) Key() string { return fmt.Sprintf("timer:%s:%s:%d", t.Case, t.Name, t.Since) }

// PendingSignal is a signal as it waits.
type PendingSignal struct {
	Key   string
	Tries int
	Signal
}

// batch is how much a clerk takes at a time.
const batch = 100

// Run works until the context ends. Errors are logged: the next round tries again.
func (c *Clerk) Run(ctx context.Context) {
	every := c.Every
	if every == 0 {
		every = time.Second
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		for more := true; more && ctx.Err() == nil; {
			var err error
			if more, err = c.Round(ctx); err != nil && ctx.Err() == nil {
				c.log().Error("background work", "error", err)
				break
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-c.Wake:
		}
	}
}

// Round does what waits now, once, and tells whether there may be more.
func (c *Clerk) Round(ctx context.Context) (more bool, err error) {
	steps := append([]func(context.Context) (bool, error){c.signals, c.timers}, c.Chores...)
	var errs []error
	for _, step := range steps {
		again, err := step(ctx)
		more = more || again
		errs = append(errs, err)
	}
	return more, errors.Join(errs...)
}

func (c *Clerk) log() *slog.Logger {
	if c.Log == nil {
		return slog.Default()
	}
	return c.Log
}

// signals tells parents. Something done may give rise to more at once.
func (c *Clerk) signals(ctx context.Context) (bool, error) {
	waiting, err := c.Queue.TakeSignals(ctx, batch)
	if err != nil {
		return false, err
	}
	var errs []error
	done := 0
	for _, s := range waiting {
		_, err := c.Desk.Do(ctx, System(), Command{Ref: s.To, Action: s.Action, Key: s.Key, Digest: digestOf(s.Action, s.Fields), Fields: s.Fields})
		if err == nil {
			done++
			errs = append(errs, c.Queue.MarkSignal(ctx, s.Key, "", 0))
			continue
		}
		c.log().Warn("a signal waits", "signal", s.Key, "action", s.Action, "tries", s.Tries, "error", err)
		errs = append(errs, c.Queue.MarkSignal(ctx, s.Key, err.Error(), backOff(s.Tries)))
	}
	return done > 0, errors.Join(errs...)
}

// backOff doubles from a quarter of a second to five minutes.
func backOff(tries int) time.Duration {
	return min(250*time.Millisecond<<min(max(tries-1, 0), 12), 5*time.Minute)
}

// timers runs what has fallen due.
func (c *Clerk) timers(ctx context.Context) (bool, error) {
	now := c.Desk.Clock.Now()
	due, err := c.Queue.DueTimers(ctx, now, batch)
	if err != nil {
		return false, err
	}
	var errs []error
	for _, t := range due {
		errs = append(errs, c.fire(ctx, t, now))
	}
	return len(due) == batch, errors.Join(errs...)
}

func (c *Clerk) fire(ctx context.Context, t Timer, now time.Time) error {
	_, err := c.Desk.Do(ctx, System(), Command{Ref: t.Case, Action: t.Action, Key: t.Key(), Digest: digestOf(t.Action, nil)})
	if err == nil {
		return c.Queue.TimerTried(ctx, t, now, "") // a clock that its action does not end is not run twice
	}
	var refused *Refused
	var gone *NotOffered
	var invalid *Invalid
	if !errors.As(err, &refused) && !errors.As(err, &gone) && !errors.As(err, &invalid) {
		return fmt.Errorf("run timer %s of case %s: %w", t.Name, t.Case, err) // moved, busy: the next round
	}
	c.log().Info("a timer was refused", "case", t.Case, "timer", t.Name, "action", t.Action, "refusal", err)
	return c.Queue.TimerTried(ctx, t, now, err.Error())
}

// digestOf tells two commands under one key apart.
func digestOf(action string, fields map[string]any) Hash {
	b, _ := json.Marshal([]any{action, fields}) // fields were read from JSON
	return sha256.Sum256(b)
}
