package edge

import (
	"bytes"
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"incubase/workflow"
)

// Stream is a board on one reader's screen.
type Stream struct {
	live    *Live
	session *Session
	scope   workflow.Scope
	key     boardKey
	board   *liveBoard
	knock   chan struct{}
	checked time.Time // when the session was last seen to stand
}

// Say writes a shot as an event: its name and its data. before is what was sent last, nil at first.
type Say func(before *Shot, now Shot) (event string, data []byte, err error)

// streams reports whether a route is one that never ends by itself.
func streams(path string) bool {
	return strings.HasSuffix(path, "/board/stream") || strings.HasSuffix(path, "/board/live")
}

const (
	writing  = 10 * time.Second // of one event: who does not take it by then is gone
	trusting = 5 * time.Second  // how long a session that stood is believed to stand when figures are to be sent
	retry    = "retry: 5000\n\n"
)

// Serve sends the board and each change of it until the reader leaves, the session ends, the role is taken, or the
// server stops. A reader who says what was last seen (Last-Event-ID) gets nothing twice.
func (s *Stream) Serve(c echo.Context, say Say) error {
	defer s.live.leave(s)
	w := c.Response()
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no") // proxies are not to collect it
	out := http.NewResponseController(w)
	_ = out.SetReadDeadline(time.Time{}) // the server's is for the request; there is no more to read
	w.WriteHeader(http.StatusOK)
	if c.Request().Context().Value(headKey{}) != nil {
		return nil
	}
	send := func(b []byte) bool {
		_ = out.SetWriteDeadline(time.Now().Add(writing)) // a writer without deadlines is a test's
		_, err := w.Write(b)
		return err == nil && out.Flush() == nil
	}
	if !send([]byte(retry)) {
		return nil
	}
	s.follow(c.Request().Context(), c.Request().Header.Get("Last-Event-ID"), say, send)
	return nil
}

func (s *Stream) follow(ctx context.Context, seen string, say Say, send func([]byte) bool) {
	beat := time.NewTicker(s.live.o.Beat)
	defer beat.Stop()
	var before *Shot
	for {
		if shot := s.live.now(s.board); shot.ID != seen {
			event, data, err := say(before, shot)
			if err != nil || !s.stands(ctx, trusting) || !send(frame(shot.ID, event, data)) {
				return
			}
			seen, before = shot.ID, &shot
		} else if before == nil {
			before = &shot
		}
		select {
		case <-ctx.Done():
			return
		case <-s.live.over:
			return
		case <-s.knock:
		case <-beat.C:
			if !s.stands(ctx, 0) || !send([]byte(": .\n\n")) {
				return
			}
		}
	}
}

// stands reports whether the session and its right to the board still stand, asking again where that was seen longer
// ago.
func (s *Stream) stands(ctx context.Context, within time.Duration) bool {
	if time.Since(s.checked) < within {
		return true
	}
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	session, err := s.live.o.Stands(ctx, s.session.Token)
	if err != nil || session == nil || !workflow.ScopeOf(session.Actor, s.live.o.Machines).Covers(s.board.query.Region) {
		return false
	}
	s.checked = time.Now()
	return true
}

// frame is an event as the wire has it.
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
