package e2e

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"time"

	"incubase/cmd/incubase/app"
	"incubase/cmd/incubase/app/apptest"
	"incubase/cmd/incubase/demo"
	"incubase/workflow/catalog"
	"incubase/workflow/catalog/catalogtest"
)

// site is the server under test, with what these tests do on it.
type site struct{ *apptest.Site }

func newSite(t *testing.T, load func(context.Context, demo.Deps) error) *site {
	t.Helper()
	return &site{apptest.New(t, load)}
}

// walkers carry cases over pages.
type walkers struct{ *site }

// underOtherNames runs a test as shipped, and with other names for the actions, clocks and outcomes of grants.
func underOtherNames(t *testing.T, test func(*site)) {
	t.Helper()
	t.Run("as shipped", func(t *testing.T) {
		t.Parallel()
		test(newSite(t, demo.LoadPeople))
	})
	t.Run("under other names", func(t *testing.T) {
		t.Parallel()
		other := catalogtest.Renamed(t, "grant")
		s := &site{apptest.NewWith(t, demo.LoadPeople, apptest.Options{Change: func(in *app.Installation) {
			in.Shipped = sync.OnceValues(func() (*catalog.Catalog, error) {
				c, err := catalog.Shipped()
				return c, errors.Join(err, c.Add(other.Definition))
			})
		}})}
		s.Renaming = other
		test(s)
	})
}

// stage runs a part of a journey as a subtest. A failure ends the journey: the rest builds on it.
func (s *site) stage(name string, do func()) {
	whole := s.T
	whole.Helper()
	passed := whole.Run(name, func(t *testing.T) { s.T = t; do() })
	if s.T = whole; !passed {
		whole.FailNow()
	}
}

// until waits for a state that a signal or a timer brings.
func (s *site) until(login, ref, state string) map[string]any {
	s.T.Helper()
	for end := time.Now().Add(60 * time.Second); ; time.Sleep(30 * time.Millisecond) {
		c := s.Want(http.StatusOK, "GET", "/cases/"+ref, login, nil).Body
		if c["state"] == state {
			return c
		}
		if time.Now().After(end) {
			s.T.Fatalf("%s stands in %v, want %s", ref, c["state"], state)
		}
	}
}
