package web_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"incubase/api/edge"
	"incubase/web"
	"incubase/web/pagetest"
	"incubase/web/ui"
	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/catalog"
	"incubase/workflow/desk"
	"incubase/workflow/registry"
)

type clock struct{}

func (clock) Now() time.Time               { return time.Date(2026, 11, 24, 9, 0, 0, 0, calendar.Zone()) }
func (clock) Calendar() *calendar.Calendar { return nil }

// door accepts one password.
type door struct{ ended chan string }

func (door) Find(_ context.Context, token string) (*registry.Session, error) {
	if token != "open" {
		return nil, registry.ErrNoSession
	}
	return &registry.Session{Token: token, Actor: workflow.Actor{ID: "u1", Name: "张老师"},
		Expires: time.Now().Add(time.Hour)}, nil
}

func (d door) Login(ctx context.Context, in registry.SignIn) (*registry.Session, error) {
	if in.Password != "right" {
		return nil, registry.ErrWrongLogin
	}
	return d.Find(ctx, "open")
}

func (d door) Logout(_ context.Context, token, _ string) error {
	d.ended <- token
	return nil
}

// window is the public port; it is empty, or broken.
type window struct {
	edge.Announcements
	broken error
}

func (w window) PublicRounds(context.Context) ([]workflow.RoundRecord, error) { return nil, w.broken }

type frontDesk struct {
	url    string
	ended  chan string
	routes []*echo.Route
}

// serve serves the pages without a database.
func serve(t *testing.T, secure bool, broken error) frontDesk {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	ended := make(chan string, 10)
	e, err := edge.New(edge.Options{Log: log, Sessions: door{ended}, Secure: secure})
	if err != nil {
		t.Fatal(err)
	}
	web.Register(e, ui.Options{Ports: edge.Ports{Desk: &desk.Desk{Clock: clock{}}, Announcements: window{broken: broken},
		Definitions: &catalog.Catalog{},
		Sessions:    door{ended}, Secure: secure, Log: log}})
	s := httptest.NewServer(edge.Server(e, log).Handler)
	t.Cleanup(s.Close)
	return frontDesk{s.URL, ended, e.Routes()}
}

func signedIn(t *testing.T, url string) (*pagetest.Visitor, string) {
	t.Helper()
	v := pagetest.NewVisitor(t, url, "en")
	v.Stay("POST", "/login", map[string][]string{"login": {"x"}, "password": {"right"}})
	return v, v.Get("/login").Form("/logout").Values.Get("_token")
}

// TestHeadersOfPages: pages load only their own content, cannot be framed and are not cached.
func TestHeadersOfPages(t *testing.T) {
	t.Parallel()
	site := serve(t, false, nil)
	v := pagetest.NewVisitor(t, site.url, "zh")
	for _, path := range []string{"/", "/login", "/calls", "/no/such/page", "/cases?q=a&q=b"} {
		p := v.Get(path)
		want := "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; " +
			"connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
		if got := p.Header.Get("Content-Security-Policy"); got != want {
			t.Errorf("%s: %q", path, got)
		}
		for name, value := range map[string]string{"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff",
			"X-Frame-Options": "DENY", "Referrer-Policy": "same-origin"} {
			if got := p.Header.Get(name); got != value {
				t.Errorf("%s: %s is %q, want %q", path, name, got, value)
			}
		}
		if p.Find("style, [style]").Length() > 0 {
			t.Errorf("%s has styles that the policy forbids", path)
		}
		for _, s := range p.Find(`script:not([src^="/static/"])`).EachIter() {
			t.Errorf("%s has a script from %q", path, s.AttrOr("src", ""))
		}
	}
}

// TestCookiesOfPages: scripts cannot read them, other sites cannot send them, and behind TLS they need it.
func TestCookiesOfPages(t *testing.T) {
	t.Parallel()
	for _, secure := range []bool{false, true} {
		v := pagetest.NewVisitor(t, serve(t, secure, nil).url, "zh")
		seen := map[string]bool{}
		look := func(p *pagetest.Page) {
			for _, c := range p.Cookies {
				seen[c.Name] = true
				if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Secure != secure || c.Path != "/" || c.Domain != "" {
					t.Errorf("behind TLS %v: %s", secure, c.Raw)
				}
			}
		}
		look(v.Stay("POST", "/preferences", url.Values{"lang": {"en"}}))
		look(v.Stay("POST", "/preferences", url.Values{"mode": {"elder"}}))
		in := v.Stay("POST", "/login", url.Values{"login": {"x"}, "password": {"right"}})
		look(in)
		if secure { // the jar does not send them over plain HTTP
			for _, c := range in.Cookies {
				v.Header.Add("Cookie", c.Name+"="+c.Value)
			}
		}
		out := v.Stay("POST", "/logout", url.Values{"_token": {v.Get("/login").Form("/logout").Values.Get("_token")}})
		look(out)
		v.Header.Set("Cookie", "incubase-said=signed_out")
		look(v.Get("/login"))
		session := "incubase"
		if secure {
			session = "__Host-incubase"
		}
		for _, name := range []string{session, "incubase-lang", "incubase-mode", "incubase-said"} {
			if !seen[name] {
				t.Errorf("behind TLS %v: the cookie %s was never set: %v", secure, name, seen)
			}
		}
	}
}

func TestFormsOfOtherSites(t *testing.T) {
	t.Parallel()
	site := serve(t, false, nil)
	v, token := signedIn(t, site.url)
	_, other := signedIn(t, site.url)
	if other != token || len(token) != 32 || strings.Contains(token, "open") {
		t.Fatalf("the token of a session: %q %q", token, other)
	}
	for name, row := range map[string]struct {
		header http.Header
		token  []string
	}{
		"no token":             {nil, nil},
		"an empty token":       {nil, []string{""}},
		"a wrong token":        {nil, []string{strings.Repeat("0", 32)}},
		"a token cut short":    {nil, []string{token[:31]}},
		"another site":         {http.Header{"Sec-Fetch-Site": {"cross-site"}}, []string{token}},
		"a sister site":        {http.Header{"Sec-Fetch-Site": {"same-site"}}, []string{token}},
		"another origin":       {http.Header{"Sec-Fetch-Site": nil, "Origin": {"https://evil.example"}}, []string{token}},
		"a page without scope": {http.Header{"Sec-Fetch-Site": nil, "Origin": {"null"}}, []string{token}},
	} {
		keep := v.Header.Clone()
		for k, l := range row.header {
			v.Header[k] = l
			if l == nil {
				delete(v.Header, k)
			}
		}
		for _, path := range []string{"/logout", "/preferences", "/cases/GA-1/do/submit", "/cases/GA-1/form",
			"/cases/GA-1/files", "/apply", "/login"} {
			p := v.Stay("POST", path, url.Values{"_token": row.token, "lang": {"zh"}, "login": {"x"}, "password": {"right"}})
			if p.Status != http.StatusForbidden || !strings.HasPrefix(p.Header.Get("Content-Type"), "text/html") ||
				p.Find("a[role=button]").Length() == 0 {
				t.Errorf("%s to %s: %d %s", name, path, p.Status, p.Main())
			}
			for _, c := range p.Cookies {
				if c.Name != "incubase-said" {
					t.Errorf("%s to %s sets %s", name, path, c.Name)
				}
			}
		}
		v.Header = keep
	}
	v.Header.Set("Sec-Fetch-Site", "cross-site")
	fresh := pagetest.NewVisitor(t, site.url, "en") // without a session: another site signs its visitor in here
	fresh.Header.Set("Sec-Fetch-Site", "cross-site")
	if p := fresh.Stay("POST", "/login",
		url.Values{"login": {"x"}, "password": {"right"}}); p.Status != http.StatusForbidden || len(p.Cookies) > 0 {
		t.Errorf("another site signs in: %d", p.Status)
	}
	select {
	case <-site.ended:
		t.Error("a forged form signed out")
	default:
	}
	v.Header.Set("Sec-Fetch-Site", "same-origin")
	if p := v.Stay("POST", "/logout", url.Values{"_token": {token}}); p.Status != http.StatusSeeOther ||
		len(site.ended) != 1 {
		t.Errorf("the site's own form: %d %s", p.Status, p.Main())
	}
}

// TestEveryFormIsHeldToItsToken: with a session every POST needs the token, and no GET changes anything.
func TestEveryFormIsHeldToItsToken(t *testing.T) {
	t.Parallel()
	site := serve(t, false, nil)
	v, _ := signedIn(t, site.url)
	posts := 0
	for _, r := range site.routes {
		switch r.Method {
		case http.MethodPost:
			posts++
			path := strings.NewReplacer(":ref", "GA-2026-0001", ":action", "submit", ":id", "0192").Replace(r.Path)
			if p := v.Stay("POST", path, url.Values{"lang": {"en"}, "_key": {"k"}}); p.Status != http.StatusForbidden ||
				!strings.Contains(p.Main(), "expired") {
				t.Errorf("POST %s without a token: %d %s", path, p.Status, p.Main())
			}
		case http.MethodGet, echo.RouteNotFound:
		default:
			t.Errorf("%s %s: a page knows GET and POST only", r.Method, r.Path)
		}
	}
	if posts < 8 {
		t.Errorf("only %d forms were found", posts)
	}
}

// TestWaysOnStayOnTheSite: every redirect target is a path of this site.
func TestWaysOnStayOnTheSite(t *testing.T) {
	t.Parallel()
	site := serve(t, false, nil)
	for _, to := range []string{"https://evil.example/", "//evil.example", "///evil.example", `/\evil.example`,
		`\/evil.example`, "http:evil.example",
		"javascript:alert(1)", "/\t/evil.example", "/\n/evil.example", "evil.example", " //evil.example", "data:text/html,x",
		"https:/evil.example", "", "%2f%2fevil.example", "//evil.example/%2e%2e"} {
		v := pagetest.NewVisitor(t, site.url, "en")
		for _, p := range []*pagetest.Page{v.Stay("POST", "/preferences", url.Values{"lang": {"en"}, "back": {to}}),
			v.Stay("POST", "/login", url.Values{"login": {"x"}, "password": {"right"}, "next": {to}})} {
			at, err := url.Parse(site.url + "/x")
			if err != nil {
				t.Fatal(err)
			}
			way := p.Header.Get("Location")
			went, err := at.Parse(strings.ReplaceAll(way, `\`, "/")) // as browsers do
			if p.Status == http.StatusForbidden {
				continue // the row before signed in
			}
			if p.Status != http.StatusSeeOther || err != nil || went.Host != at.Host || went.Scheme != "http" ||
				strings.HasPrefix(way, "//") {
				t.Errorf("%q leads to %q (%d)", to, way, p.Status)
			}
		}
		if next := v.Get("/login?next=" + url.QueryEscape(to)); next.Status == http.StatusOK {
			if to := next.Form("/login").Values.Get("next"); !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") {
				t.Errorf("the sign-in page carries %q", to)
			}
		}
	}
	v := pagetest.NewVisitor(t, site.url, "en")
	if p := v.Stay("POST", "/preferences",
		url.Values{"lang": {"en"},
			"back": {"/cases?q=%E6%98%9F&stage=applied"}}); p.Header.Get("Location") != "/cases?q=%E6%98%9F&stage=applied" {
		t.Errorf("a good way back is lost: %q", p.Header.Get("Location"))
	}
}

// TestErrorsArePages: what went wrong, that nothing was lost, and a next step, in the reader's language.
func TestErrorsArePages(t *testing.T) {
	t.Parallel()
	large := strings.Repeat("x", edge.MaxJSON+1)
	for name, row := range map[string]struct {
		method, path, kind, body string
		broken                   error
		status                   int
	}{
		"an unknown page":        {"GET", "/no/such", "", "", nil, 404},
		"a wrong method":         {"GET", "/logout", "", "", nil, 405},
		"another wrong method":   {"DELETE", "/login", "", "", nil, 405},
		"too much":               {"POST", "/preferences", "application/x-www-form-urlencoded", "lang=" + large, nil, 413},
		"the wrong kind":         {"POST", "/preferences", "text/plain", "lang=en", nil, 415},
		"a broken form":          {"POST", "/preferences", "multipart/form-data; boundary=x", "--x", nil, 400},
		"a doubled parameter":    {"GET", "/?a=1&a=2", "", "", nil, 400},
		"something broke":        {"GET", "/calls", "", "", errors.New("the disk speaks in tongues"), 500},
		"somebody stumbled":      {"GET", "/notices", "", "", nil, 500}, // the window has no such method: a panic
		"nobody answers in time": {"GET", "/", "", "", context.DeadlineExceeded, 503},
	} {
		for _, lang := range []string{"zh", "en"} {
			v := pagetest.NewVisitor(t, serve(t, false, row.broken).url, lang)
			p := v.Send(row.method, row.path, row.kind, []byte(row.body))
			if p.Status != row.status || !strings.HasPrefix(p.Header.Get("Content-Type"), "text/html") {
				t.Errorf("%s: %d %s %s", name, p.Status, p.Header.Get("Content-Type"), p.Body)
				continue
			}
			kept := map[string]string{"zh": "已经保存和提交的内容都还在", "en": "What was saved and sent before is still there"}[lang]
			if !strings.Contains(p.Main(), kept) || p.Find("main").Length() != 1 ||
				p.Find("h1").Length() != 1 {
				t.Errorf("%s in %s: %s", name, lang, p.Main())
			}
			if words := p.Main(); lang == "zh" && !chinese(words) || lang == "en" && chinese(words) {
				t.Errorf("%s in %s: %s", name, lang, words)
			}
			for _, word := range []string{"幂等", "the same key", "If-Match", "ETag", "Idempotency"} {
				if strings.Contains(p.Main(), word) {
					t.Errorf("%s in %s speaks to programs: %s", name, lang, p.Main())
				}
			}
			if p.Find("a[role=button]").Length() == 0 {
				t.Errorf("%s is a dead end", name)
			}
			if strings.Contains(p.Body, "tongues") || strings.Contains(p.Body, "goroutine") {
				t.Errorf("%s tells what is for the log", name)
			}
			if row.status == 503 && p.Header.Get("Retry-After") == "" {
				t.Errorf("%s does not say when to come back", name)
			}
		}
	}
}

// TestHeadAndStatic: HEAD is GET without a body; a file's address contains its hash and is cached for ever.
func TestHeadAndStatic(t *testing.T) {
	t.Parallel()
	v := pagetest.NewVisitor(t, serve(t, false, nil).url, "zh")
	for _, path := range []string{"/", "/login", "/calls"} {
		if p := v.Send("HEAD", path, "", nil); p.Status != 200 || p.Body != "" ||
			p.Header.Get("Content-Type") != "text/html; charset=UTF-8" {
			t.Errorf("HEAD %s: %d %q", path, p.Status, p.Body)
		}
	}
	page := v.Get("/")
	files := append(pagetest.Attrs(page.Find("link"), "href"), pagetest.Attrs(page.Find("script"), "src")...)
	if len(files) < 3 {
		t.Fatal(files)
	}
	for _, f := range files {
		p := v.Get(f)
		if p.Status != 200 || !strings.Contains(p.Header.Get("Cache-Control"), "immutable") || p.Body == "" ||
			p.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %d %v", f, p.Status, p.Header)
		}
		i := strings.LastIndex(f, ".")
		other := f[:i-1] + map[bool]string{true: "1", false: "0"}[f[i-1] == '0'] + f[i:]
		for _, wrong := range []string{other, f[:i-11] + f[i:], strings.ToUpper(f), f + "/", strings.Replace(f, "/static/",
			"/static/../static/", 1) + "x", "/static/..%2f..%2fgo.mod"} {
			if p := v.Get(wrong); p.Status != http.StatusNotFound || strings.Contains(p.Header.Get("Cache-Control"),
				"immutable") {
				t.Errorf("%s: %d %s", wrong, p.Status, p.Header.Get("Cache-Control"))
			}
		}
	}
}

// TestTheWrongPasswordStaysOnThePage: the page reports it and keeps the login, never the password.
func TestTheWrongPasswordStaysOnThePage(t *testing.T) {
	t.Parallel()
	v := pagetest.NewVisitor(t, serve(t, false, nil).url, "zh")
	f := v.Get("/login?next=%2Fcases").Form("/login")
	f.Set("login", `zhang"><script>alert(1)</script>`)
	f.Set("password", "wrong-secret")
	p := f.Send()
	again := p.Form("/login")
	if p.Status != http.StatusUnauthorized || again.Values.Get("login") != f.Values.Get("login") ||
		again.Values.Get("next") != "/cases" || p.Find("[role=alert]").Length() != 1 {
		t.Errorf("%d %s", p.Status, p.Main())
	}
	if strings.Contains(p.Body, "wrong-secret") || strings.Contains(p.Body, "<script>alert") {
		t.Error("a password or a script came back")
	}
}

// TestTheFirstPageIsSmall counts bytes as sent, with everything the page loads, and unpacks them.
func TestTheFirstPageIsSmall(t *testing.T) {
	t.Parallel()
	site := serve(t, false, nil)
	get := func(path, accept string) (*http.Response, []byte) {
		r, err := http.NewRequestWithContext(t.Context(), "GET", site.url+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Accept-Encoding", accept)
		resp, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = resp.Body.Close() }()
		b, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp, b
	}
	_, first := get("/calls", "gzip")
	sum, loads := len(first), regexp.MustCompile(`(?:href|src)="(/static/[^"]+)"`).FindAllStringSubmatch(string(first), -1)
	for _, l := range loads {
		resp, packed := get(l[1], "br, gzip")
		plain, whole := get(l[1], "gzip;q=0, identity")
		sum += len(packed)
		z, err := gzip.NewReader(bytes.NewReader(packed))
		if err != nil || resp.Header.Get("Content-Encoding") != "gzip" || plain.Header.Get("Content-Encoding") != "" ||
			resp.Header.Get("Vary") != "Accept-Encoding" {
			t.Fatalf("%s: %v, %v", l[1], err, resp.Header)
		}
		if b, err := io.ReadAll(z); err != nil || !bytes.Equal(b, whole) {
			t.Errorf("%s unpacks to something else: %v", l[1], err)
		}
	}
	if t.Log(sum, "bytes"); len(loads) < 3 || sum > 60<<10 {
		t.Errorf("%d files, %d bytes", len(loads), sum)
	}
}
