package edge_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"incubase/api/edge"
	"incubase/workflow"
	"incubase/workflow/registry"
)

const token = "a-token-that-no-log-may-hold"

// sessions knows one token. For "away" the database fails.
type sessions struct{}

func (sessions) Find(_ context.Context, t string) (*registry.Session, error) {
	switch t {
	case token:
		return &registry.Session{Token: t, Actor: workflow.Actor{ID: "u1", Name: "王"},
			Expires: time.Now().Add(time.Hour)}, nil
	case "away":
		return nil, workflow.ErrBusy
	}
	return nil, registry.ErrNoSession
}

func (sessions) Login(context.Context, registry.SignIn) (*registry.Session, error) {
	return nil, registry.ErrWrongLogin
}

func (sessions) Logout(context.Context, string, string) error { return nil }

type journal struct {
	sync.Mutex
	bytes.Buffer
}

func (j *journal) Write(b []byte) (int, error) {
	j.Lock()
	defer j.Unlock()
	return j.Buffer.Write(b)
}

func (j *journal) text() string {
	j.Lock()
	defer j.Unlock()
	return j.String()
}

func server(t *testing.T, o edge.Options) (*echo.Echo, *journal) {
	t.Helper()
	log := &journal{}
	o.Log, o.Sessions = slog.New(slog.NewJSONHandler(log, nil)), sessions{}
	e, err := edge.New(o)
	if err != nil {
		t.Fatal(err)
	}
	e.GET("/who", func(c echo.Context) error {
		r := edge.Of(c.Request().Context())
		a, err := edge.Actor(c.Request().Context())
		if err != nil {
			return err
		}
		return c.JSON(200, map[string]any{"id": a.ID, "ip": r.IP, "local": r.Local})
	})
	e.GET("/ip", func(c echo.Context) error { return c.String(200, edge.Of(c.Request().Context()).IP) })
	e.GET("/panic", func(echo.Context) error { panic("pq: secret of the inside") })
	e.POST("/echo", func(c echo.Context) error {
		b, err := io.ReadAll(c.Request().Body)
		if err != nil {
			return err
		}
		return c.Blob(200, "application/json", b)
	})
	return e, log
}

// ask sends one request: "POST /echo", headers as "Name: value", and a body.
func ask(h http.Handler, what, body string, headers ...string) *httptest.ResponseRecorder {
	method, target, _ := strings.Cut(what, " ")
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	if body == "" {
		r.Body = http.NoBody
	}
	for _, line := range headers {
		name, value, _ := strings.Cut(line, ": ")
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

const asJSON = "Content-Type: application/json"

func TestShape(t *testing.T) {
	t.Parallel()
	e, _ := server(t, edge.Options{})
	rows := []struct {
		name, what, body string
		headers          []string
		status           int
		says             string
	}{
		{"JSON is taken", "POST /echo", `{"a":1}`, []string{asJSON}, 200, `{"a":1}`},
		{"JSON with a charset is taken", "POST /echo", `{"a":1}`, []string{asJSON + "; charset=utf-8"}, 200, ""},
		{"no content type is not supported", "POST /echo", `{"a":1}`, nil, 415, "/problems/media-type"},
		{"a page's form is taken", "POST /echo", `a=1`, []string{"Content-Type: application/x-www-form-urlencoded"}, 200,
			"a=1"},
		{"a page's form past a mebibyte is too large", "POST /echo", strings.Repeat("x", edge.MaxJSON+1),
			[]string{"Content-Type: application/x-www-form-urlencoded"}, 413, ""},
		{"the API takes no form", "POST /api/echo", `a=1`, []string{"Content-Type: application/x-www-form-urlencoded"}, 415,
			""},
		{"JSON that calls itself text is not supported", "POST /echo", `{"a":1}`, []string{"Content-Type: text/plain"}, 415,
			""},
		{"a content type that is none is not supported", "POST /echo", `{"a":1}`, []string{"Content-Type: ;;"}, 415, ""},
		{"a key given twice is malformed, and named", "POST /echo", `{"a":1,"a":2}`, []string{asJSON}, 400, `"field":"a"`},
		{"a body past a mebibyte is too large", "POST /echo", `{"a":"` + strings.Repeat("x", edge.MaxJSON) + `"}`,
			[]string{asJSON}, 413, "/problems/too-large"},
		{"a query parameter given twice is malformed, and named", "GET /ip?limit=1&limit=2", "", nil, 400, `"field":"limit"`},
		{"a query with a control character is malformed", "GET /ip?q=%00", "", nil, 400, `"field":"q"`},
		{"a query that is no UTF-8 is malformed", "GET /ip?q=%ff", "", nil, 400, `"field":"q"`},
		{"a query with a broken escape is malformed", "GET /ip?q=%zz", "", nil, 400, ""},
		{"a query with a semicolon is malformed", "GET /ip?a=1;b=2", "", nil, 400, ""},
		{"a path with a control character is not found", "GET /ip%00", "", nil, 404, "/problems/not-found"},
		{"a path with line ends is not found", "GET /ip%0d%0aSet-Cookie:x", "", nil, 404, ""},
		{"an unknown path is not found", "GET /nowhere", "", nil, 404, "/problems/not-found"},
		{"a trailing slash is another path", "GET /ip/", "", nil, 404, ""},
		{"a double slash is another path", "GET //ip", "", nil, 404, ""},
		{"another method is not allowed", "DELETE /echo", "", nil, 405, "/problems/method"},
		{"an override of the method is not heeded", "GET /echo", "", []string{"X-HTTP-Method-Override: POST"}, 405, ""},
		{"a panic is an internal error", "GET /panic", "", nil, 500, "/problems/internal"},
		{"a database away is busy", "GET /who", "", []string{"Authorization: Bearer away"}, 503, "/problems/busy"},
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			w := ask(e, r.what, r.body, r.headers...)
			if w.Code != r.status || !strings.Contains(w.Body.String(), r.says) {
				t.Errorf("got %d %s, want %d %s", w.Code, w.Body, r.status, r.says)
			}
			if w.Code >= 400 {
				isProblem(t, w)
			}
		})
	}
}

func isProblem(t *testing.T, w *httptest.ResponseRecorder) {
	t.Helper()
	var p edge.Problem
	d := json.NewDecoder(w.Body)
	d.DisallowUnknownFields()
	if err := d.Decode(&p); err != nil {
		t.Fatal(err)
	}
	if p.Status != w.Code || p.Title == "" || p.Instance == "" || p.Instance != w.Header().Get("X-Request-Id") {
		t.Errorf("%+v", p)
	}
	if got := w.Header().Get("Content-Type"); got != "application/problem+json" {
		t.Errorf("Content-Type %q", got)
	}
	if strings.Contains(p.Detail, "pq:") {
		t.Errorf("internal text is sent: %s", p.Detail)
	}
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	plain, _ := server(t, edge.Options{})
	secure, _ := server(t, edge.Options{Secure: true})
	for _, what := range []string{"GET /ip", "GET /nowhere", "GET /panic", "POST /echo", "DELETE /echo"} {
		h := ask(secure, what, "").Header()
		for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
			"Cross-Origin-Opener-Policy":   "same-origin",
			"Cross-Origin-Resource-Policy": "same-origin", "X-Frame-Options": "DENY", "Cache-Control": "no-store",
			"Strict-Transport-Security": "max-age=31536000; includeSubDomains",
			"Content-Security-Policy":   "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
			"Vary":                      "Accept-Language"} {
			if got := h.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", what, name, got, want)
			}
		}
		for _, name := range []string{"Server", "X-Powered-By", "Access-Control-Allow-Origin"} {
			if got := h.Get(name); got != "" {
				t.Errorf("%s: %s is %q", what, name, got)
			}
		}
	}
	if got := ask(plain, "GET /ip", "").Header().Get("Strict-Transport-Security"); got != "" {
		t.Errorf("without HTTPS: %q", got)
	}
	if got := ask(plain, "DELETE /echo", "").Header().Get("Allow"); !strings.Contains(got, "POST") {
		t.Errorf("405 says what is allowed: %q", got)
	}
}

func TestLanguage(t *testing.T) {
	t.Parallel()
	e, _ := server(t, edge.Options{})
	for accept, chinese := range map[string]bool{"": true, "zh-CN,zh;q=0.9,en;q=0.8": true, "en-GB,en;q=0.9": false,
		"en": false, "fr": true, "fr,en;q=0.5": false,
		"en;q=0.3, zh;q=0.7": true, "zh;q=0.1,en;q=0.2": false, "*": true, "en;q=0": true, "en;q=x": true, "EN": false,
		";;;,": true} {
		if got := ask(e, "GET /nowhere", "", "Accept-Language: "+accept); han(got.Body.String()) != chinese {
			t.Errorf("%q: %s", accept, got.Body)
		}
	}
}

func TestSessions(t *testing.T) {
	t.Parallel()
	plain, _ := server(t, edge.Options{})
	secure, _ := server(t, edge.Options{Secure: true})
	rows := []struct {
		name   string
		secure bool
		header string
		status int
	}{
		{"a bearer token signs in", false, "Authorization: Bearer " + token, 200},
		{"the scheme's case does not matter", false, "Authorization: bearer " + token, 200},
		{"another scheme does not", false, "Authorization: Basic " + token, 401},
		{"an unknown token does not", false, "Authorization: Bearer x", 401},
		{"a very long token is not even looked up", false, "Authorization: Bearer " + strings.Repeat("x", 5000), 401},
		{"a cookie signs in", false, "Cookie: incubase=" + token, 200},
		{"behind HTTPS the cookie is bound to the host", true, "Cookie: __Host-incubase=" + token, 200},
		{"behind HTTPS the plain cookie is none", true, "Cookie: incubase=" + token, 401},
		{"nothing signs nobody in", false, "X-Nothing: 1", 401},
	}
	for _, r := range rows {
		h := plain
		if r.secure {
			h = secure
		}
		if w := ask(h, "GET /who", "", r.header); w.Code != r.status {
			t.Errorf("%s: %d %s", r.name, w.Code, w.Body)
		}
	}
	if w := ask(plain, "GET /who?access_token="+token, ""); w.Code != 401 {
		t.Errorf("a token in the address: %d", w.Code)
	}
}

func TestCookie(t *testing.T) {
	t.Parallel()
	s := &registry.Session{Token: token, Expires: time.Now().Add(time.Hour)}
	k := edge.Cookie(s, true)
	if k.Name != "__Host-incubase" || !k.Secure || !k.HttpOnly || k.SameSite != http.SameSiteLaxMode || k.Path != "/" ||
		k.Domain != "" || k.Value != token {
		t.Errorf("%+v", k)
	}
	if k = edge.Cookie(s, false); k.Name != "incubase" || k.Secure || !k.HttpOnly {
		t.Errorf("without HTTPS: %+v", k)
	}
	if k = edge.Cookie(nil, true); k.MaxAge >= 0 || k.Value != "" {
		t.Errorf("taken away: %+v", k)
	}
}

func TestCrossSite(t *testing.T) {
	t.Parallel()
	e, _ := server(t, edge.Options{})
	cookie, bearer := "Cookie: incubase="+token, "Authorization: Bearer "+token
	rows := []struct {
		name    string
		headers []string
		status  int
	}{
		{"another site's page is refused", []string{cookie, "Sec-Fetch-Site: cross-site"}, 403},
		{"a sister host's page is refused", []string{cookie, "Sec-Fetch-Site: same-site"}, 403},
		{"a foreign origin is refused", []string{cookie, "Origin: https://evil.example"}, 403},
		{"an origin that hides itself is refused", []string{cookie, "Origin: null"}, 403},
		{"the own page is welcome", []string{cookie, "Sec-Fetch-Site: same-origin"}, 200},
		{"the own origin is welcome", []string{cookie, "Origin: http://example.com"}, 200},
		{"a program with the cookie is welcome", []string{cookie}, 200},
		{"a bearer token is sent by nobody unasked", []string{bearer, "Sec-Fetch-Site: cross-site"}, 200},
		{"a form of another site has no JSON", []string{cookie, "Sec-Fetch-Site: same-origin", "Content-Type: text/plain"},
			415},
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			w := ask(e, "POST /echo", `{}`, append([]string{asJSON}, r.headers...)...)
			if w.Code != r.status {
				t.Errorf("got %d %s", w.Code, w.Body)
			}
		})
	}
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	direct, _ := server(t, edge.Options{})
	if got := ask(direct, "GET /ip", "", "X-Forwarded-For: 1.2.3.4",
		"X-Real-IP: 1.2.3.4").Body.String(); got != "192.0.2.1" {
		t.Errorf("a forwarded address is believed: %s", got)
	}
	proxied, _ := server(t, edge.Options{TrustedProxies: []string{"192.0.2.0/24"}})
	if got := ask(proxied, "GET /ip", "", "X-Forwarded-For: 6.6.6.6, 1.2.3.4").Body.String(); got != "1.2.3.4" {
		t.Errorf("behind a trusted proxy: %s", got)
	}
	stranger, _ := server(t, edge.Options{TrustedProxies: []string{"10.0.0.0/8"}})
	if got := ask(stranger, "GET /ip", "", "X-Forwarded-For: 1.2.3.4").Body.String(); got != "192.0.2.1" {
		t.Errorf("a stranger is believed: %s", got)
	}
	if _, err := edge.New(edge.Options{TrustedProxies: []string{"10.0.0.1"}}); err == nil {
		t.Error("a proxy that is no network is taken")
	}
}

func TestLog(t *testing.T) {
	t.Parallel()
	e, log := server(t, edge.Options{})
	ask(e, "POST /echo?q=private", `{"note":"身份证"}`, asJSON, "Cookie: incubase="+token, "Authorization: Bearer "+token,
		"User-Agent: x\n{\"level\":\"ERROR\"}")
	ask(e, "GET /panic", "")
	lines := strings.Split(strings.TrimSpace(log.text()), "\n")
	if len(lines) != 2 {
		t.Fatalf("%d lines for two requests: %v", len(lines), lines)
	}
	for _, secret := range []string{token, "身份证", "private"} {
		if strings.Contains(log.text(), secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
	var line map[string]any
	if err := json.Unmarshal([]byte(lines[0]), &line); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]any{"method": "POST", "route": "/echo", "status": 200.0, "actor": "u1",
		"ip": "192.0.2.1", "level": "INFO"} {
		if line[name] != want {
			t.Errorf("%s is %v, want %v", name, line[name], want)
		}
	}
	if !strings.Contains(lines[1], "secret of the inside") || !strings.Contains(lines[1], `"level":"ERROR"`) {
		t.Errorf("a panic is not told: %s", lines[1])
	}
}
