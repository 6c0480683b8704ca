package edge

import (
	"bytes"
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"incubase/workflow"
	"incubase/workflow/desk"
	"incubase/workflow/registry"
)

type Stream struct {
	live    *Live
	session *registry.Session
	scope   workflow.Scope
	query   workflow.BoardQuery
	checked time.Time // when the session was last found valid
}

// Encode returns a snapshot's event. before is the snapshot sent last, nil at first.
type Encode func(before *Snapshot, now Snapshot) (event string, data []byte, err error)

func streams(path string) bool {
	return strings.HasSuffix(path, "/board/stream") || strings.HasSuffix(path, "/board/live")
}

const (
	writeTimeout = 10 * time.Second // of one event; slower readers are dropped
	sessionTTL   = 5 * time.Second  // how long a valid session is trusted
	retry        = "retry: 5000\n\n"
)

// Serve sends the board and each change until the reader leaves, the session or the role ends, or the server stops.
// It skips the event that Last-Event-ID names.
func (s *Stream) Serve(c echo.Context, encode Encode) error {
	defer s.live.leave(s.session.Actor.ID)
	w := c.Response()
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no") // no buffering in proxies
	out := http.NewResponseController(w)
	_ = out.SetReadDeadline(time.Time{}) // the server's deadline is for the request, which has been read
	w.WriteHeader(http.StatusOK)
	if c.Request().Context().Value(headKey{}) != nil {
		return nil
	}
	send := func(b []byte) bool {
		_ = out.SetWriteDeadline(time.Now().Add(writeTimeout)) // test writers have no deadlines
		_, err := w.Write(b)
		return err == nil && out.Flush() == nil
	}
	if send([]byte(retry)) {
		s.follow(c.Request().Context(), c.Request().Header.Get("Last-Event-ID"), encode, send)
	}
	return nil
}

func (s *Stream) follow(ctx context.Context, seen string, encode Encode, send func([]byte) bool) {
	heartbeat := time.NewTicker(s.live.o.Heartbeat)
	defer heartbeat.Stop()
	var before *Snapshot
	for {
		now, next, err := s.live.board(ctx, s.scope, s.query)
		switch {
		case err != nil:
			s.live.o.Log.Warn("an open board keeps its last figures", "error", err)
		case now.ID != seen:
			event, data, err := encode(before, now)
			if err != nil || !s.valid(ctx, sessionTTL) || !send(frame(now.ID, event, data)) {
				return
			}
			seen, before = now.ID, &now
		case before == nil:
			before = &now
		}
		select {
		case <-ctx.Done():
			return
		case <-s.live.stopped:
			return
		case <-next:
		case <-heartbeat.C:
			if !s.valid(ctx, 0) || !send([]byte(": .\n\n")) {
				return
			}
		}
	}
}

// valid reports whether the session is alive and its roles cover the board, checked at most ttl ago.
func (s *Stream) valid(ctx context.Context, ttl time.Duration) bool {
	if time.Since(s.checked) < ttl {
		return true
	}
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	session, err := s.live.o.Stands(ctx, s.session.Token)
	if err != nil || session == nil || !desk.ScopeOf(session.Actor, s.live.o.Machines).Covers(s.query.Region) {
		return false
	}
	s.checked = time.Now()
	return true
}

func frame(id, event string, data []byte) []byte {
	var b bytes.Buffer
	b.WriteString("id: " + id + "\nevent: " + event + "\n")
	for line := range bytes.SplitSeq(data, []byte("\n")) {
		b.WriteString("data: ")
		b.Write(bytes.TrimSuffix(line, []byte("\r")))
		b.WriteByte('\n')
	}
	b.WriteByte('\n')
	return b.Bytes()
}
