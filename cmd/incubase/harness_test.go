package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"reflect"
	"regexp"
	"sync"
	"testing"
	"time"

	"incubase/api/edge"
	"incubase/cmd/incubase/app"
	"incubase/cmd/incubase/demo"
	"incubase/db/accounts"
	"incubase/db/cases"
	"incubase/db/dbtest"
	"incubase/db/pg"
	"incubase/workflow"
	"incubase/workflow/catalog"
	"incubase/workflow/catalog/catalogtest"
	"incubase/workflow/vet"
)

// site is the whole server in the test's process, on a database of its own, with the demonstration's people.
type site struct {
	t      *testing.T
	in     *app.Installation
	url    string
	tokens map[string]string
	keys   int
	owner  *sql.DB
	db     *dbtest.Database
	live   *edge.Live
	served http.Handler

	renaming *catalogtest.Renaming // nil: grants go by their shipped names
}

func newSite(t *testing.T, load func(context.Context, demo.Deps) error) *site {
	t.Helper()
	return newSiteThatLogs(t, load, slog.New(slog.DiscardHandler))
}

func newSiteThatLogs(t *testing.T, load func(context.Context, demo.Deps) error, log *slog.Logger) *site {
	t.Helper()
	return newSiteOf(t, load, log, false)
}

// underOtherNames runs a test on a site as shipped, and on one where the actions, clocks and outcomes of grants go by
// other names.
func underOtherNames(t *testing.T, test func(*site)) {
	t.Helper()
	t.Run("as shipped", func(t *testing.T) {
		t.Parallel()
		test(newSite(t, demo.LoadPeople))
	})
	t.Run("under other names", func(t *testing.T) {
		t.Parallel()
		other := catalogtest.Renamed(t, "grant")
		s := newSiteOf(t, demo.LoadPeople, slog.New(slog.DiscardHandler), false, func(in *app.Installation) {
			in.Shipped = sync.OnceValues(func() (*catalog.Catalog, error) {
				c, err := catalog.Shipped()
				return c, errors.Join(err, c.Add(other.Definition))
			})
		})
		s.renaming = other
		test(s)
	})
}

// stage runs a part of a journey as a subtest of its own. Where it fails the journey ends: the rest builds on it.
func (s *site) stage(name string, do func()) {
	whole := s.t
	whole.Helper()
	passed := whole.Run(name, func(t *testing.T) { s.t = t; do() })
	if s.t = whole; !passed {
		whole.FailNow()
	}
}

// action is what a case's definition calls an action: grants may go by other names, their children and rounds do not.
func (s *site) action(ref, name string) string {
	if s.renaming == nil || !grantRef.MatchString(ref) {
		return name
	}
	return s.renaming.Action(name)
}

var (
	grantRef = regexp.MustCompile(`^GA-\d+-\d+$`)
	actPath  = regexp.MustCompile(`^(/cases/(GA-\d+-\d+)/actions/)([^?/]+)(.*)$`)
)

// path is an address of the API as the site's definitions have it.
func (s *site) path(path string) string {
	if m := actPath.FindStringSubmatch(path); m != nil {
		return m[1] + s.action(m[2], m[3]) + m[4]
	}
	return path
}

// worlds are what many tests begin with, by what loads them.
var worlds = map[uintptr]*dbtest.Filled{
	reflect.ValueOf(demo.Load).Pointer():       {},
	reflect.ValueOf(demo.LoadPeople).Pointer(): {},
}

// newSiteOf is a site; factors says whether roles need a second factor there.
func newSiteOf(t *testing.T, load func(context.Context, demo.Deps) error, log *slog.Logger, factors bool,
	change ...func(*app.Installation)) *site {
	t.Helper()
	wired := func(ctx context.Context, d *dbtest.Database) (*app.Installation, error) {
		in := app.Begin(log)
		for _, c := range change {
			c(in)
		}
		in.DB = d.DB
		return in, in.Wire(ctx)
	}
	fill := func(ctx context.Context, d *dbtest.Database) error {
		in, err := wired(ctx, d)
		if err != nil {
			return err
		}
		return load(ctx, demo.Deps{Desk: in.Desk, Registry: in.Registry, Queue: in.DB, Log: in.Log, Holds: in.Holds})
	}
	var d *dbtest.Database
	if world := worlds[reflect.ValueOf(load).Pointer()]; world != nil && len(change) == 0 {
		d = world.Open(t, pg.Options{Log: log}, fill)
	} else {
		d = dbtest.Open(t, pg.Options{Log: log})
		if err := fill(t.Context(), d); err != nil {
			t.Fatal(err)
		}
	}
	in, err := wired(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	wake := make(chan struct{}, 1)
	c := &app.ServeCommand{Demo: true, SessionIdle: time.Hour, SessionAbsolute: time.Hour}
	found := app.Sessions{DB: in.DB, Limits: accounts.SessionLimits{Idle: c.SessionIdle, Absolute: c.SessionAbsolute},
		Factors: factors}
	live := app.NewLive(in, found)
	ring := func() {
		live.Notify()
		select {
		case wake <- struct{}{}:
		default:
		}
	}
	in.Desk.Wake = ring
	files, err := in.DB.NewFiles(t.TempDir(), cases.DefaultFileLimits)
	if err != nil {
		t.Fatal(err)
	}
	handler, err := c.Handler(in, files, found, live, ring)
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(edge.Server(handler, in.Log).Handler)
	t.Cleanup(s.Close)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan struct{})
	watched := make(chan struct{})
	go func() { defer close(watched); live.Run(ctx) }()
	go func() {
		defer close(ended)
		worker := in.Worker(wake)
		worker.Every = 100 * time.Millisecond
		worker.Run(ctx)
	}()
	t.Cleanup(func() { stop(); <-ended; <-watched })
	return &site{t: t, in: in, url: s.URL, tokens: map[string]string{}, owner: d.Owner(t), db: d, live: live,
		served: handler}
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   map[string]any
}

// token signs a login in, once.
func (s *site) token(login string) string {
	if s.tokens[login] == "" && login != "" {
		said := map[string]any{"login": login, "password": demo.Password}
		a := s.send("POST", "/sessions", "", nil, said)
		// a password waits for its turn to be hashed
		for try := 0; a.status == http.StatusServiceUnavailable && try < 5; try++ {
			a = s.send("POST", "/sessions", "", nil, said)
		}
		if a.status != http.StatusCreated {
			s.t.Fatalf("sign in as %s: %d %v", login, a.status, a.body)
		}
		s.tokens[login] = a.body["token"].(string)
	}
	return s.tokens[login]
}

// send makes one request; login "" is nobody.
func (s *site) send(method, path, login string, header map[string]string, body any) answer {
	s.t.Helper()
	var content io.Reader
	kind := "application/json"
	if f, ok := body.(form); ok {
		content, kind = f.encode(s.t)
	} else if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			s.t.Fatal(err)
		}
		content = bytes.NewReader(b)
	}
	r, err := http.NewRequestWithContext(s.t.Context(), method, s.url+"/api/v1"+s.path(path), content)
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Accept-Language", "en")
	if body != nil {
		r.Header.Set("Content-Type", kind)
	}
	if login != "" {
		r.Header.Set("Authorization", "Bearer "+s.token(login))
	}
	for k, v := range header {
		r.Header.Set(k, v)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	a := answer{status: resp.StatusCode, header: resp.Header}
	if err := json.NewDecoder(resp.Body).Decode(&a.body); err != nil && !errors.Is(err, io.EOF) {
		s.t.Fatalf("%s %s: %v", method, path, err)
	}
	return a
}

// form is a body with a file, as a browser sends it.
type form struct {
	fields              map[string]string
	field, name, upload string
}

func (f form) encode(t *testing.T) (io.Reader, string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for k, v := range f.fields {
		_ = w.WriteField(k, v)
	}
	part, err := w.CreateFormFile(f.field, f.name)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = part.Write([]byte(f.upload))
	_ = w.Close()
	return &b, w.FormDataContentType()
}

// want is a request that must be answered with a status.
func (s *site) want(status int, method, path, login string, body any) answer {
	s.t.Helper()
	s.keys++
	a := s.send(method, path, login, map[string]string{"Idempotency-Key": fmt.Sprintf("k%d", s.keys)}, body)
	if a.status != status {
		s.t.Fatalf("%s %s as %s: %d, want %d: %v", method, path, login, a.status, status, a.body)
	}
	return a
}

// act carries an action out and answers with the case.
func (s *site) act(login, ref, action string, fields map[string]any) map[string]any {
	s.t.Helper()
	return s.want(http.StatusOK, "POST", "/cases/"+ref+"/actions/"+action, login, map[string]any{"fields": fields,
		"note": "办理 in order"}).body["case"].(map[string]any)
}

// refused is an action that must not go through, by a rule where one is named.
func (s *site) refused(status int, rule, login, ref, action string, fields map[string]any) {
	s.t.Helper()
	a := s.want(status, "POST", "/cases/"+ref+"/actions/"+action, login, map[string]any{"fields": fields,
		"note": "试 a try"})
	if rule == "" {
		return
	}
	list, _ := a.body["refusals"].([]any)
	for _, x := range list {
		if x.(map[string]any)["rule"] == rule {
			return
		}
	}
	s.t.Fatalf("%s by %s: refused by %v, want %s", action, login, list, rule)
}

// until waits for a state that another case's signal or a timer brings about.
func (s *site) until(login, ref, state string) map[string]any {
	s.t.Helper()
	for end := time.Now().Add(60 * time.Second); ; time.Sleep(30 * time.Millisecond) {
		c := s.want(http.StatusOK, "GET", "/cases/"+ref, login, nil).body
		if c["state"] == state {
			return c
		}
		if time.Now().After(end) {
			s.t.Fatalf("%s stands in %v, want %s", ref, c["state"], state)
		}
	}
}

// settled waits until no child has anything left to tell.
func (s *site) settled(login, ref, action string) {
	s.t.Helper()
	for end := time.Now().Add(60 * time.Second); ; time.Sleep(30 * time.Millisecond) {
		for _, a := range s.want(http.StatusOK, "GET", "/cases/"+ref, login, nil).body["actions"].([]any) {
			if x := a.(map[string]any); x["name"] == s.action(ref, action) && x["allowed"] == true {
				return
			}
		}
		if time.Now().After(end) {
			s.t.Fatalf("%s does not become possible on %s", action, ref)
		}
	}
}

// example is what the offered fields accept.
func (s *site) example(login, ref, action string) map[string]any {
	s.t.Helper()
	for _, a := range s.want(http.StatusOK, "GET", "/cases/"+ref, login, nil).body["actions"].([]any) {
		x := a.(map[string]any)
		if x["name"] != s.action(ref, action) {
			continue
		}
		schema := x["fields"].(map[string]any)
		out := map[string]any{}
		for _, name := range schema["required"].([]any) {
			out[name.(string)] = schema["properties"].(map[string]any)[name.(string)].(map[string]any)["examples"].([]any)[0]
		}
		return out
	}
	s.t.Fatalf("%s is not among the actions of %s for %s", action, ref, login)
	return nil
}

// signature has the fields that sign the agreement in force.
func (s *site) signature(login, ref string) map[string]any {
	s.t.Helper()
	for _, x := range s.want(http.StatusOK, "GET", "/cases/"+ref+"/papers", login, nil).body["items"].([]any) {
		if p := x.(map[string]any); p["sha256"] != nil && p["voided_at"] == nil {
			return map[string]any{"answer": "sign", "sha256": p["sha256"]}
		}
	}
	s.t.Fatalf("%s has no agreement to sign", ref)
	return nil
}

// advance moves the demonstration's clock.
func (s *site) advance(by string) {
	s.t.Helper()
	s.want(http.StatusOK, "POST", "/demo/clock", "officer", map[string]any{"advance": by})
}

// verified recomputes every chain, the ledger and the boards.
func (s *site) verified() {
	s.t.Helper()
	problem := func(p pg.Problem) { s.t.Error(p) }
	events, entries, err := s.in.DB.Verify(s.t.Context(), problem)
	if err != nil || events == 0 || entries == 0 {
		s.t.Fatal(events, entries, err)
	}
	if err := s.in.DB.Check(s.t.Context(), problem); err != nil {
		s.t.Fatal(err)
	}
}

// round prepares and opens a round, with reviewers.
func (s *site) round(changes ...func(*workflow.Rules)) (id, ref string) {
	s.t.Helper()
	now := s.in.Clock.Now()
	rules := vet.SimulationRules()
	rules.MinReviews, rules.Contact, rules.DocumentWord = 2, "0000-1234567", "演民社孵"
	for _, change := range changes {
		change(&rules)
	}
	r := s.want(http.StatusCreated, "POST", "/rounds", "officer",
		map[string]any{"name": map[string]any{"zh": "试验批次", "en": "Trial round"}, "kind": "grant", "region": "230302"}).body
	id, ref = r["id"].(string), r["ref"].(string)
	s.refused(http.StatusConflict, "round_complete", "officer", ref, "open", nil)
	form := s.form("grant")
	patch := map[string]any{"opens_at": now.Add(-time.Hour).Format(time.RFC3339), "closes_at": now.AddDate(0, 0,
		20).Format(time.RFC3339),
		"rules": rules, "form": form, "total_fen": 6_000_000}
	if a := s.send("PATCH", "/rounds/"+id, "officer", nil, patch); a.status != http.StatusPreconditionRequired {
		s.t.Fatalf("a change without If-Match: %d", a.status)
	}
	if a := s.send("PATCH", "/rounds/"+id, "officer", map[string]string{"If-Match": `"99"`},
		patch); a.status != http.StatusPreconditionFailed {
		s.t.Fatalf("a change of a stale version: %d %v", a.status, a.body)
	}
	if a := s.send("PATCH", "/rounds/"+id, "officer", map[string]string{"If-Match": fmt.Sprintf(`"%v"`, r["version"])},
		patch); a.status != http.StatusOK {
		s.t.Fatalf("complete the round: %d %v", a.status, a.body)
	}
	s.act("officer", ref, "open", nil)
	for _, who := range []string{"reviewer1", "reviewer2", "reviewer3"} {
		me := s.want(http.StatusOK, "GET", "/me", who, nil).body
		s.want(http.StatusCreated, "POST", "/users/"+me["id"].(string)+"/roles", "secadmin",
			map[string]any{"role": "reviewer", "round": id})
	}
	return id, ref
}
