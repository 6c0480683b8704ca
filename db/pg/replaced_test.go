package pg_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"incubase/db/dbtest"
	"incubase/db/pg"
	"incubase/workflow"
)

// A read that waits for a primary that was replaced ends when the next is met, not when it is answered.
func TestAReadOfAReplacedPrimaryEnds(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t, pg.Options{MaxReads: 4})
	ended := make(chan error, 1)
	go func() {
		var done []bool
		ended <- d.Read.AllOf(t.Context(), &done, "sleep", "select pg_sleep(8) is null")
	}()
	var asleep []bool
	for !slices.Contains(asleep, true) {
		asleep = nil
		if err := d.Read.AllOnce(t.Context(), &asleep, "asleep", `select wait_event is not distinct from 'PgSleep'
			from pg_stat_activity where datname = current_database()`); err != nil {
			t.Fatal(err)
		}
	}
	d.MeetTimeline(99)
	if err := <-ended; !errors.Is(err, workflow.ErrBusy) {
		t.Errorf("the read that waited: %v", err)
	}
}

// Connections to a primary end when another is met: neither reads nor writes go on there.
func TestConnectionsToAReplacedPrimaryEnd(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t, pg.Options{MaxReads: 2, MaxWrites: 2})
	for range 4 { // every connection is open
		if err := d.Ping(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	refused := func(err error) bool { return err != nil && strings.Contains(err.Error(), "was replaced") }
	var yes bool
	d.MeetTimeline(99)
	if err := d.Write.Row(t.Context(), "writable", nil, &yes); !refused(err) {
		t.Errorf("a write to a primary that was replaced: %v", err)
	}
	if err := d.Read.One(t.Context(), &yes, "writable"); !refused(err) {
		t.Errorf("a read from it: %v", err)
	}
	d.MeetTimeline(1)
	var err error
	for range 4 { // those that were closed are found at their next use
		err = d.Ping(t.Context())
	}
	if err != nil {
		t.Errorf("the primary of now: %v", err)
	}
}
