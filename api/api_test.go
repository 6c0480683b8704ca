package api_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"

	"github.com/labstack/echo/v4"

	"incubase/api"
	"incubase/api/edge"
	"incubase/workflow"
	"incubase/workflow/catalog"
	"incubase/workflow/desk"
	"incubase/workflow/erase"
	"incubase/workflow/registry"
)

type site struct {
	t testing.TB
	http.Handler
	*world
}

// table is the OpenAPI document: operations by path and method.
var table = sync.OnceValue(func() map[string]map[string]object {
	b, err := api.Document()
	if err != nil {
		panic(err)
	}
	var doc struct {
		Paths map[string]map[string]object `json:"paths"`
	}
	if err := json.Unmarshal(b, &doc); err != nil {
		panic(err)
	}
	return doc.Paths
})

func newSite(t testing.TB, change ...func(*api.Options)) *site {
	t.Helper()
	w := newWorld()
	definitionsOf, err := catalog.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	s := sessions{new(int)}
	theDesk := &desk.Desk{Machines: definitionsOf, Store: w, Clock: w}
	kept := &jobs{w: w}
	bulk := &desk.Bulk{Desk: theDesk, Jobs: kept, Queue: kept, Log: slog.New(slog.DiscardHandler)}
	reads := records{world: w}
	o := api.Options{Ports: edge.Ports{Desk: theDesk, Bulk: bulk,
		Registry: &registry.Registry{Store: w, Clock: w, Regions: w, Passwords: w, Desk: theDesk}, Cases: w, Boards: w,
		Records: reads, Places: reads, Accounts: reads, Announcements: w, Public: w, Attachments: files{w}, Uploads: w,
		Papers: w, Acts: w,
		Definitions: definitionsOf, Sessions: s, Keeper: s, Factors: &registry.Factors{Store: s}, Exports: tables{},
		Eraser: &erase.Eraser{Desk: theDesk, Store: w}, Erasures: w}, Health: w, Demo: w}
	o.Live = edge.NewLive(edge.LiveOptions{Boards: w, Machines: definitionsOf, Clock: w, Stands: s.Find,
		Log: slog.New(slog.DiscardHandler)})
	o.Objections = edge.NewObjections(theDesk, files{w}, w, slog.New(slog.DiscardHandler))
	o.Finder = &edge.Finder{Desk: theDesk, Cases: w, Records: reads}
	for _, c := range change {
		c(&o)
	}
	e, err := edge.New(edge.Options{Log: slog.New(slog.DiscardHandler), Sessions: s})
	if err != nil {
		t.Fatal(err)
	}
	api.Register(e, o)
	return &site{t, e, w}
}

type reply struct {
	*httptest.ResponseRecorder
	doc map[string]any
}

// ask sends "POST /cases" (below Base) as a person, or for "" without a session. body is raw or gets encoded.
func (s *site) ask(what, who string, body any, headers ...string) reply {
	s.t.Helper()
	method, target, _ := strings.Cut(what, " ")
	if !slices.Contains([]string{"/healthz", "/readyz", "/metrics", "/openapi.json"}, target) {
		target = api.Base + target
	}
	text, isText := body.(string)
	if !isText && body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			s.t.Fatal(err)
		}
		text = string(b)
	}
	r := httptest.NewRequest(method, target, strings.NewReader(text))
	if body == nil {
		r.Body = http.NoBody
	} else {
		r.Header.Set("Content-Type", "application/json")
	}
	if who != "" {
		r.Header.Set("Authorization", "Bearer "+who)
	}
	for _, line := range headers {
		name, value, _ := strings.Cut(line, ": ")
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	s.documented(method, r.URL.Path, w)
	out := reply{w, nil}
	_ = json.Unmarshal(w.Body.Bytes(), &out.doc)
	return out
}

// documented checks an answer against the OpenAPI document: status and content type.
func (s *site) documented(method, path string, w *httptest.ResponseRecorder) {
	if path == "/openapi.json" {
		return
	}
	e := s.Handler.(*echo.Echo)
	c := e.NewContext(nil, nil)
	e.Router().Find(method, path, c)
	op, ok := table()[curly(c.Path())][strings.ToLower(method)]
	if !ok || w.Code == http.StatusNotModified { // no route, or 304
		return
	}
	answer, ok := op["responses"].(object)[strconv.Itoa(w.Code)].(object)
	if !ok {
		s.t.Errorf("%s %s: status %d is not documented", method, c.Path(), w.Code)
		return
	}
	if content, ok := answer["content"].(object); ok && w.Body.Len() > 0 {
		if kind, _, _ := strings.Cut(w.Header().Get("Content-Type"), ";"); content[kind] == nil && content["*/*"] == nil {
			s.t.Errorf("%s %s: %d is %s, documented as %v", method, c.Path(), w.Code, kind, content)
		}
	}
}

func curly(pattern string) string {
	parts := strings.Split(pattern, "/")
	for i, p := range parts {
		if name, ok := strings.CutPrefix(p, ":"); ok {
			parts[i] = "{" + name + "}"
		}
	}
	return strings.Join(parts, "/")
}

func (s *site) want(status int, what, who string, body any, headers ...string) reply {
	s.t.Helper()
	r := s.ask(what, who, body, headers...)
	if r.Code != status {
		s.t.Fatalf("%s as %s: %d %s, want %d", what, who, r.Code, r.Body, status)
	}
	return r
}

type object = map[string]any

func (s *site) grant() object {
	s.t.Helper()
	return s.want(201, "POST /cases", "certifier", object{"workflow": "grant", "round": roundID, "organization": orgA,
		"project": project}).doc
}

// examples returns a body of the examples of an action's required properties.
func examples(t testing.TB, doc object, action string) object {
	t.Helper()
	out := object{}
	schema := find(t, doc["actions"], "name", action)["fields"].(object)
	for _, name := range schema["required"].([]any) {
		out[name.(string)] = schema["properties"].(object)[name.(string)].(object)["examples"].([]any)[0]
	}
	return out
}

func find(t testing.TB, list any, key, value string) object {
	t.Helper()
	for _, x := range list.([]any) {
		if x.(object)[key] == value {
			return x.(object)
		}
	}
	t.Fatalf("no %s %s in %v", key, value, list)
	return nil
}

func (r reply) fields() []string {
	var out []string
	list, _ := r.doc["errors"].([]any)
	for _, x := range list {
		out = append(out, x.(object)["field"].(string))
	}
	slices.Sort(out)
	return out
}

func han(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}

func TestSignIn(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	in := s.want(201, "POST /sessions", "", object{"login": "officer", "password": "right-password"})
	if in.doc["token"] != "officer" || in.doc["expires_at"] == nil || in.doc["actor"].(object)["name"] != "李" {
		t.Errorf("%v", in.doc)
	}
	if k := in.Header().Get("Set-Cookie"); !strings.HasPrefix(k, "incubase=officer;") ||
		!strings.Contains(k, "HttpOnly") || !strings.Contains(k, "SameSite=Lax") {
		t.Errorf("Set-Cookie %q", k)
	}
	unknown := s.want(401, "POST /sessions", "", object{"login": "nobody-of-that-name", "password": "right-password"})
	wrong := s.want(401, "POST /sessions", "", object{"login": "officer", "password": "wrong"})
	delete(unknown.doc, "instance")
	delete(wrong.doc, "instance")
	if !reflect.DeepEqual(unknown.doc, wrong.doc) {
		t.Errorf("an unknown login and a wrong password differ: %v, %v", unknown.doc, wrong.doc)
	}
	for range 2 {
		s.want(401, "POST /sessions", "", object{"login": "officer", "password": "wrong"})
	}
	if slow := s.want(429, "POST /sessions", "",
		object{"login": "officer", "password": "wrong"}); slow.Header().Get("Retry-After") != "60" {
		t.Errorf("Retry-After %q", slow.Header().Get("Retry-After"))
	}
	me := s.want(200, "GET /me", "certifier", nil)
	if me.doc["organization"] != orgA || me.doc["roles"].([]any)[0].(object)["role"] != "certifier" {
		t.Errorf("%v", me.doc)
	}
	out := s.want(204, "DELETE /sessions/current", "officer", nil)
	if !strings.Contains(out.Header().Get("Set-Cookie"), "Max-Age=0") || out.Header().Get("Clear-Site-Data") == "" {
		t.Errorf("%v", out.Header())
	}
}

// TestDecodeLaw holds decision 14: malformed is 400, well-formed but unacceptable is 422, and the field is named.
func TestDecodeLaw(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	id := s.grant()["id"].(string)
	act, patch := "POST /cases/"+id+"/actions/save", "PATCH /organizations/"+orgA
	rows := []struct {
		name, what, body string
		status           int
		fields           []string
	}{
		{"no body", "POST /cases", ``, 400, []string{""}},
		{"a list for an object", "POST /cases", `[]`, 400, []string{""}},
		{"null for an object", "POST /cases", `null`, 400, []string{""}},
		{"an unknown field", "POST /cases", `{"workflow":"grant","state":"funded"}`, 400, []string{"state"}},
		{"all unknown fields at once", "POST /cases", `{"workflow":"grant","id":"x","version":1}`, 400,
			[]string{"id", "version"}},
		{"a field in other case", "POST /cases", `{"Workflow":"grant"}`, 400, []string{"Workflow", "workflow"}},
		{"a number for a text", "POST /cases", `{"workflow":1}`, 400, []string{"workflow"}},
		{"null for a text", "POST /cases", `{"workflow":null}`, 400, []string{"workflow"}},
		{"a text for a number", "POST /cases", `{"workflow":"grant","requested_fen":"1"}`, 400, []string{"requested_fen"}},
		{"a missing field", "POST /cases", `{}`, 422, []string{"workflow"}},
		{"an empty text where one is needed", "POST /cases", `{"workflow":""}`, 422, []string{"workflow"}},
		{"a negative amount", "POST /cases", `{"workflow":"grant","requested_fen":-1}`, 422, []string{"requested_fen"}},
		{"a broken amount", "POST /cases", `{"workflow":"grant","requested_fen":0.1}`, 422, []string{"requested_fen"}},
		{"an amount with an exponent", "POST /cases", `{"workflow":"grant","requested_fen":1e3}`, 422,
			[]string{"requested_fen"}},
		{"an amount past all numbers", "POST /cases", `{"workflow":"grant","requested_fen":9223372036854775808}`, 422,
			[]string{"requested_fen"}},
		{"a workflow that is none", "POST /cases", `{"workflow":"nothing"}`, 422, []string{"workflow"}},
		{"a case without what it needs, all at once", "POST /cases", `{"workflow":"grant"}`, 422,
			[]string{"organization", "project", "round"}},
		{"a version that is a text", act, `{"version":"1"}`, 400, []string{"version"}},
		{"a version with an exponent", act, `{"version":1e0}`, 422, []string{"version"}},
		{"a version of nought", act, `{"version":0}`, 422, []string{"version"}},
		{"fields that are a list", act, `{"fields":[]}`, 400, []string{"fields"}},
		{"a key given twice deep inside", act, `{"fields":{"answers":{"title":"a","title":"b"}}}`, 400,
			[]string{"fields.answers.title"}},
		{"a zero character", act, `{"fields":{"answers":{"title":"a\u0000"}}}`, 422, []string{"fields.answers.title"}},
		{"a note past its length", act, `{"note":"` + strings.Repeat("长", 8001) + `"}`, 422, []string{"note"}},
		{"an unknown field of a record", patch, `{"standing_by":"x"}`, 400, []string{"standing_by"}},
		{"a date that is none", patch, `{"founded":"yesterday"}`, 0, nil},
		{"ids that are no list", "POST /cases/bulk/admit", `{"ids":"x"}`, 400, []string{"ids"}},
		{"no ids", "POST /cases/bulk/admit", `{"ids":[]}`, 422, []string{"ids"}},
		{"an objection of one word", "POST /public/notices/x/objections", `{"text":"no"}`, 422, []string{"text"}},
		{"a duration that is none", "POST /demo/clock", `{"advance":"8 days"}`, 422, []string{"advance"}},
	}
	for _, r := range rows {
		for _, lang := range []string{"zh", "en"} {
			t.Run(r.name+" in "+lang, func(t *testing.T) {
				t.Parallel()
				who := "certifier"
				if strings.Contains(r.what, "demo") {
					who = "officer"
				}
				got := s.ask(r.what, who, r.body, "Accept-Language: "+lang, `If-Match: "3"`)
				if r.status == 0 { // either status, if it names the field
					if got.Code != 400 && got.Code != 422 {
						t.Errorf("%d %s", got.Code, got.Body)
					}
					return
				}
				if got.Code != r.status || fmt.Sprint(got.fields()) != fmt.Sprint(r.fields) {
					t.Errorf("got %d %v, want %d %v: %s", got.Code, got.fields(), r.status, r.fields, got.Body)
				}
				for _, x := range got.doc["errors"].([]any) {
					if m := x.(object)["message"].(string); m == "" || han(m) != (lang == "zh") || strings.Contains(m, "json:") ||
						strings.Contains(m, "Go ") {
						t.Errorf("not in the reader's words: %q", m)
					}
				}
			})
		}
	}
}

func TestQueryLaw(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for query, want := range map[string]struct {
		status int
		field  string
	}{
		"limit=1&limit=2":                     {400, "limit"},
		"nothing=1":                           {400, "nothing"},
		"Limit=1":                             {400, "Limit"},
		"limit=ten":                           {400, "limit"},
		"limit=0":                             {422, "limit"},
		"limit=1000000000":                    {422, "limit"},
		"sort=id;select":                      {400, ""},
		"sort=password":                       {422, "sort"},
		"stage=everything":                    {422, "stage"},
		"waiting=you":                         {422, "waiting"},
		"expand=everything":                   {422, "expand"},
		"state=asleep":                        {422, "state"},
		"workflow=nothing":                    {422, "workflow"},
		"workflow=grant&state=graduated":      {422, "state"},
		"organization=nobody":                 {422, "organization"},
		"overdue=perhaps":                     {400, "overdue"},
		"updated_since=yesterday":             {400, "updated_since"},
		"region=99x":                          {422, "region"},
		"q=%00":                               {400, "q"},
		"cursor=" + strings.Repeat("x", 3000): {400, "cursor"},
	} {
		r := s.ask("GET /cases?"+query, "officer", nil)
		if r.Code != want.status || fmt.Sprint(r.fields()) != fmt.Sprint([]string{want.field}) || !han(r.Body.String()) {
			t.Errorf("%s: got %d %v, want %d %s: %s", query, r.Code, r.fields(), want.status, want.field, r.Body)
		}
	}
}

func TestFiltersReachTheQuery(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.want(200,
		"GET /cases?workflow=grant&stage=applied&state=screened&round=R&track=a&region=230302000000"+
			"&organization=018f0000-0000-7000-8000-00000000000a"+
			"&project=018f0000-0000-7000-8000-00000000000b&agency=018f0000-0000-7000-8000-00000000000c&assigned=me"+
			"&waiting=me&overdue=true&q=%E7%A4%BE%E5%8C%BA&updated_since=2026-03-01T00:00:00Z&sort=due&limit=7&cursor=C",
		"officer", nil)
	since := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	want := workflow.CaseQuery{Workflow: "grant", Stage: "applied", State: "screened", Round: "R", Track: "a",
		Region: place, Organization: "018f0000-0000-7000-8000-00000000000a",
		Project: "018f0000-0000-7000-8000-00000000000b", Agency: "018f0000-0000-7000-8000-00000000000c",
		Assigned: true, Waiting: true, Overdue: true, Words: "社区", UpdatedSince: &since, Sort: "due", Limit: 7, Cursor: "C",
		Now: s.now}
	if got := s.lists[0]; !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
	s.want(200, "GET /cases", "officer", nil)
	if got := s.lists[1]; got.Limit != 50 || got.Sort != "id" || got.UpdatedSince != nil {
		t.Errorf("the defaults: %+v", got)
	}
	board := s.want(200, "GET /board?region=230302000000&by=region", "officer", nil)
	s.want(200, "GET /board?by=workflow&workflow=grant", "officer", nil)
	if got := s.boards[1]; got.By != "workflow" || got.Workflow != "grant" || got.Region != place {
		t.Errorf("%+v", got)
	}
	if r := s.ask("GET /board?workflow=none", "officer", nil); r.Code != 422 || fmt.Sprint(r.fields()) != "[workflow]" {
		t.Errorf("a workflow that there is not: %d %s", r.Code, r.Body)
	}
	if s.boards[0].Region != place || s.boards[0].By != "region" || s.boards[0].Today.String() != "2026-03-02" {
		t.Errorf("%+v", s.boards[0])
	}
	row := board.doc["items"].([]any)[0].(object)
	if row["count"].(object)["applied"] != 2.0 || row["label"].(object)["en"] != "鸡冠区" {
		t.Errorf("%v", row)
	}
}
