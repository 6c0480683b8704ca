// Package demo loads the demonstration: the organizations, places, agencies and figures of the source articles, and
// some sixty histories in every state of a grant and of an incubation.
//
// Everything comes from actions through Desk and Registry, so every history is legal. A clock of the load's own runs
// from half a year ago to the present. Every act has an idempotency key of its row: an interrupted load is repeated
// from the beginning and skips what is done.
//
// Organizations of the articles have only favourable states (a test checks that). Every complaint, refusal, failure
// and objection belongs to invented organizations, whose names say so.
package demo

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/desk"
	"incubase/workflow/registry"
)

// Password is that of every login.
const Password = "incubase-demo"

// LastLogin gets LastRole last: an installation that has it holds the whole demonstration.
const (
	LastLogin = "auditadmin"
	LastRole  = workflow.RoleAuditadmin
)

// Deps are what a load needs. It works on copies of Desk and Registry with its own clock.
type Deps struct {
	Desk     *desk.Desk
	Registry *registry.Registry
	Queue    desk.Queue // of timers and signals; the load runs it, no other worker may
	Log      *slog.Logger
	// Holds reports whether a login exists and has a role.
	Holds func(ctx context.Context, login string, role workflow.Role) (bool, error)
}

// Load loads the demonstration unless it is complete.
func Load(ctx context.Context, deps Deps) error {
	done, err := deps.Holds(ctx, LastLogin, LastRole)
	if err != nil || done {
		return err
	}
	return load(ctx, deps, time.Now())
}

func load(ctx context.Context, deps Deps, now time.Time) error {
	d, err := read()
	if err != nil {
		return err
	}
	tasks, err := d.plan(calendar.DateOf(now), deps.Desk.Clock.Calendar())
	if err != nil {
		return err
	}
	l := newLoader(deps, d, tasks[0].at.day)
	if err := l.makeEverybody(ctx); err != nil {
		return err
	}
	if err := l.carryOut(ctx, tasks); err != nil {
		return err
	}
	if err := l.pass(ctx, now); err != nil {
		return err
	}
	if err := l.check(ctx); err != nil {
		return err
	}
	return l.makeLast(ctx)
}

// LoadPeople loads no histories, for walks.
func LoadPeople(ctx context.Context, deps Deps) error {
	done, err := deps.Holds(ctx, LastLogin, LastRole)
	if err != nil || done {
		return err
	}
	d, err := read()
	if err != nil {
		return err
	}
	l := newLoader(deps, d, calendar.DateOf(time.Now()))
	if err := l.makeEverybody(ctx); err != nil {
		return err
	}
	return l.makeLast(ctx)
}

func (l *loader) makeEverybody(ctx context.Context) (err error) {
	if l.password, err = l.registry.Passwords.HashPassword(ctx, Password); err != nil {
		return err
	}
	for _, step := range []func(context.Context) error{l.makeAgencies, l.makeOrganizations, l.makeUsers} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

type loader struct {
	*data
	desk     *desk.Desk
	registry *registry.Registry
	worker   *desk.Worker
	clock    *clock
	// keys: "organization/wednesday", "project/wednesday/tutoring", "round/spring", "agency/women"
	ids      names[string]
	refs     names[string]         // of cases by key
	password string                // hash of Password
	people   names[workflow.Actor] // by login, id, part ("certifier/wednesday") and agency ("agency/<id>")
}

func newLoader(deps Deps, d *data, first calendar.Date) *loader {
	l := &loader{data: d, clock: &clock{now: first.AddDays(-1).Start().Add(9 * time.Hour),
		calendar: deps.Desk.Clock.Calendar()}}
	theDesk, registry := *deps.Desk, *deps.Registry
	theDesk.Clock, registry.Clock, registry.Desk = l.clock, l.clock, &theDesk
	l.desk, l.registry = &theDesk, &registry
	l.worker = &desk.Worker{Desk: l.desk, Queue: deps.Queue, Log: deps.Log}
	return l
}

func (l *loader) settle(ctx context.Context) error {
	for more := true; more; {
		var err error
		if more, err = l.worker.Round(ctx); err != nil {
			return fmt.Errorf("run what is due: %w", err)
		}
	}
	return nil
}

// pass advances the clock day by day, so that what falls due at night is done before morning.
func (l *loader) pass(ctx context.Context, until time.Time) error {
	for now := l.clock.Now(); now.Before(until); now = l.clock.Now() {
		next := calendar.DateOf(now).End().Add(5 * time.Minute)
		if next.After(until) {
			next = until
		}
		l.clock.forward(next)
		if err := l.settle(ctx); err != nil {
			return err
		}
	}
	return nil
}

// check compares every history's state with the data.
func (l *loader) check(ctx context.Context) error {
	var errs []error
	for _, list := range l.cases {
		for _, h := range list {
			v, err := l.desk.Show(ctx, workflow.System(), l.refs.get(h.Key))
			if err == nil && v.Case.State != h.Stands {
				err = fmt.Errorf("it stands in %s and should stand in %s", v.Case.State, h.Stands)
			}
			if err != nil {
				errs = append(errs, fmt.Errorf("case %s: %w", h.Key, err))
			}
		}
	}
	return errors.Join(errs...)
}
