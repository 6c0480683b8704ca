package edge

import (
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"incubase/workflow"
	"incubase/workflow/text"
)

// Startup is the handler while the server waits for its database. Until Open it answers /healthz, and everything else
// with 503 and Retry-After.
type Startup struct {
	Secure bool // see Options
	next   atomic.Pointer[http.Handler]
}

func (s *Startup) Open(h http.Handler) { s.next.Store(&h) }

func (s *Startup) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if h := s.next.Load(); h != nil {
		(*h).ServeHTTP(w, r)
		return
	}
	h, id := w.Header(), workflow.NewID(time.Now())
	guard(h, s.Secure)
	h.Set("X-Request-Id", id)
	accepts := func(kind string) bool { return strings.Contains(r.Header.Get("Accept"), kind) }
	switch {
	case r.URL.Path == "/healthz":
		h.Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"status":"ok"}`+"\n")
	case accepts("text/event-stream"): // any other status would end the stream for good
		h.Set("Content-Type", "text/event-stream")
		_, _ = io.WriteString(w, "retry: 2000\n\n")
	case accepts("text/html"):
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("Retry-After", "2")
		says := sentTooEarly
		if r.Method == http.MethodGet {
			h.Set("Refresh", "2")
			says = reloads
		}
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = io.WriteString(w, startingPage+says)
	default:
		p := busy.problem(&Request{ID: id, Lang: readerLanguage(r)}, text.Text{ZH: "系统正在启动", EN: "the system is starting"})
		p.headers = http.Header{"Retry-After": {"2"}}
		Write(w, p)
	}
}

const (
	startingPage = `<!doctype html>
<html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>正在启动 · Starting</title>
`
	reloads = `<p>系统正在启动，本页会自动刷新。</p>
<p lang="en">The system is starting; this page reloads by itself.</p>
</html>
`
	sentTooEarly = `<p>系统正在启动，刚才提交的内容没有保存：请返回上一页，稍后再提交。</p>
<p lang="en">The system is starting and nothing was saved: go back and send it again in a moment.</p>
</html>
`
)
