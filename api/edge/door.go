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

// Door stands before a server that is starting, which may wait for its database: until Open it answers that the process lives, and
// everything else with 503, to be asked again.
type Door struct{ leads atomic.Pointer[http.Handler] }

// Open lets requests through to h from now on.
func (d *Door) Open(h http.Handler) { d.leads.Store(&h) }

func (d *Door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := d.leads.Load()
	switch {
	case h != nil:
		(*h).ServeHTTP(w, r)
	case r.URL.Path == "/healthz":
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"status":"ok"}`+"\n")
	case strings.Contains(r.Header.Get("Accept"), "text/html"):
		for k, v := range map[string]string{"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store", "Retry-After": "2", "Refresh": "2"} {
			w.Header().Set(k, v)
		}
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = io.WriteString(w, startingPage)
	default:
		p := busy.problem(&Request{ID: workflow.NewID(time.Now()), Lang: language(r)}, text.Text{ZH: "系统正在启动", EN: "the system is starting"})
		p.headers = http.Header{"Retry-After": {"2"}}
		Write(w, p)
	}
}

const startingPage = `<!doctype html>
<html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>正在启动 · Starting</title>
<p>系统正在启动，本页会自动刷新。</p>
<p lang="en">The system is starting; this page reloads by itself.</p>
</html>
`
