package api_test

import (
	"bytes"
	"errors"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"incubase/api"
)

func TestRecordsChangeByVersion(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	at := " /organizations/" + orgA
	read := s.want(200, "GET"+at, "officer", nil)
	if !strings.HasPrefix(read.Header().Get("ETag"), `"3-`) {
		t.Errorf("ETag %s", read.Header().Get("ETag"))
	}
	change := object{"about": "每周三下午", "note": "电话更新"}
	s.want(428, "PATCH"+at, "officer", change)
	if stale := s.want(412, "PATCH"+at, "officer", change, `If-Match: "2"`); stale.doc["current_version"] != 3.0 {
		t.Errorf("%v", stale.doc)
	}
	done := s.want(200, "PATCH"+at, "officer", change, "If-Match: "+read.Header().Get("ETag"))
	if done.doc["about"] != "每周三下午" || done.doc["version"] != 4.0 || done.Header().Get("ETag") != `"4"` {
		t.Errorf("%v %s", done.doc, done.Header().Get("ETag"))
	}
	s.want(404, "PATCH"+at, "elsewhere", change, `If-Match: "4"`)
	s.want(404, "GET"+at, "elsewhere", nil)
	list := s.want(200, "GET /organizations?q=%E6%98%9F&limit=1", "officer", nil)
	if list.doc["next"] != "next-page" {
		t.Errorf("%v", list.doc)
	}
	fresh := object{"name": "虚构·新会（示例）", "kind": "unregistered_team", "region": "230302000000"}
	made := s.want(201, "POST /organizations", "officer", fresh, "Idempotency-Key: new")
	again := s.want(201, "POST /organizations", "officer", fresh, "Idempotency-Key: new")
	if made.doc["id"] != again.doc["id"] || made.doc["region"] != "230302" ||
		made.Header().Get("Location") != "/api/v1/organizations/"+made.doc["id"].(string) {
		t.Errorf("%v %v", made.doc, made.Header())
	}
	s.want(403, "POST /users", "officer", object{"login": "new.person", "name": "新"})
}

func (s *site) upload(to, who, name string, content []byte) reply {
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	part, err := form.CreateFormFile("file", name)
	if err != nil {
		s.t.Fatal(err)
	}
	_, _ = part.Write(content)
	_ = form.Close()
	return s.ask("POST "+to, who, b.String(), "Content-Type: "+form.FormDataContentType())
}

func (s *site) unmeasured(to, content string) *httptest.ResponseRecorder {
	body := "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n" + content + "\r\n--x--\r\n"
	r := httptest.NewRequest("POST", api.Base+to, strings.NewReader(body))
	r.ContentLength = -1
	r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
	r.Header.Set("Authorization", "Bearer certifier")
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

func TestAttachments(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	id := s.grant()["id"].(string)
	at := "/cases/" + id + "/attachments"
	content := []byte("%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n")
	up := s.upload(at, "certifier", "章程<script>.pdf", content)
	if up.Code != 201 || up.Header().Get("Location") != "/api/v1/attachments/"+up.doc["id"].(string) {
		t.Fatalf("%d %s", up.Code, up.Body)
	}
	down := s.want(200, "GET /attachments/"+up.doc["id"].(string), "certifier", nil)
	if !bytes.Equal(down.Body.Bytes(), content) {
		t.Errorf("%d bytes came back", down.Body.Len())
	}
	for name, want := range map[string]string{"Content-Type": "application/pdf", "X-Content-Type-Options": "nosniff",
		"Content-Security-Policy": "sandbox; default-src 'none'",
		"Cache-Control":           "no-store", "Content-Length": fmt.Sprint(len(content))} {
		if got := down.Header().Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if got := down.Header().Get("Content-Disposition"); !strings.HasPrefix(got, "attachment; filename*=utf-8''") ||
		strings.Contains(got, "<") {
		t.Errorf("Content-Disposition %q", got)
	}
	for _, who := range []string{"certifier2", "officer", "nobody"} {
		s.want(404, "GET /attachments/"+up.doc["id"].(string), who, nil)
		if r := s.upload(at, who, "a.pdf", content); r.Code != 404 {
			t.Errorf("%s adds a file to a draft of others: %d", who, r.Code)
		}
	}
	for name, row := range map[string]struct {
		file    string
		content string
		status  int
	}{
		"a page is not accepted":                  {"a.html", "<html><script>alert(1)</script></html>", 415},
		"a page that calls itself a picture":      {"a.png", "<html><script>alert(1)</script></html>", 415},
		"a drawing that may carry a program":      {"a.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>", 415},
		"a file past the limit is not read whole": {"a.pdf", strings.Repeat("x", 22<<20), 413},
	} {
		if r := s.upload(at, "certifier", row.file, []byte(row.content)); r.Code != row.status {
			t.Errorf("%s: %d %s", name, r.Code, r.Body)
		}
	}
	if r := s.unmeasured(at, strings.Repeat("x", 22<<20)); r.Code != 413 {
		t.Errorf("a file past the limit that does not say so: %d %s", r.Code, r.Body)
	}
	if r := s.ask("POST "+at, "certifier", object{"file": "x"}); r.Code != 415 && r.Code != 400 {
		t.Errorf("JSON for a file: %d %s", r.Code, r.Body)
	}
	if r := s.ask("POST "+at, "certifier", "no form", "Content-Type: multipart/form-data; boundary=x"); r.Code != 400 &&
		r.Code != 422 {
		t.Errorf("a form that is none: %d %s", r.Code, r.Body)
	}
	if r := s.ask("POST /cases", "certifier", "--x--", "Content-Type: multipart/form-data; boundary=x"); r.Code != 415 {
		t.Errorf("a form for JSON: %d %s", r.Code, r.Body)
	}
	doc := s.want(200, "GET /cases/"+id, "certifier", nil).doc
	s.want(200, "POST /cases/"+id+"/actions/submit", "certifier", object{"fields": examples(t, doc, "submit")})
	s.want(200, "GET /attachments/"+up.doc["id"].(string), "decider", nil)
	if r := s.upload(at, "decider", "a.pdf", content); r.Code != 403 || r.doc["refusals"] == nil {
		t.Errorf("who may read and not act adds a file: %d %s", r.Code, r.Body)
	}
	list := s.want(200, "GET "+at, "certifier", nil)
	if len(list.doc["items"].([]any)) != 1 {
		t.Errorf("%s", list.Body)
	}
}

func TestPublic(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	rounds := s.want(200, "GET /public/rounds", "", nil)
	if r := rounds.doc["items"].([]any)[0].(object); r["ref"] != "RD-2026-0001" || r["committed_fen"] != nil ||
		r["total_fen"] != nil {
		t.Errorf("%v", r)
	}
	id := s.grant()["id"].(string)
	objection := object{"text": "公示地点与实际不符", "name": "李四"}
	for range 10 { // a draft is not public: 404 as for an unknown notice
		s.want(404, "POST /public/notices/"+id+"/objections", "", objection)
	}
	slow := s.want(429, "POST /public/notices/"+id+"/objections", "", objection)
	if slow.Header().Get("Retry-After") == "" || slow.doc["type"] != "/problems/too-many" {
		t.Errorf("%v %v", slow.Header(), slow.doc)
	}
	s.want(200, "GET /public/rounds", "", nil) // reads have a limit of their own
	limited := false
	for range 400 {
		limited = limited || s.ask("GET /public/awards", "", nil).Code == 429
	}
	if !limited {
		t.Error("four hundred reads in a moment are not limited")
	}
	s.want(200, "GET /cases", "certifier", nil) // signed-in people are not limited
}

func TestService(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.want(200, "GET /healthz", "", nil)
	s.want(200, "GET /readyz", "", nil)
	s.down = errors.New("pq: the database system is shutting down")
	down := s.want(503, "GET /readyz", "", nil)
	if down.Header().Get("Retry-After") == "" || strings.Contains(down.Body.String(), "pq:") {
		t.Errorf("%v %s", down.Header(), down.Body)
	}
	s.want(200, "GET /healthz", "", nil) // the process is alive all the same
	s.ask("GET /cases/one-that-is-secret", "officer", nil)
	s.raw("INVENTED", "/api/v1/cases", "")
	metrics := s.metrics("127.0.0.1:5", "")
	if metrics.Code != 200 || !strings.Contains(metrics.Body.String(), `route="/api/v1/cases/:id"`) {
		t.Errorf("%d %s", metrics.Code, metrics.Body)
	}
	for _, secret := range []string{"one-that-is-secret", "INVENTED"} {
		if strings.Contains(metrics.Body.String(), secret) {
			t.Errorf("what a client wrote, %s, is a label", secret)
		}
	}
	if r := s.metrics("192.0.2.1:5", ""); r.Code != 404 {
		t.Errorf("from elsewhere: %d", r.Code)
	}
	if r := s.metrics("127.0.0.1:5", "192.0.2.1"); r.Code != 404 {
		t.Errorf("through a proxy on this machine: %d", r.Code)
	}
}

func (s *site) metrics(from, forwarded string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("GET", "/metrics", http.NoBody)
	r.RemoteAddr = from
	if forwarded != "" {
		r.Header.Set("X-Forwarded-For", forwarded)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

func TestDemoClock(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, row := range []struct{ advance, now string }{{"P8D", "2026-03-10T04:00:00Z"}, {"P1W", "2026-03-17T04:00:00Z"},
		{"P1M", "2026-04-17T04:00:00Z"},
		{"PT36H", "2026-04-18T16:00:00Z"}, {"P1Y2M3DT4H5M6S", "2027-06-21T20:05:06Z"}} {
		if r := s.want(200, "POST /demo/clock", "officer", object{"advance": row.advance}); r.doc["now"] != row.now {
			t.Errorf("%s: %v, want %s", row.advance, r.doc["now"], row.now)
		}
	}
	for _, bad := range []string{"", "P", "PT", "P1DT", "8D", "P-8D", "P1.5D", "P99999D", "P1D ", "p1d"} {
		s.want(422, "POST /demo/clock", "officer", object{"advance": bad})
	}
	s.want(403, "POST /demo/clock", "certifier", object{"advance": "P1D"})
	s.want(403, "POST /demo/clock", "nobody", object{"advance": "P1D"})
	s.want(401, "POST /demo/clock", "", object{"advance": "P1D"})
	real := newSite(t, func(o *api.Options) { o.Demo = nil })
	real.want(404, "POST /demo/clock", "officer", object{"advance": "P1D"})
	if _, ok := real.paths()["/api/v1/demo/clock"]; ok {
		t.Error("documented, and not there")
	}
}

func TestWorkflows(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	list := s.want(200, "GET /workflows", "officer", nil)
	find(t, list.doc["items"], "name", "grant")
	d := s.want(200, "GET /workflows/grant?version=1", "officer", nil)
	if len(d.doc["edges"].([]any)) < 20 {
		t.Errorf("%v", d.doc["edges"])
	}
	s.want(404, "GET /workflows/grant?version=99", "officer", nil)
	s.want(404, "GET /workflows/nothing", "officer", nil)
	zh, en := s.want(200, "GET /workflows/grant/diagram", "officer", nil), s.want(200, "GET /workflows/grant/diagram",
		"officer", nil, "Accept-Language: en")
	if !strings.HasPrefix(zh.Body.String(), "stateDiagram") || !han(zh.Body.String()) || han(en.Body.String()) {
		t.Errorf("%.60s, %.60s", zh.Body, en.Body)
	}
	svg := s.want(200, "GET /workflows/grant/diagram", "officer", nil, "Accept: image/svg+xml")
	if !strings.Contains(svg.Body.String(), "<svg") || !strings.HasPrefix(svg.Header().Get("Content-Type"),
		"image/svg+xml") {
		t.Errorf("%.60s", svg.Body)
	}
}

func TestRegions(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, code := range []string{"230302", "230302000000"} {
		if r := s.want(200, "GET /regions/"+code, "officer", nil); r.doc["code"] != "230302" {
			t.Errorf("%s: %v", code, r.doc)
		}
	}
	if r := s.want(200, "GET /regions?parent=230000", "officer",
		nil); r.doc["items"].([]any)[0].(object)["parent"] != "23" {
		t.Errorf("%s", r.Body)
	}
	s.want(404, "GET /regions/990000", "officer", nil)
	s.want(422, "GET /regions/abc", "officer", nil)
}

// TestAPanicBehindARead: the buffered answer must not become an empty success.
func TestAPanicBehindARead(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(o *api.Options) { o.Cases = nil })
	if r := s.want(500, "GET /cases", "officer", nil); r.doc["type"] != "/problems/internal" || r.doc["instance"] == "" {
		t.Errorf("%s", r.Body)
	}
}

func TestSetup(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	body := object{"token": "one-time", "sysadmin": object{"login": "sys", "name": "系统"},
		"secadmin": object{"login": "sec", "name": "安全"}, "auditadmin": object{"login": "sys", "name": "审计"}}
	s.want(422, "POST /setup", "", body)
	body["auditadmin"] = object{"login": "aud", "name": "审计"}
	if r := s.want(201, "POST /setup", "", body); len(r.doc["accounts"].([]any)) != 3 {
		t.Errorf("%s", r.Body)
	}
	body["token"] = "used"
	s.want(410, "POST /setup", "", body)
}
