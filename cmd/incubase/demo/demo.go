// Package demo loads the demonstration: the organizations, places, agencies and figures of the source articles, and
// some sixty histories that stand in every state of a grant and of an incubation.
//
// Everything is made by running actions through the Desk and the Registry, so every history is a legal one. The desk is
// given a clock of the load's own, which starts half a year ago and moves forward with the histories to the present;
// the installation's clock is left alone. Every act carries a key made of the name of its row: a load that was broken
// off is taken up again by the next one from the beginning, passing over what is done, and a finished load is not
// repeated.
//
// Organizations of the articles stand only in favourable states (a test holds that); every complaint, refusal, failure
// and objection belongs to invented organizations, whose names say that they are.
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

// Password of every login of the demonstration.
const Password = "incubase-demo"

// LastLogin is given LastRole when all else is done: an installation where it has that holds the whole demonstration.
const (
	LastLogin = "auditadmin"
	LastRole  = workflow.RoleAuditadmin
)

// Deps are what a load works with. Desk and Registry are the installation's own; the load works on copies with its
// clock.
type Deps struct {
	Desk     *desk.Desk
	Registry *registry.Registry
	Queue    desk.Queue // of timers and signals, which the load runs itself: no other worker may work meanwhile
	Log      *slog.Logger
	// Holds reports whether a login exists and holds a role.
	Holds func(ctx context.Context, login string, role workflow.Role) (bool, error)
}

// Load builds the demonstration; on a finished one it does nothing.
func Load(ctx context.Context, deps Deps) error {
	done, err := deps.Holds(ctx, LastLogin, LastRole)
	if err != nil || done {
		return err
	}
	return load(ctx, deps, time.Now())
}

// load builds the demonstration as of an instant.
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

// LoadPeople makes the agencies, organizations and logins of the demonstration and no histories: what a walk needs.
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

// makeEverybody makes the records that histories are about.
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

// loader is one load.
type loader struct {
	*data
	desk     *desk.Desk
	registry *registry.Registry
	worker   *desk.Worker
	clock    *clock
	// "organization/wednesday", "project/wednesday/tutoring", "round/spring", "agency/women"
	ids      names[string]
	refs     names[string]         // of cases, by their keys
	password string                // of all logins, hashed
	people   names[workflow.Actor] // by login, by id, by part ("certifier/wednesday") and by agency ("agency/<id>")
}

// newLoader begins on the day before everything.
func newLoader(deps Deps, d *data, first calendar.Date) *loader {
	l := &loader{data: d, clock: &clock{now: first.AddDays(-1).Start().Add(9 * time.Hour),
		calendar: deps.Desk.Clock.Calendar()}}
	theDesk, registry := *deps.Desk, *deps.Registry
	theDesk.Clock, registry.Clock, registry.Desk = l.clock, l.clock, &theDesk
	l.desk, l.registry = &theDesk, &registry
	l.worker = &desk.Worker{Desk: l.desk, Queue: deps.Queue, Log: deps.Log}
	return l
}

// settle runs what the system has to do now: timers that fell due, what children tell their parents.
func (l *loader) settle(ctx context.Context) error {
	for more := true; more; {
		var err error
		if more, err = l.worker.Round(ctx); err != nil {
			return fmt.Errorf("run what is due: %w", err)
		}
	}
	return nil
}

// pass lets time go by until an instant, a day at a time: what falls due in the night is done before morning.
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

// check holds the histories against what the data say they come to.
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
