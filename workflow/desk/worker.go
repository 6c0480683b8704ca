package desk

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"incubase/workflow"
	"incubase/workflow/outage"
)

// Worker runs due timers and pending signals (from child to parent) as commands of the system through the desk, each
// under an idempotency key. Any number of workers may share a database.
type Worker struct {
	Desk  *Desk
	Queue Queue
	Log   *slog.Logger
	// Chores are further jobs of every round; each reports whether there is more to do at once.
	Chores []func(context.Context) (more bool, err error)
	// Wake starts a round before the next poll; nil is fine.
	Wake <-chan struct{}
	// Every is the polling interval; 0 means a second.
	Every time.Duration
}

type Queue interface {
	// DueTimers returns timers that are due by the domain's clock and were not refused within the last day.
	DueTimers(ctx context.Context, now time.Time, limit int) ([]Timer, error)
	// TimerTried records that a timer ran. A refused one is retried after the next act on the case and daily, and
	// becomes a duty of the officer.
	TimerTried(ctx context.Context, t Timer, at time.Time, refusal string) error
	TakeSignals(ctx context.Context, limit int) ([]PendingSignal, error)
	// MarkSignal records that a signal is done (no problem), or when to retry it.
	MarkSignal(ctx context.Context, key, problem string, again time.Duration) error
}

type Timer struct {
	Case   workflow.ID
	Name   string
	Since  int // version of the case at which it started
	Action string
	Fires  time.Time
}

// Key returns the idempotency key of the timer's command: one for each start of the clock.
func (t Timer) Key() string { return fmt.Sprintf("timer:%s:%s:%d", t.Case, t.Name, t.Since) }

type PendingSignal struct {
	Key   string
	Tries int
	workflow.Signal
}

const batch = 100

func (w *Worker) Run(ctx context.Context) {
	every := w.Every
	if every == 0 {
		every = time.Second
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	var fault outage.Fault
	for {
		for more := true; more && ctx.Err() == nil; {
			var err error
			more, err = w.Round(ctx)
			switch {
			case ctx.Err() != nil:
			case err == nil || errors.Is(err, workflow.ErrBusy):
				fault.Note(w.log(), "background work", err)
			default:
				w.log().Error("background work", "error", err)
			}
			more = more && err == nil
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-w.Wake:
		}
	}
}

// Round does the pending work once, and reports whether there may be more.
func (w *Worker) Round(ctx context.Context) (more bool, err error) {
	steps := append([]func(context.Context) (bool, error){w.signals, w.timers}, w.Chores...)
	var errs []error
	for _, step := range steps {
		again, err := step(ctx)
		more = more || again
		errs = append(errs, err)
	}
	return more, errors.Join(errs...)
}

func (w *Worker) log() *slog.Logger {
	if w.Log == nil {
		return slog.Default()
	}
	return w.Log
}

func (w *Worker) signals(ctx context.Context) (bool, error) {
	waiting, err := w.Queue.TakeSignals(ctx, batch)
	if err != nil {
		return false, err
	}
	var errs []error
	done := 0
	for _, s := range waiting {
		_, err := w.Desk.Do(ctx, workflow.System(), workflow.Command{Ref: s.To, Action: s.Action, Key: s.Key,
			Digest: digestOf(s.Action, s.Fields), Fields: s.Fields})
		if err == nil {
			done++
			errs = append(errs, w.Queue.MarkSignal(ctx, s.Key, "", 0))
			continue
		}
		w.log().Warn("a signal waits", "signal", s.Key, "action", s.Action, "tries", s.Tries, "error", err)
		errs = append(errs, w.Queue.MarkSignal(ctx, s.Key, err.Error(), backOff(s.Tries)))
	}
	return done > 0, errors.Join(errs...)
}

func backOff(tries int) time.Duration {
	return min(250*time.Millisecond<<min(max(tries-1, 0), 12), 5*time.Minute)
}

func (w *Worker) timers(ctx context.Context) (bool, error) {
	now := w.Desk.Clock.Now()
	due, err := w.Queue.DueTimers(ctx, now, batch)
	if err != nil {
		return false, err
	}
	var errs []error
	for _, t := range due {
		errs = append(errs, w.fire(ctx, t, now))
	}
	return len(due) == batch, errors.Join(errs...)
}

func (w *Worker) fire(ctx context.Context, t Timer, now time.Time) error {
	_, err := w.Desk.Do(ctx, workflow.System(), workflow.Command{Ref: t.Case, Action: t.Action, Key: t.Key(),
		Digest: digestOf(t.Action, nil)})
	if err == nil {
		return w.Queue.TimerTried(ctx, t, now, "") // so a clock that outlasts its action does not fire twice
	}
	var refused *workflow.Refused
	var gone *workflow.NotOffered
	var invalid *workflow.Invalid
	if !errors.As(err, &refused) && !errors.As(err, &gone) && !errors.As(err, &invalid) {
		return fmt.Errorf("run timer %s of case %s: %w", t.Name, t.Case, err) // moved or busy: the next round tries again
	}
	w.log().Info("a timer was refused", "case", t.Case, "timer", t.Name, "action", t.Action, "refusal", err)
	return w.Queue.TimerTried(ctx, t, now, err.Error())
}

func digestOf(action string, fields map[string]any) workflow.Hash {
	b, _ := json.Marshal([]any{action, fields}) // fields were read from JSON
	return sha256.Sum256(b)
}
