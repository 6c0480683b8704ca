package outage

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"
)

func TestAFaultIsLoggedOnceAndItsEnd(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	log := slog.New(slog.NewTextHandler(&out, nil))
	at := time.Date(2026, 12, 1, 1, 0, 0, 0, time.UTC)
	f := Fault{now: func() time.Time { return at }}
	away := errors.New("the database is away")
	for _, step := range []struct {
		after time.Duration
		err   error
		lines string // that this step adds
	}{
		{0, nil, ""},
		{time.Second, away, `ERROR msg="read the clock" error="the database is away"`},
		{time.Second, away, ""},
		{4*time.Minute + 59*time.Second, away,
			`ERROR msg="still: read the clock" since=2026-12-01T01:00:01Z error="the database is away"`},
		{time.Minute, away, ""},
		{time.Second, nil, `INFO msg="over: read the clock" took=6m1s`},
		{time.Second, nil, ""},
		{time.Second, away, `ERROR msg="read the clock" error="the database is away"`},
	} {
		at = at.Add(step.after)
		out.Reset()
		f.Note(log, "read the clock", step.err)
		_, got, _ := strings.Cut(strings.TrimSpace(out.String()), "level=")
		if got != step.lines {
			t.Errorf("at %s: %q, want %q", at.Format(time.TimeOnly), got, step.lines)
		}
	}
}
