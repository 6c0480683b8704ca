package edge_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"incubase/api/edge"
)

func TestStartupAnswersUntilTheServerIsReady(t *testing.T) {
	t.Parallel()
	d := &edge.Startup{Secure: true}
	send := func(method, path, accept, lang string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, path, nil)
		r.Header.Set("Accept", accept)
		r.Header.Set("Accept-Language", lang)
		w := httptest.NewRecorder()
		d.ServeHTTP(w, r)
		return w
	}
	ask := func(path, accept, lang string) *httptest.ResponseRecorder { return send("GET", path, accept, lang) }
	if w := ask("/healthz", "", ""); w.Code != 200 || w.Body.String() != `{"status":"ok"}`+"\n" {
		t.Error(w.Code, w.Body)
	}
	for _, c := range []struct{ path, accept, lang, kind, says string }{
		{"/readyz", "", "", "application/problem+json", "正在启动"},
		{"/api/v1/cases", "application/json", "en", "application/problem+json", "starting"},
		{"/", "text/html,*/*", "en", "text/html; charset=utf-8", "reloads by itself"},
	} {
		w := ask(c.path, c.accept, c.lang)
		if w.Code != 503 || w.Header().Get("Retry-After") != "2" || w.Header().Get("Cache-Control") != "no-store" ||
			w.Header().Get("Content-Type") != c.kind || !strings.Contains(w.Body.String(), c.says) {
			t.Errorf("%s: %d %v %s", c.path, w.Code, w.Header(), w.Body)
		}
		if h := w.Header(); h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Content-Security-Policy") == "" ||
			h.Get("Strict-Transport-Security") == "" || h.Get("Vary") != "Accept-Language" {
			t.Errorf("%s: %v", c.path, h)
		}
		var p edge.Problem
		if c.kind == "application/problem+json" && (json.Unmarshal(w.Body.Bytes(), &p) != nil || p.Status != 503 ||
			p.Instance == "" || p.Instance != w.Header().Get("X-Request-Id")) {
			t.Errorf("%s: %s", c.path, w.Body)
		}
	}
	if w := ask("/", "text/html", ""); w.Header().Get("Refresh") != "2" {
		t.Error("a page does not reload: ", w.Header())
	}
	if w := send("POST", "/people/1/end", "text/html", ""); w.Code != 503 || w.Header().Get("Refresh") != "" ||
		!strings.Contains(w.Body.String(), "没有保存") {
		t.Error("what was sent too early: ", w.Code, w.Header(), w.Body)
	}
	if w := ask("/api/v1/board/stream", "text/event-stream", ""); w.Code != 200 ||
		w.Header().Get("Content-Type") != "text/event-stream" || w.Body.String() != "retry: 2000\n\n" {
		t.Error("a stream is to come again: ", w.Code, w.Header(), w.Body)
	}
	d.Open(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) }))
	for _, path := range []string{"/healthz", "/readyz", "/"} {
		if w := ask(path, "text/html", ""); w.Code != http.StatusTeapot {
			t.Error(path, w.Code)
		}
	}
}
