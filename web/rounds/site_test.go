package rounds_test

import (
	"context"
	"testing"

	"incubase/cmd/incubase/app/apptest"
	"incubase/cmd/incubase/demo"
)

// site is the server under test, with what these tests do on it.
type site struct{ *apptest.Site }

func newSite(t *testing.T, load func(context.Context, demo.Deps) error) *site {
	t.Helper()
	return &site{apptest.New(t, load)}
}
