package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"sync"

	"github.com/labstack/echo/v4"

	"incubase/api/edge"
	"incubase/workflow"
)

// Asking is the header of who has an answer already.
type Asking struct {
	IfNoneMatch string `header:"If-None-Match" doc:"The ETag of the answer that is there already: 304 if it is still the one."`
}

// conditional answers 304 to who has the answer already. Where the answer is about a case, its stamp came with the session
// and there is no more to do. Other JSON answers to GET get an ETag of their content (after the version that the handler
// set), if the handler has not given them one that says everything.
func (s *service) conditional(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if c.Request().Method != http.MethodGet || !strings.HasPrefix(c.Request().URL.Path, Base) || strings.Contains(c.Request().URL.Path, "/attachments/") || strings.HasPrefix(c.Request().URL.Path, Base+"/exports/") || c.Path() == Base+streamPath {
			return next(c)
		}
		if tag := s.stamped(c.Request().Context()); tag != "" && has(c.Request(), tag) {
			c.Response().Header().Set("ETag", tag)
			return c.NoContent(http.StatusNotModified)
		}
		if c.Path() == Base+"/cases" {
			return held(c, s.inTurn(next))
		}
		return held(c, next)
	}
}

// pagesAtOnce bounds the pages of cases that are made at a time: two for each processor, as one of two waits for the database, but
// four at least and sixteen at most.
func pagesAtOnce() int { return min(16, max(4, 2*runtime.GOMAXPROCS(0))) }

// inTurn lets only so many pages be made at once; who asks for more waits, as long as the request may take. Each holds about
// a megabyte while it is made, and made by turns they are finished no sooner. An answer is sent when its turn is over.
func (s *service) inTurn(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		ctx := c.Request().Context()
		select {
		case s.pages <- struct{}{}:
			defer func() { <-s.pages }()
			return next(c)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// held keeps an answer back until its ETag is known.
func held(c echo.Context, next echo.HandlerFunc) error {
	w := c.Response().Writer
	h := &holder{header: w.Header(), status: http.StatusOK, body: bodies.Get().(*bytes.Buffer)}
	defer func() {
		if h.body.Cap() <= keptBody {
			h.body.Reset()
			bodies.Put(h.body)
		}
	}()
	c.Response().Writer = h
	done := false
	defer func() {
		if c.Response().Writer = w; !done { // an error or a panic: nothing has been sent yet
			c.Response().Committed = false
		}
	}()
	if err := next(c); err != nil {
		return err
	}
	done = true
	if h.status == http.StatusOK && w.Header().Get("Content-Type") == "application/json" {
		h.stamp(c.Request())
	}
	if h.status != http.StatusNotModified && h.status != http.StatusNoContent {
		w.Header().Set("Content-Length", strconv.Itoa(h.body.Len()))
	}
	w.WriteHeader(h.status)
	_, err := w.Write(h.body.Bytes())
	return err
}

// bodies are used again, unless they have grown beyond keptBody bytes.
var bodies = sync.Pool{New: func() any { return new(bytes.Buffer) }}

const keptBody = 256 << 10

// holder is a response writer that sends nothing.
type holder struct {
	header http.Header
	status int
	body   *bytes.Buffer
}

func (h *holder) Header() http.Header         { return h.header }
func (h *holder) Write(b []byte) (int, error) { return h.body.Write(b) }
func (h *holder) WriteHeader(status int)      { h.status = status }

func (h *holder) stamp(r *http.Request) {
	tag := h.header.Get("ETag")
	if v := strings.Trim(tag, `"`); !strings.Contains(v, "-") {
		sum := sha256.Sum256(h.body.Bytes())
		if tag = hex.EncodeToString(sum[:8]); v != "" {
			tag = v + "-" + tag
		}
		tag = `"` + tag + `"`
		h.header.Set("ETag", tag)
	}
	if edge.Of(r.Context()).Session == nil { // public: it may be kept, and asked about
		h.header.Set("Cache-Control", "no-cache")
	}
	if has(r, tag) {
		h.status = http.StatusNotModified
		h.body.Reset()
	}
}

// has tells whether the client has the answer with that tag. A proxy that compresses makes tags weak ones, which are as good here.
func has(r *http.Request, tag string) bool { return among(r.Header.Get("If-None-Match"), tag) }

func among(header, tag string) bool {
	for t := range strings.SplitSeq(header, ",") {
		if strings.TrimPrefix(strings.TrimSpace(t), "W/") == tag {
			return true
		}
	}
	return false
}

// stamped is the tag that an answer about the case whose stamp came with the session would have; "" if none did.
func (s *service) stamped(ctx context.Context) string {
	session := edge.Of(ctx).Session
	if session == nil || session.Stamp == nil {
		return ""
	}
	return s.tag(ctx, session.Stamp.Version, s.Desk.Moment().Seal(session.Actor, *session.Stamp))
}

// tag is the ETag of an answer with that seal, in the reader's language and by this program; of version alone where there is
// no seal: the content completes it then.
func (s *service) tag(ctx context.Context, version int, seal string) string {
	if seal == "" {
		return etag(version)
	}
	program := ""
	if s.Program != nil {
		program = s.Program()
	}
	sum := sha256.Sum256([]byte(program + "\n" + edge.Of(ctx).Lang + "\n" + seal))
	return `"` + strconv.Itoa(version) + "-" + hex.EncodeToString(sum[:8]) + `"`
}

// listTag is the ETag of a page; "" where pages are not stamped.
func (s *service) listTag(ctx context.Context, m workflow.Moment, stamps []workflow.Stamp, more bool) string {
	if more {
		stamps = append(stamps, workflow.Stamp{Rows: "more"})
	}
	return s.tag(ctx, 0, m.Seal(who(ctx), stamps...))
}
