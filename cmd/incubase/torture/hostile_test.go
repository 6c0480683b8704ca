package torture

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// sample is how many hostile requests every test run sends; make hostile sends 100,000.
const sample = 3000

// most is how much memory the server may gain by them.
const most = 100 << 20

// visitors of the hostile kind: every party, and nobody.
var visitors = []string{"", "applicant", "certifier", "officer", "reviewer1", "decider", "women", "finance1", "finance2", "evaluator", "analyst", "auditor", "sysadmin", "secadmin", "auditadmin"}

// schemaNode is as much of the OpenAPI document's schemas as bodies are made from.
type schemaNode struct {
	Ref        string `json:"$ref"`
	Type       any
	Enum       []any
	Properties map[string]*schemaNode
	Items      *schemaNode
	Required   []string
	Examples   []any
}

// operation is a request that the document describes.
type operation struct {
	method, path string
	parameters   []struct{ Name, In string }
	body         *schemaNode
	media        string
}

// page is a route of the pages.
type page struct{ method, path string }

// hostile is one run of requests that nobody means well with.
type hostile struct {
	t       testing.TB
	srv     *server
	seed    uint64
	schemas map[string]*schemaNode
	ops     []operation
	pages   []page
	tokens  map[string]string
	jars    map[string]*cookiejar.Jar
	forms   map[string]string // form tokens by login
	ids     []string
	fields  []string
	mu      sync.Mutex
	counts  map[string]int
	wrongs  []string
	sent    atomic.Int64
}

// TestHostile sends requests made from the OpenAPI document, the pages' routes and lists of words that have broken things
// elsewhere, as every role, to the real server: no 5xx, no panic, nothing of its inside shown, memory bounded.
func TestHostile(t *testing.T) {
	t.Parallel()
	count := sample
	if s := os.Getenv("HOSTILE"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			t.Fatal("HOSTILE is a number:", err)
		}
		count = n
	}
	h := &hostile{t: t, seed: seed(t), tokens: map[string]string{}, jars: map[string]*cookiejar.Jar{}, forms: map[string]string{}, counts: map[string]int{}}
	h.srv = newServer(t, "", "", nil, "--demo", "--answer-within", "20s")
	if err := h.srv.launch(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.srv.halt)
	h.srv.ready(time.Minute)
	h.learn()
	t.Logf("SEED=%d: %d operations, %d pages, %d ids, %d names of fields", h.seed, len(h.ops), len(h.pages), len(h.ids), len(h.fields))

	warm := min(count/4, 5000)
	h.attack(warm, 1)
	before := h.srv.resident()
	began := time.Now()
	stop := make(chan struct{})
	peak := h.watch(stop)
	h.attack(count-warm, 2)
	close(stop)
	grown := max(<-peak, h.srv.resident()) - before
	h.report(count, time.Since(began), before, grown)
	if grown > most {
		t.Errorf("the server grew by %d MB", grown>>20)
	}
	if h.srv.unwelcome {
		t.Errorf("the server panicked:\n%s", tail(h.srv.said(), 3000))
	}
	if h.srv.starts != 1 || !h.srv.healthy() {
		t.Errorf("the server did not live through it:\n%s", tail(h.srv.said(), 3000))
	}
	h.sound()
}

// sound asks the program itself whether its records still hold.
func (h *hostile) sound() {
	for _, args := range [][]string{{"check"}, {"audit", "verify"}} {
		out, err := tool(h.srv, args...)
		if err != nil {
			h.t.Errorf("incubase %s after the attack: %v\n%s", strings.Join(args, " "), err, tail(out, 2000))
		}
	}
}

// watch samples the server's memory, and tells the largest at the end.
func (h *hostile) watch(stop chan struct{}) chan int64 {
	out := make(chan int64, 1)
	go func() {
		var peak int64
		for {
			select {
			case <-stop:
				out <- peak
				return
			case <-time.After(100 * time.Millisecond):
				peak = max(peak, h.srv.resident())
			}
		}
	}()
	return out
}

// learn signs in, and gathers what can be asked for.
func (h *hostile) learn() {
	h.t.Helper()
	h.document()
	source, err := os.ReadFile("../../../web/web.go")
	if err != nil {
		h.t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`\{"(GET|POST)", "(/[^"]*)"`).FindAllStringSubmatch(string(source), -1) {
		h.pages = append(h.pages, page{m[1], m[2]})
	}
	for _, login := range visitors[1:] {
		h.signIn(login)
	}
	seen := map[string]bool{}
	for _, login := range []string{"officer", "auditor", "sysadmin"} {
		for _, path := range []string{"/cases?limit=40", "/rounds", "/organizations", "/users", "/agencies", "/calendars", "/workflows", "/public/notices", "/public/rounds"} {
			for _, m := range regexp.MustCompile(`"(?:id|ref|name|code)":"([0-9A-Za-z-]{3,40})"`).FindAllStringSubmatch(h.get("/api/v1"+path, login), -1) {
				seen[m[1]] = true
			}
		}
	}
	h.ids = slices.Sorted(maps.Keys(seen))
	names := map[string]bool{}
	for _, p := range []string{"/login", "/apply", "/rounds/new", "/organizations/new", "/people/new", "/agencies/new", "/calendars/new", "/batch", "/cases", "/workflows/check"} {
		for _, login := range []string{"", "certifier", "officer", "sysadmin"} {
			body := h.get(p, login)
			for _, m := range regexp.MustCompile(`name="([^"]{1,40})"`).FindAllStringSubmatch(body, -1) {
				names[m[1]] = true
			}
			if m := regexp.MustCompile(`name="_token" value="([^"]+)"`).FindStringSubmatch(body); m != nil && login != "" {
				h.forms[login] = m[1]
			}
		}
	}
	h.fields = slices.Sorted(maps.Keys(names))
	if len(h.ops) < 50 || len(h.pages) < 60 || len(h.ids) < 50 || len(h.fields) < 20 {
		h.t.Fatalf("the attack has lost its teeth: %d operations, %d pages, %d ids, %d fields", len(h.ops), len(h.pages), len(h.ids), len(h.fields))
	}
}

// document reads what the server says it serves.
func (h *hostile) document() {
	var doc struct {
		Paths      map[string]map[string]json.RawMessage
		Components struct{ Schemas map[string]*schemaNode }
	}
	if err := json.Unmarshal([]byte(h.get("/openapi.json", "")), &doc); err != nil {
		h.t.Fatal("read the document:", err)
	}
	h.schemas = doc.Components.Schemas
	for _, path := range slices.Sorted(maps.Keys(doc.Paths)) {
		for method, raw := range doc.Paths[path] {
			var o struct {
				Parameters  []struct{ Name, In string }
				RequestBody struct {
					Content map[string]struct{ Schema *schemaNode }
				}
			}
			if json.Unmarshal(raw, &o) != nil {
				continue
			}
			op := operation{method: strings.ToUpper(method), path: path, parameters: o.Parameters}
			for media, c := range o.RequestBody.Content {
				op.media, op.body = media, c.Schema
			}
			h.ops = append(h.ops, op)
		}
	}
	slices.SortFunc(h.ops, func(a, b operation) int { return strings.Compare(a.path+a.method, b.path+b.method) })
}

func (h *hostile) signIn(login string) {
	jar, _ := cookiejar.New(nil)
	c := http.Client{Jar: jar, Timeout: 30 * time.Second}
	res, err := c.Post("http://"+h.srv.listen+"/api/v1/sessions", "application/json", strings.NewReader(`{"login":"`+login+`","password":"incubase-demo"}`))
	if err != nil {
		h.t.Fatal(err)
	}
	defer res.Body.Close()
	var out struct{ Token string }
	if err := json.NewDecoder(res.Body).Decode(&out); err != nil || out.Token == "" {
		h.t.Fatalf("sign in as %s: %d %v", login, res.StatusCode, err)
	}
	h.tokens[login], h.jars[login] = out.Token, jar
}

func (h *hostile) get(path, login string) string {
	r, err := http.NewRequest("GET", "http://"+h.srv.listen+path, http.NoBody)
	if err != nil {
		h.t.Fatal(err)
	}
	c := http.Client{Timeout: 30 * time.Second}
	if login != "" {
		c.Jar = h.jars[login]
	}
	res, err := c.Do(r)
	if err != nil {
		h.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	return string(b)
}

// attack sends so many requests, by eight at once.
func (h *hostile) attack(n int, wave uint64) {
	var g sync.WaitGroup
	const workers = 8
	for w := range workers {
		g.Go(func() {
			a := &attacker{h: h, dice: rand.New(rand.NewPCG(h.seed+wave, uint64(w))), plain: &http.Transport{MaxIdleConnsPerHost: 2, DisableCompression: true}}
			for i := w; i < n; i += workers {
				a.once()
			}
			a.plain.CloseIdleConnections()
		})
	}
	g.Wait()
}

// attacker is one who sends them.
type attacker struct {
	h     *hostile
	dice  *rand.Rand
	plain *http.Transport
}

func (a *attacker) chance(oneIn int) bool { return a.dice.IntN(oneIn) == 0 }

func (a *attacker) once() {
	login := visitors[a.dice.IntN(len(visitors))]
	switch n := a.dice.IntN(100); {
	case n < 3:
		a.socket()
	case n < 65:
		a.operation(login)
	default:
		a.page(login)
	}
}

// lasting are requests that would take an attacker's own sign-in away, or everybody's time; they are sent by nobody, or
// with no sense in them.
func lasting(method, path string) bool {
	return path == "/api/v1/sessions/current" || path == "/logout" || path == "/password" || path == "/api/v1/me/password" ||
		method != "GET" && (strings.HasPrefix(path, "/api/v1/users/") || strings.HasPrefix(path, "/people/"))
}

// value is an id of somebody's, or a nasty word.
func (a *attacker) value() string {
	if a.chance(2) {
		return a.h.ids[a.dice.IntN(len(a.h.ids))]
	}
	return word(a.dice)
}

var placeholder = regexp.MustCompile(`\{[^}]+\}|:[a-z]+`)

// target fills a route's path. Now and then the path itself is a trick.
func (a *attacker) target(route string) string {
	senseless := lasting("", route)
	path := placeholder.ReplaceAllStringFunc(route, func(name string) string {
		v := a.value()
		switch {
		case senseless || strings.HasPrefix(route, "/api/v1/users/") || strings.HasPrefix(route, "/people/"):
			v = word(a.dice)
		case strings.Contains(name, "action") && !a.chance(4):
			list := actions["grant"]
			v = append(slices.Clone(list), "save", "object", "open")[a.dice.IntN(len(list)+3)]
		}
		if a.chance(8) {
			return v // as it is, slashes and all
		}
		return url.PathEscape(v)
	})
	if a.chance(25) {
		trick := []string{"//" + path, path + "/", path + "%00", path + ";x=y", "/." + path, "/%2e%2e" + path, strings.ToUpper(path), path + "%2f..%2f", strings.ReplaceAll(path, "/", "//"), path + "/../../../etc/passwd", path + "?", path + "#x"}
		return trick[a.dice.IntN(len(trick))]
	}
	return path
}

func (a *attacker) query(names []string) string {
	var parts []string
	for _, n := range names {
		if a.chance(2) {
			parts = append(parts, url.QueryEscape(n)+"="+url.QueryEscape(a.value()))
		}
		if a.chance(30) {
			parts = append(parts, n+"=1", n+"=2")
		}
	}
	if a.chance(15) {
		parts = append(parts, []string{"%zz=1", "a=%", "=", "&&&", "x[]=1", "limit=99999999999", "cursor=" + url.QueryEscape(word(a.dice)), "_method=DELETE", strings.Repeat("a=1&", a.dice.IntN(300))}[a.dice.IntN(9)])
	}
	return strings.Join(parts, "&")
}

// operation sends one that the document describes, more or less.
func (a *attacker) operation(login string) {
	op := a.h.ops[a.dice.IntN(len(a.h.ops))]
	if strings.HasSuffix(op.path, "/demo/clock") && op.method == "POST" && !a.chance(10) {
		return
	}
	var names []string
	for _, p := range op.parameters {
		if p.In == "query" {
			names = append(names, p.Name)
		}
	}
	method := op.method
	if a.chance(20) {
		method = []string{"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "TRACE", "PROPFIND", "X"}[a.dice.IntN(10)]
	}
	var body []byte
	media := op.media
	switch {
	case op.media == "multipart/form-data":
		body, media = a.multipart([]string{"file", "text", "name"})
	case op.body != nil || a.chance(20):
		body = a.json(op.body)
		if media == "" {
			media = "application/json"
		}
	}
	if lasting(method, op.path) {
		login = ""
	}
	a.send(method, a.target(op.path), a.query(names), login, false, media, body)
}

// page asks for one, or sends its form.
func (a *attacker) page(login string) {
	p := a.h.pages[a.dice.IntN(len(a.h.pages))]
	if p.method == "GET" {
		a.send("GET", a.target(p.path), a.query([]string{"q", "cursor", "sort", "state", "stage", "region", "round", "by", "next", "tab", "lang", "version", "from", "to", "ids"}), login, true, "", nil)
		return
	}
	if lasting(p.method, p.path) || p.path == "/preferences" && a.chance(2) {
		login = ""
	}
	if strings.HasSuffix(p.path, "/files") || a.chance(12) {
		body, media := a.multipart([]string{"file", "_token", "name"})
		a.send("POST", a.target(p.path), "", login, true, media, body)
		return
	}
	form := url.Values{}
	if !a.chance(6) {
		form.Set("_token", a.h.forms[login])
	}
	for range a.dice.IntN(12) {
		form.Add(a.h.fields[a.dice.IntN(len(a.h.fields))], a.value())
	}
	if a.chance(10) {
		form.Set(word(a.dice), word(a.dice))
	}
	body := form.Encode()
	if a.chance(25) {
		body += []string{"&%zz", "&a=%", strings.Repeat("&f.items=x", 3000), "&" + strings.Repeat("k", 70000) + "=1"}[a.dice.IntN(4)]
	}
	a.send("POST", a.target(p.path), "", login, true, "application/x-www-form-urlencoded", []byte(body))
}

// json is a body after the schema, spoiled.
func (a *attacker) json(s *schemaNode) []byte {
	text := a.like(s, 0)
	switch a.dice.IntN(12) {
	case 0:
		text = odd(a.dice)
	case 1:
		text = text[:a.dice.IntN(len(text)+1)]
	case 2:
		text += odd(a.dice)
	case 3:
		if i := strings.IndexByte(text, '{'); i >= 0 {
			text = text[:i+1] + `"unknown":` + odd(a.dice) + `,` + text[i+1:]
		}
	case 4: // a key twice
		if strings.HasPrefix(text, `{"`) {
			text = text[:len(text)-1] + "," + text[1:]
		}
	case 5:
		if a.chance(20) {
			text = `{"note":"` + strings.Repeat("x", 1<<20) + `"}`
		}
	}
	return []byte(text)
}

// like writes a value of a schema, in which now and then a part is something else.
func (a *attacker) like(s *schemaNode, depth int) string {
	for s != nil && s.Ref != "" {
		s = a.h.schemas[s.Ref[strings.LastIndexByte(s.Ref, '/')+1:]]
	}
	if s == nil || depth > 6 || a.chance(12) {
		return odd(a.dice)
	}
	if len(s.Enum) > 0 && !a.chance(4) {
		return quoted(s.Enum[a.dice.IntN(len(s.Enum))])
	}
	if len(s.Examples) > 0 && a.chance(2) {
		return quoted(s.Examples[0])
	}
	kind, _ := s.Type.(string)
	if list, ok := s.Type.([]any); ok && len(list) > 0 {
		kind, _ = list[0].(string)
	}
	switch kind {
	case "object":
		var parts []string
		for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
			if slices.Contains(s.Required, name) && !a.chance(15) || a.chance(3) {
				parts = append(parts, quoted(name)+":"+a.like(s.Properties[name], depth+1))
			}
		}
		if len(s.Properties) == 0 {
			for range a.dice.IntN(4) {
				parts = append(parts, quoted([]string{"answers", "amount_fen", "points", "answer", "reason", "kind", "conflict", word(a.dice)}[a.dice.IntN(8)])+":"+odd(a.dice))
			}
		}
		return "{" + strings.Join(parts, ",") + "}"
	case "array":
		var parts []string
		for range a.dice.IntN(4) {
			parts = append(parts, a.like(s.Items, depth+1))
		}
		return "[" + strings.Join(parts, ",") + "]"
	case "integer", "number":
		return []string{"0", "1", "-1", "100", "2000000", "9223372036854775807", "1.5", "1e3"}[a.dice.IntN(8)]
	case "boolean":
		return []string{"true", "false"}[a.dice.IntN(2)]
	}
	return quoted(a.value())
}

func quoted(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return "null"
	}
	return string(b)
}

// multipart is a form with files that are not what they say.
func (a *attacker) multipart(names []string) ([]byte, string) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for range 1 + a.dice.IntN(3) {
		name := names[a.dice.IntN(len(names))]
		if a.chance(3) {
			_ = w.WriteField(name, a.value())
			continue
		}
		part, err := w.CreateFormFile(name, word(a.dice))
		if err != nil {
			continue
		}
		magic := []string{"%PDF-1.7\n", "GIF89a", "\x89PNG\r\n\x1a\n", "PK\x03\x04", "MZ", "<svg onload=alert(1)>", "\xff\xd8\xff", ""}
		_, _ = part.Write([]byte(magic[a.dice.IntN(len(magic))] + strings.Repeat(word(a.dice), 1+a.dice.IntN(20))))
	}
	if !a.chance(8) {
		_ = w.Close()
	}
	media := w.FormDataContentType()
	if a.chance(12) {
		media = []string{"multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=" + strings.Repeat("x", 80), "multipart/mixed; boundary=x"}[a.dice.IntN(4)]
	}
	return b.Bytes(), media
}

// send sends one request and looks at the answer.
func (a *attacker) send(method, target, query, login string, cookie bool, media string, body []byte) {
	u := &url.URL{Scheme: "http", Host: a.h.srv.listen, Opaque: "//" + a.h.srv.listen + printable(target), RawQuery: printable(query)}
	r := &http.Request{Method: method, URL: u, Host: a.h.srv.listen, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body))}
	if len(body) == 0 {
		r.Body = http.NoBody
	}
	a.headers(r.Header, media)
	switch {
	case login != "" && cookie:
		for _, c := range a.h.jars[login].Cookies(&url.URL{Scheme: "http", Host: a.h.srv.listen, Path: "/"}) {
			r.AddCookie(c)
		}
	case login != "":
		r.Header.Set("Authorization", "Bearer "+a.h.tokens[login])
	}
	res, err := a.plain.RoundTrip(r)
	a.h.sent.Add(1)
	if err != nil {
		a.h.saw("the client would not send it, or no answer", "")
		var n net.Error
		if errors.As(err, &n) && n.Timeout() {
			a.h.saw("", fmt.Sprintf("%s %.200q as %q: no answer: %v", method, target, login, err))
		}
		return
	}
	defer res.Body.Close()
	answer, _ := io.ReadAll(io.LimitReader(res.Body, 4<<20))
	a.judge(fmt.Sprintf("%s %.300q ?%.200q as %q, %s %.500q", method, target, query, login, media, body), res, string(answer))
}

func (a *attacker) headers(h http.Header, media string) {
	if media != "" {
		h.Set("Content-Type", media)
	}
	if a.chance(30) {
		h.Set("Content-Type", []string{"text/plain", "application/xml", "application/json; charset=utf-16", "application/json;", "a/b/c", "", "application/x-www-form-urlencoded"}[a.dice.IntN(7)])
	}
	if a.chance(3) {
		h.Set("Idempotency-Key", fmt.Sprintf("h%x", a.dice.Uint64()))
	}
	if a.chance(3) {
		h.Set("If-Match", []string{`"1"`, `"2"`, "*", `W/"1"`, "1", `"x"`, `"1","2"`}[a.dice.IntN(7)])
	}
	if a.chance(3) {
		h.Set("Accept-Language", []string{"en", "zh-CN", "*", "xx", "en;q=9,zh;q=-1", strings.Repeat("en,", 300)}[a.dice.IntN(6)])
	}
	if a.chance(10) {
		name := []string{"Idempotency-Key", "If-Match", "If-None-Match", "Accept", "Accept-Encoding", "Range", "Referer", "Origin", "Sec-Fetch-Site", "X-Forwarded-For", "X-HTTP-Method-Override", "X-Request-Id",
			"Cookie", "Authorization", "Content-Encoding", "Expect", "X-Original-Url", "If-Modified-Since", "User-Agent", "Forwarded"}[a.dice.IntN(20)]
		h.Set(name, printable(word(a.dice)))
	}
}

// printable takes out what Go's client would refuse to send; the raw sockets send that.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r <= ' ' || r == 0x7f {
			return -1
		}
		return r
	}, s)
}

// inside are words that only the program's inside says.
var inside = []string{"goroutine ", "pq: ", "SQLSTATE", "sql: ", "panic", "runtime error", ".go:", "/root/", "nil pointer", "syntax error at or near"}

// judge looks at an answer.
func (a *attacker) judge(request string, res *http.Response, body string) {
	status := res.StatusCode
	wrong := ""
	switch {
	case status >= 500 && status != http.StatusNotImplemented:
		wrong = "was answered " + strconv.Itoa(status)
	case strings.Contains(res.Header.Get("Content-Type"), "html") && strings.Contains(body, "<script>alert(1)</script>"):
		wrong = "a script came back"
	case status >= 400 && slices.ContainsFunc(inside, func(s string) bool { return strings.Contains(body, s) && !strings.Contains(request, s) }):
		wrong = "the answer shows the inside: " + tail(body, 300)
	case status >= 400 && status != http.StatusNotImplemented && len(body) > 0 && json.Valid([]byte(body)) && res.Header.Get("Content-Type") != "application/problem+json":
		wrong = "an error that is no problem document"
	case len(res.Header["Set-Cookie"]) > 0 && strings.Contains(strings.Join(res.Header["Set-Cookie"], " "), "x=y"):
		wrong = "a cookie was injected"
	}
	if wrong != "" {
		wrong += ": " + request
	}
	a.h.saw(strconv.Itoa(status), wrong)
}

func (h *hostile) saw(what, wrong string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if what != "" {
		h.counts[what]++
	}
	if wrong != "" {
		h.wrongs = append(h.wrongs, wrong)
	}
}

// socket writes bytes that no client library would.
func (a *attacker) socket() {
	c, err := net.DialTimeout("tcp", a.h.srv.listen, 5*time.Second)
	if err != nil {
		a.h.saw("", "connect: "+err.Error())
		return
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(10 * time.Second))
	host := "Host: x\r\n"
	lines := []string{
		"GET / HTTP/1.1\r\n\r\n", "GET / HTTP/9.9\r\n" + host + "\r\n", "GET /" + word(a.dice) + " HTTP/1.1\r\n" + host + "\r\n", word(a.dice) + "\r\n\r\n", "\x16\x03\x01\x02\x00\x01\x00", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
		"POST /api/v1/sessions HTTP/1.1\r\n" + host + "Content-Length: 4\r\nContent-Length: 5\r\nContent-Type: application/json\r\n\r\n{}{}",
		"POST /api/v1/sessions HTTP/1.1\r\n" + host + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\nContent-Type: application/json\r\n\r\n0\r\n\r\n",
		"POST /api/v1/sessions HTTP/1.1\r\n" + host + "Transfer-Encoding: xchunked\r\n\r\n", "POST /login HTTP/1.1\r\n" + host + "Content-Length: -1\r\n\r\n", "POST /login HTTP/1.1\r\n" + host + "Content-Length: 99999999999999999999\r\n\r\n",
		"GET / HTTP/1.1\r\n" + host + "X: " + strings.Repeat("a", 20000) + "\r\n\r\n", "GET / HTTP/1.1\nHost: x\n\n", "GET / HTTP/1.1\r\n" + host + " folded: x\r\n\r\n", "GET http://evil.example/ HTTP/1.1\r\n" + host + "\r\n",
		"CONNECT evil.example:443 HTTP/1.1\r\n" + host + "\r\n", "GET /cases?q=" + word(a.dice) + " HTTP/1.1\r\n" + host + "Cookie: " + word(a.dice) + "\r\n\r\n", "POST /api/v1/sessions HTTP/1.1\r\n" + host + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
	}
	if _, err := io.WriteString(c, lines[a.dice.IntN(len(lines))]); err != nil {
		return
	}
	_ = c.SetReadDeadline(time.Now().Add(time.Second)) // what is waited for longer, the server cuts off by itself (a test of the edge)
	b := make([]byte, 4096)
	n, _ := c.Read(b)
	b = b[:n]
	a.h.sent.Add(1)
	wrong := ""
	if first, _, _ := strings.Cut(string(b), "\r\n"); strings.Contains(first, " 50") && !strings.Contains(first, " 501") && !strings.Contains(first, " 505") {
		wrong = "raw bytes were answered " + first
	}
	a.h.saw("raw bytes", wrong)
}

func (h *hostile) report(count int, took time.Duration, before, grown int64) {
	var b strings.Builder
	fmt.Fprintf(&b, "hostile: SEED=%d, %d requests in %.0f s, %d cores, %s\n", h.seed, h.sent.Load(), took.Seconds(), runtime.NumCPU(), runtime.Version())
	for _, k := range slices.Sorted(maps.Keys(h.counts)) {
		fmt.Fprintf(&b, "  %-44s %7d\n", k, h.counts[k])
	}
	fmt.Fprintf(&b, "memory: %d MB before, at most %d MB more\n", before>>20, grown>>20)
	for i, w := range h.wrongs {
		if i == 20 {
			fmt.Fprintf(&b, "  ... and %d more\n", len(h.wrongs)-i)
			break
		}
		fmt.Fprintf(&b, "  %s\n", w)
	}
	h.t.Log(b.String())
	if len(h.wrongs) > 0 {
		h.t.Errorf("%d answers are wrong; again with SEED=%d", len(h.wrongs), h.seed)
	}
	if h.sent.Load() < int64(count)*9/10 || h.counts["200"] == 0 || h.counts["422"] == 0 || h.counts["404"] == 0 {
		h.t.Errorf("the attack has lost its teeth: %d requests", h.sent.Load())
	}
}
