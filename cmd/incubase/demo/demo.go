// Package demo loads the demonstration: the organizations, places, agencies and figures of the source articles, and some
// sixty histories that stand in every state of a grant and of an incubation.
//
// Everything is made by running actions through the Desk and the Registry, so every history is a legal one. The domain's
// clock is set back at the start and moves forward with the histories until it shows the present. Every act carries a
// key made of the name of its row: a load that was broken off is taken up again by the next one, and a finished load is
// not repeated.
//
// Organizations of the articles stand only in favourable states (a test holds that); every complaint, refusal, failure
// and objection belongs to invented organizations, whose names say that they are.
package demo

import (
	"context"
	"fmt"
	"time"

	"incubase/workflow"
	"incubase/workflow/calendar"
)

// Password of every login of the demonstration.
const Password = "incubase-demo"

// Clock is the domain's clock of a demonstration.
type Clock interface {
	Now() time.Time
	// Set moves it to that instant, from which it runs on.
	Set(ctx context.Context, to time.Time) error
	// Reset lets it show the present again.
	Reset(ctx context.Context) error
}

// Deps are what a load works with.
type Deps struct {
	Desk     *workflow.Desk
	Registry *workflow.Registry
	Clock    Clock
	Calendar *calendar.Calendar
	// Settle runs what the system has to do now: timers that fell due, what children tell parents.
	Settle func(ctx context.Context) error
	// Loaded tells whether a load has been finished, and Finished notes that.
	Loaded   func(ctx context.Context) (bool, error)
	Finished func(ctx context.Context) error
}

// Load builds the demonstration; on a finished one it does nothing. Nobody else may use the installation meanwhile: the
// clock is not where people expect it.
func Load(ctx context.Context, deps Deps) error {
	done, err := deps.Loaded(ctx)
	if err != nil || done {
		return err
	}
	d, err := read()
	if err != nil {
		return err
	}
	l := &loader{Deps: deps, data: d}
	tasks, err := d.plan(calendar.DateOf(time.Now()), deps.Calendar)
	if err != nil {
		return err
	}
	if err := l.begin(ctx, tasks[0].at.day); err != nil {
		return err
	}
	for _, step := range []func(context.Context) error{l.makeAgencies, l.makeOrganizations, l.makeUsers} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	if err := l.carryOut(ctx, tasks); err != nil {
		return err
	}
	if err := deps.Clock.Reset(ctx); err != nil {
		return fmt.Errorf("let the clock show the present: %w", err)
	}
	if err := deps.Settle(ctx); err != nil {
		return fmt.Errorf("run what is due today: %w", err)
	}
	return deps.Finished(ctx)
}

// loader is one load.
type loader struct {
	Deps
	*data
	ids    registry[string]         // "organization/wednesday", "project/wednesday/tutoring", "round/spring", "agency/women", "user/officer"
	refs   registry[string]         // of cases, by their keys
	people registry[workflow.Actor] // by login, by id, by part ("certifier/wednesday") and by agency ("agency/<id>")
}

// begin sets the clock to the day before everything, unless an earlier load has brought it further.
func (l *loader) begin(ctx context.Context, first calendar.Date) error {
	start := first.AddDays(-1).Start().Add(9 * time.Hour)
	if now := l.Clock.Now(); now.Before(time.Now().Add(-time.Hour)) && now.After(start) {
		return nil
	}
	if err := l.Clock.Set(ctx, start); err != nil {
		return fmt.Errorf("set the clock back: %w", err)
	}
	return nil
}
