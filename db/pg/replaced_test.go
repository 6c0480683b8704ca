package pg_test

import (
	"strings"
	"testing"

	"incubase/db/dbtest"
	"incubase/db/pg"
)

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
	if err := d.Ping(t.Context()); err != nil {
		t.Errorf("the primary of now: %v", err)
	}
}
