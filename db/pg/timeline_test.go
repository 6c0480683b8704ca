package pg

import (
	"bytes"
	"context"
	"database/sql/driver"
	"errors"
	"log/slog"
	"net"
	"strings"
	"testing"
)

// onTimeline is a connection to a node on a timeline; 0 is a standby.
type onTimeline int64

func (c onTimeline) QueryContext(context.Context, string, []driver.NamedValue) (driver.Rows, error) {
	return c, nil
}
func (onTimeline) Columns() []string               { return []string{"timeline"} }
func (c onTimeline) Next(row []driver.Value) error { row[0] = int64(c); return nil }
func (onTimeline) Close() error                    { return nil }

// A standby is refused behind an address of one host too, and a primary that another has replaced, as one that was cut
// off and comes back without being stopped.
func TestAReplacedPrimaryIsRefused(t *testing.T) {
	var log bytes.Buffer
	seen := &timeline{log: slog.New(slog.NewTextHandler(&log, nil))}
	for i, step := range []struct {
		timeline int64
		refusal  error
	}{{3, nil}, {3, nil}, {0, errStandby}, {4, nil}, {3, errReplaced}, {4, nil}, {0, errStandby}, {6, nil},
		{4, errReplaced}} {
		_, err := seen.admit(t.Context(), onTimeline(step.timeline))
		if !errors.Is(err, step.refusal) {
			t.Errorf("%d: timeline %d after %d: %v", i, step.timeline, seen.highest.Load(), err)
		}
		if err != nil && !isBroken(err) {
			t.Errorf("not a database that is away: %v", err)
		}
		if errors.Is(err, errReplaced) && !strings.Contains(err.Error(), "restart this program") {
			t.Errorf("no remedy: %v", err)
		}
	}
	if n := strings.Count(log.String(), "another primary"); n != 2 {
		t.Errorf("%d changes were logged, not 2: %s", n, log.String())
	}
}

// A node that hangs neither answers nor ends its connections: a read that waits on one ends when the next primary is
// met, and a connection that was made meanwhile is closed too.
func TestLinesToAReplacedPrimaryAreClosed(t *testing.T) {
	seen := &timeline{log: slog.New(slog.DiscardHandler)}
	waiting := func(at int64) (far net.Conn, ended <-chan error) {
		near, far := net.Pipe()
		t.Cleanup(func() { _ = far.Close() })
		seen.session(nil, at, near)
		end := make(chan error, 1)
		go func() {
			_, err := near.Read(make([]byte, 1))
			end <- err
		}()
		return far, end
	}
	meet := func(at int64) {
		if _, err := seen.admit(t.Context(), onTimeline(at)); err != nil {
			t.Fatal(err)
		}
	}
	meet(3)
	_, old := waiting(3)
	unknown, read := waiting(0)
	meet(4)
	_, late := waiting(3)
	now, alsoRead := waiting(4)
	meet(4)
	for name, ended := range map[string]<-chan error{"before": old, "meanwhile": late} {
		if err := <-ended; err == nil {
			t.Error("an answer was read on a connection made " + name)
		}
	}
	for name, far := range map[string]net.Conn{"of a timeline that is not known": unknown, "to the primary of now": now} {
		if _, err := far.Write([]byte{0}); err != nil {
			t.Errorf("a connection %s was closed: %v", name, err)
		}
	}
	if err := errors.Join(<-read, <-alsoRead); err != nil {
		t.Error(err)
	}
}
