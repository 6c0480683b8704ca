package torture

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"incubase/cmd/e2e/process"
)

// attacker sends hostile requests.
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

// lasting reports requests that would end the attackers' own sessions or accounts. They are sent without a session or
// with random values.
func lasting(method, path string) bool {
	return path == "/api/v1/sessions/current" || path == "/logout" || path == "/password" ||
		path == "/api/v1/me/password" ||
		method != "GET" && (strings.HasPrefix(path, "/api/v1/me/sessions") || path == "/account/sessions") ||
		method != "GET" && (strings.HasPrefix(path, "/api/v1/users/") || strings.HasPrefix(path, "/people/"))
}

func (a *attacker) value() string {
	if a.chance(2) {
		return a.h.ids[a.dice.IntN(len(a.h.ids))]
	}
	return word(a.dice)
}

var placeholder = regexp.MustCompile(`\{[^}]+\}|:[a-z]+`)

// target fills a route's path, sometimes with a trick in the path itself.
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
			return v // unescaped
		}
		return url.PathEscape(v)
	})
	if a.chance(25) {
		trick := []string{"//" + path, path + "/", path + "%00", path + ";x=y", "/." + path, "/%2e%2e" + path,
			strings.ToUpper(path), path + "%2f..%2f", strings.ReplaceAll(path, "/", "//"), path + "/../../../etc/passwd",
			path + "?", path + "#x"}
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
		parts = append(parts, []string{"%zz=1", "a=%", "=", "&&&", "x[]=1", "limit=99999999999",
			"cursor=" + url.QueryEscape(word(a.dice)), "_method=DELETE",
			strings.Repeat("a=1&", a.dice.IntN(300))}[a.dice.IntN(9)])
	}
	return strings.Join(parts, "&")
}

func (a *attacker) operation(login string) {
	op := a.h.ops[a.dice.IntN(len(a.h.ops))]
	if strings.HasSuffix(op.path, "/demo/clock") && op.method == "POST" && !a.chance(10) {
		a.operation(login)
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
		method = []string{"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "TRACE", "PROPFIND",
			"X"}[a.dice.IntN(10)]
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

func (a *attacker) page(login string) {
	p := a.h.pages[a.dice.IntN(len(a.h.pages))]
	if p.method == "GET" {
		a.send("GET", a.target(p.path), a.query([]string{"q", "cursor", "sort", "state", "stage", "region", "round", "by",
			"next", "tab", "lang", "version", "from", "to", "ids"}), login, true, "", nil)
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
		body += []string{"&%zz", "&a=%", strings.Repeat("&f.items=x", 3000), "&" + strings.Repeat("k", 70000) + "=1",
			repeated(9000, "&q.199.columns.%d.zh=x"), "&q" + strings.Repeat(".columns.199", 8) + ".zh=x",
			repeated(20000, "&k%d=")}[a.dice.IntN(7)]
	}
	a.send("POST", a.target(p.path), "", login, true, "application/x-www-form-urlencoded", []byte(body))
}

func (a *attacker) send(method, target, query, login string, cookie bool, media string, body []byte) {
	u := &url.URL{Scheme: "http", Host: a.h.srv.Address, Opaque: "//" + a.h.srv.Address + printable(target),
		RawQuery: printable(query)}
	r := &http.Request{Method: method, URL: u, Host: a.h.srv.Address, Header: http.Header{},
		Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body))}
	if len(body) == 0 {
		r.Body = http.NoBody
	}
	a.headers(r.Header, media)
	switch {
	case login != "" && cookie:
		for _, c := range a.h.jars[login].Cookies(&url.URL{Scheme: "http", Host: a.h.srv.Address, Path: "/"}) {
			r.AddCookie(c)
		}
	case login != "":
		r.Header.Set("Authorization", "Bearer "+a.h.tokens[login])
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	res, err := a.plain.RoundTrip(r.WithContext(ctx))
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
	answer, err := read(res)
	if err != nil && ctx.Err() != nil {
		a.h.saw("", fmt.Sprintf("%s %.200q as %q: an answer without an end: %v", method, target, login, err))
	}
	a.judge(fmt.Sprintf("%s %.300q ?%.200q as %q, %s %.500q", method, target, query, login, media, body), res,
		string(answer))
}

// read reads a whole answer, or the first piece of a stream, which would not end.
func read(res *http.Response) ([]byte, error) {
	if strings.HasPrefix(res.Header.Get("Content-Type"), "text/event-stream") {
		first := make([]byte, 64<<10)
		n, err := res.Body.Read(first)
		return first[:n], err
	}
	return io.ReadAll(io.LimitReader(res.Body, 4<<20))
}

func (a *attacker) headers(h http.Header, media string) {
	if media != "" {
		h.Set("Content-Type", media)
	}
	if a.chance(30) {
		h.Set("Content-Type", []string{"text/plain", "application/xml", "application/json; charset=utf-16",
			"application/json;", "a/b/c", "", "application/x-www-form-urlencoded"}[a.dice.IntN(7)])
	}
	if a.chance(3) {
		h.Set("Idempotency-Key", fmt.Sprintf("h%x", a.dice.Uint64()))
	}
	if a.chance(3) {
		h.Set("If-Match", []string{`"1"`, `"2"`, "*", `W/"1"`, "1", `"x"`, `"1","2"`}[a.dice.IntN(7)])
	}
	if a.chance(3) {
		h.Set("Accept-Language", []string{"en", "zh-CN", "*", "xx", "en;q=9,zh;q=-1",
			strings.Repeat("en,", 300)}[a.dice.IntN(6)])
	}
	if a.chance(10) {
		name := []string{"Idempotency-Key", "If-Match", "If-None-Match", "Accept", "Accept-Encoding", "Range", "Referer",
			"Origin", "Sec-Fetch-Site", "X-Forwarded-For", "X-HTTP-Method-Override", "X-Request-Id",
			"Cookie", "Authorization", "Content-Encoding", "Expect", "X-Original-Url", "If-Modified-Since", "User-Agent",
			"Forwarded"}[a.dice.IntN(20)]
		h.Set(name, printable(word(a.dice)))
	}
}

// printable removes what Go's client refuses to send; socket sends that.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r <= ' ' || r == 0x7f {
			return -1
		}
		return r
	}, s)
}

// inside are words of the program's internals, which no answer may contain.
var inside = []string{"goroutine ", "pq: ", "SQLSTATE", "sql: ", "panic", "runtime error", ".go:", "/root/",
	"nil pointer", "syntax error at or near"}

func (a *attacker) judge(request string, res *http.Response, body string) {
	status := res.StatusCode
	wrong := ""
	switch {
	case status >= 500 && status != http.StatusNotImplemented:
		wrong = "was answered " + strconv.Itoa(status)
	case strings.Contains(res.Header.Get("Content-Type"), "html") && strings.Contains(body, "<script>alert(1)</script>"):
		wrong = "a script came back"
	case status >= 400 && slices.ContainsFunc(inside, func(s string) bool {
		return strings.Contains(body, s) &&
			!strings.Contains(request, s)
	}):
		wrong = "the answer shows the inside: " + process.Tail(body, 300)
	case status >= 400 && status != http.StatusNotImplemented && strings.Contains(res.Request.URL.Opaque, "/api/v1/") &&
		json.Valid([]byte(body)) && res.Header.Get("Content-Type") != "application/problem+json":
		wrong = "an error that is no problem document"
	case strings.HasPrefix(res.Header.Get("Content-Type"), "application/problem") && len(body) > 64<<10:
		wrong = fmt.Sprintf("an error answer of %d bytes", len(body))
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

// socket sends bytes that no client library sends.
func (a *attacker) socket() {
	c, err := net.DialTimeout("tcp", a.h.srv.Address, 5*time.Second)
	if err != nil {
		a.h.saw("", "connect: "+err.Error())
		return
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(10 * time.Second))
	host := "Host: x\r\n"
	lines := []string{
		"GET / HTTP/1.1\r\n\r\n", "GET / HTTP/9.9\r\n" + host + "\r\n", "GET /" + word(a.dice) + " HTTP/1.1\r\n" + host +
			"\r\n", word(a.dice) + "\r\n\r\n", "\x16\x03\x01\x02\x00\x01\x00", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
		"POST /api/v1/sessions HTTP/1.1\r\n" + host +
			"Content-Length: 4\r\nContent-Length: 5\r\nContent-Type: application/json\r\n\r\n{}{}",
		"POST /api/v1/sessions HTTP/1.1\r\n" + host +
			"Content-Length: 4\r\nTransfer-Encoding: chunked\r\nContent-Type: application/json\r\n\r\n0\r\n\r\n",
		"POST /api/v1/sessions HTTP/1.1\r\n" + host + "Transfer-Encoding: xchunked\r\n\r\n",
		"POST /login HTTP/1.1\r\n" + host + "Content-Length: -1\r\n\r\n",
		"POST /login HTTP/1.1\r\n" + host + "Content-Length: 99999999999999999999\r\n\r\n",
		"GET / HTTP/1.1\r\n" + host + "X: " + strings.Repeat("a", 20000) + "\r\n\r\n", "GET / HTTP/1.1\nHost: x\n\n",
		"GET / HTTP/1.1\r\n" + host + " folded: x\r\n\r\n", "GET http://evil.example/ HTTP/1.1\r\n" + host + "\r\n",
		"CONNECT evil.example:443 HTTP/1.1\r\n" + host + "\r\n", "GET /cases?q=" + word(a.dice) + " HTTP/1.1\r\n" + host +
			"Cookie: " + word(a.dice) + "\r\n\r\n", "POST /api/v1/sessions HTTP/1.1\r\n" + host +
			"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
	}
	if _, err := io.WriteString(c, lines[a.dice.IntN(len(lines))]); err != nil {
		return
	}
	// a test of the edge covers the server's own timeout
	_ = c.SetReadDeadline(time.Now().Add(time.Second))
	b := make([]byte, 4096)
	n, _ := c.Read(b)
	b = b[:n]
	a.h.sent.Add(1)
	wrong := ""
	if first, _, _ := strings.Cut(string(b), "\r\n"); strings.Contains(first, " 50") && !strings.Contains(first, " 501") &&
		!strings.Contains(first, " 505") {
		wrong = "raw bytes were answered " + first
	}
	a.h.saw("raw bytes", wrong)
}
