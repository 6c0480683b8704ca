package app

import (
	"context"
	"testing"
	"time"

	"incubase/db/dbtest"
	"incubase/db/pg"
)

// What one caller finds counts for all, so a caller who hangs up must not make the server look unfit.
func TestACallerWhoHangsUpDoesNotSpoilReadiness(t *testing.T) {
	t.Parallel()
	h := &health{in: &Installation{DB: dbtest.Open(t, pg.Options{}).DB}}
	gone, hangUp := context.WithCancel(t.Context())
	hangUp()
	if err := h.Ready(gone); err != nil {
		t.Errorf("a caller who has gone: %v", err)
	}
	h.at = time.Now().Add(-time.Minute)
	if err := h.Ready(gone); err != nil {
		t.Errorf("a later one: %v", err)
	}
	if err := h.in.DB.Close(); err != nil {
		t.Fatal(err)
	}
	if err := h.Ready(t.Context()); err != nil {
		t.Errorf("asked again within a second, it looked: %v", err)
	}
	h.at = time.Now().Add(-time.Minute)
	if err := h.Ready(t.Context()); err == nil {
		t.Error("ready without a database")
	}
	h.at = time.Now().Add(-300 * time.Millisecond)
	if fresh, _ := h.last(); fresh {
		t.Error("a fault counts for longer than it may last")
	}
}
