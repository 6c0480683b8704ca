package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/labstack/echo/v4"

	"incubase/api/edge"
)

type Asking struct {
	IfNoneMatch string `header:"If-None-Match" doc:"The ETag of the answer that is there already: 304 if it is still the one."`
}

// conditional gives JSON answers to GET an ETag and answers 304. The tag is the handler's version, if any, and a
// digest of the body.
func (s *service) conditional(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if c.Request().Method != http.MethodGet || !strings.HasPrefix(c.Request().URL.Path, Base) ||
			strings.Contains(c.Request().URL.Path, "/attachments/") || strings.HasPrefix(c.Request().URL.Path,
			Base+"/exports/") || c.Path() == Base+streamPath {
			return next(c)
		}
		return held(c, next)
	}
}

// held buffers an answer until its ETag is known.
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
		if c.Response().Writer = w; !done { // after an error or a panic nothing has been sent
			c.Response().Committed = false
		}
	}()
	if err := next(c); err != nil {
		return err
	}
	done = true
	if h.status == http.StatusOK && w.Header().Get("Content-Type") == "application/json" {
		h.tag(c.Request())
	}
	if h.status != http.StatusNotModified && h.status != http.StatusNoContent {
		w.Header().Set("Content-Length", strconv.Itoa(h.body.Len()))
	}
	w.WriteHeader(h.status)
	_, err := w.Write(h.body.Bytes())
	return err
}

// bodies are reused unless they grew beyond keptBody bytes.
var bodies = sync.Pool{New: func() any { return new(bytes.Buffer) }}

const keptBody = 256 << 10

type holder struct {
	header http.Header
	status int
	body   *bytes.Buffer
}

func (h *holder) Header() http.Header         { return h.header }
func (h *holder) Write(b []byte) (int, error) { return h.body.Write(b) }
func (h *holder) WriteHeader(status int)      { h.status = status }

func (h *holder) tag(r *http.Request) {
	sum := sha256.Sum256(h.body.Bytes())
	tag := hex.EncodeToString(sum[:8])
	if version := strings.Trim(h.header.Get("ETag"), `"`); version != "" {
		tag = version + "-" + tag
	}
	tag = `"` + tag + `"`
	h.header.Set("ETag", tag)
	if edge.Of(r.Context()).Session == nil { // public: a cache may keep it and revalidate
		h.header.Set("Cache-Control", "no-cache")
	}
	if has(r, tag) {
		h.status = http.StatusNotModified
		h.body.Reset()
	}
}

// has reports whether the client has the answer. Proxies that compress weaken tags, which suffices here.
func has(r *http.Request, tag string) bool {
	for t := range strings.SplitSeq(r.Header.Get("If-None-Match"), ",") {
		if strings.TrimPrefix(strings.TrimSpace(t), "W/") == tag {
			return true
		}
	}
	return false
}
