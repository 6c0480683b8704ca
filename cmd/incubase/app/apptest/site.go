// Package apptest runs the whole server in the process of a test, and asks it as clients of the API and people at pages
// do.
package apptest

import (
	"context"
	"database/sql"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"sync"
	"testing"
	"time"

	"incubase/api/edge"
	"incubase/cmd/e2e/process"
	"incubase/cmd/incubase/app"
	"incubase/cmd/incubase/demo"
	"incubase/db"
	"incubase/db/accounts"
	"incubase/db/cases"
	"incubase/db/dbtest"
	"incubase/db/pg"
	"incubase/web/pagetest"
	"incubase/workflow"
	"incubase/workflow/catalog"
	"incubase/workflow/catalog/catalogtest"
	"incubase/workflow/registry"
	"incubase/workflow/vet"
)

// Site is the server on a database of its own, with the demonstration's people.
type Site struct {
	T      *testing.T
	In     *app.Installation
	URL    string
	Tokens map[string]string
	Keys   int
	Owner  *sql.DB
	DB     *dbtest.Database
	Live   *edge.Live
	Served http.Handler

	Renaming *catalogtest.Renaming // nil: grants go by their shipped names
	people   map[string]*pagetest.Visitor
}

// Options are what few tests change.
type Options struct {
	Log     *slog.Logger
	Factors bool // roles need a second factor
	Change  func(*app.Installation)
}

// New returns a site that load fills.
func New(t *testing.T, load func(context.Context, demo.Deps) error) *Site {
	t.Helper()
	return NewWith(t, load, Options{})
}

// action is what a case's definition calls an action: grants may go by other names, their children and rounds do not.
func (s *Site) action(ref, name string) string {
	if s.Renaming == nil || !grantRef.MatchString(ref) {
		return name
	}
	return s.Renaming.Action(name)
}

var (
	grantRef = regexp.MustCompile(`^GA-\d+-\d+$`)
	actPath  = regexp.MustCompile(`^(/cases/(GA-\d+-\d+)/actions/)([^?/]+)(.*)$`)
)

// path is an address of the API as the site's definitions have it.
func (s *Site) path(path string) string {
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

// NewWith returns a site with options.
func NewWith(t *testing.T, load func(context.Context, demo.Deps) error, o Options) *Site {
	t.Helper()
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	wired := func(ctx context.Context, d *dbtest.Database) (*app.Installation, error) {
		in := app.Begin(o.Log)
		if o.Change != nil {
			o.Change(in)
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
	if world := worlds[reflect.ValueOf(load).Pointer()]; world != nil && o.Change == nil {
		d = world.Open(t, pg.Options{Log: o.Log}, fill)
	} else {
		d = dbtest.Open(t, pg.Options{Log: o.Log})
		if err := fill(t.Context(), d); err != nil {
			t.Fatal(err)
		}
	}
	in, err := wired(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	s := serve(t, in, o)
	s.Tokens, s.Owner, s.DB = map[string]string{}, d.Owner(t), d
	return s
}

// Second starts another server on the site's database, with its own worker, pools and definitions. Tokens work on both.
// It learns a definition when it meets it.
func (s *Site) Second() *Site {
	s.T.Helper()
	o := Options{Log: slog.New(slog.DiscardHandler)}
	in := app.Begin(o.Log)
	var err error
	in.DB, err = db.Open(s.T.Context(), pg.Options{URL: s.DB.URL, RowKey: dbtest.RowKey, Log: o.Log, MaxReads: 4,
		MaxWrites: 3})
	if err == nil {
		s.T.Cleanup(in.Close)
		err = in.Wire(s.T.Context())
	}
	if err != nil {
		s.T.Fatal(err)
	}
	other := serve(s.T, in, o)
	background(s.T, func(ctx context.Context) { in.Clock.Keep(ctx, 100*time.Millisecond) })
	other.Tokens, other.Owner, other.DB, other.Keys = s.Tokens, s.Owner, s.DB, 1_000_000
	return other
}

// serve serves an installation, with its boards and its worker.
func serve(t *testing.T, in *app.Installation, o Options) *Site {
	t.Helper()
	wake := make(chan struct{}, 1)
	c := &app.ServeCommand{Demo: true, SessionIdle: time.Hour, SessionAbsolute: time.Hour}
	found := app.Sessions{Accounts: in.DB.Accounts,
		Limits:  accounts.SessionLimits{Idle: c.SessionIdle, Absolute: c.SessionAbsolute},
		Factors: &registry.Factors{Store: in.DB, Required: o.Factors}}
	live := app.NewLive(in, found)
	in.Desk.Wake = func() {
		live.Notify()
		select {
		case wake <- struct{}{}:
		default:
		}
	}
	files, err := in.DB.NewFiles(t.TempDir(), cases.DefaultFileLimits)
	if err != nil {
		t.Fatal(err)
	}
	handler, err := c.Handler(in, files, found, live, in.Desk.Wake)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(edge.Server(handler, in.Log).Handler)
	t.Cleanup(server.Close)
	background(t, live.Run)
	worker := in.Worker(wake)
	worker.Every = 100 * time.Millisecond
	background(t, worker.Run)
	return &Site{T: t, In: in, URL: server.URL, Live: live, Served: handler, people: map[string]*pagetest.Visitor{}}
}

// background runs a function until the end of the test.
func background(t *testing.T, run func(context.Context)) {
	ctx, stop := context.WithCancel(context.Background())
	var ended sync.WaitGroup
	ended.Go(func() { run(ctx) })
	t.Cleanup(func() { stop(); ended.Wait() })
}

// Token signs a login in, once.
func (s *Site) Token(login string) string {
	s.T.Helper()
	if s.Tokens[login] == "" && login != "" {
		said := map[string]any{"login": login, "password": demo.Password}
		a := s.Send("POST", "/sessions", "", nil, said)
		for end := time.Now().Add(time.Minute); a.Status == http.StatusServiceUnavailable && time.Now().Before(end); {
			a = s.Send("POST", "/sessions", "", nil, said) // other passwords are hashed before it
		}
		if a.Status != http.StatusCreated {
			s.T.Fatalf("sign in as %s: %d %v", login, a.Status, a.Body)
		}
		s.Tokens[login] = a.Body["token"].(string)
	}
	return s.Tokens[login]
}

// Send makes one request of the API; login "" signs nobody in.
func (s *Site) Send(method, path, login string, header map[string]string, body any) process.Answer {
	s.T.Helper()
	return process.Send(s.T, method, s.URL+"/api/v1"+s.path(path), s.Token(login), header, body)
}

// Want makes a request that must be answered with a status.
func (s *Site) Want(status int, method, path, login string, body any) process.Answer {
	s.T.Helper()
	s.Keys++
	a := s.Send(method, path, login, map[string]string{"Idempotency-Key": fmt.Sprintf("k%d", s.Keys)}, body)
	if a.Status != status {
		s.T.Fatalf("%s %s as %s: %d, want %d: %v", method, path, login, a.Status, status, a.Body)
	}
	return a
}

// Act carries an action out and returns the case.
func (s *Site) Act(login, ref, action string, fields map[string]any) map[string]any {
	s.T.Helper()
	return s.Want(http.StatusOK, "POST", "/cases/"+ref+"/actions/"+action, login, map[string]any{"fields": fields,
		"note": "办理 in order"}).Body["case"].(map[string]any)
}

// Refused tries an action that must be refused, by a rule where one is named.
func (s *Site) Refused(status int, rule, login, ref, action string, fields map[string]any) {
	s.T.Helper()
	a := s.Want(status, "POST", "/cases/"+ref+"/actions/"+action, login, map[string]any{"fields": fields,
		"note": "试 a try"})
	if rule == "" {
		return
	}
	list, _ := a.Body["refusals"].([]any)
	for _, x := range list {
		if x.(map[string]any)["rule"] == rule {
			return
		}
	}
	s.T.Fatalf("%s by %s: refused by %v, want %s", action, login, list, rule)
}

// Settled waits until an action is possible.
func (s *Site) Settled(login, ref, action string) {
	s.T.Helper()
	for end := time.Now().Add(60 * time.Second); ; time.Sleep(30 * time.Millisecond) {
		for _, a := range s.Want(http.StatusOK, "GET", "/cases/"+ref, login, nil).Body["actions"].([]any) {
			if x := a.(map[string]any); x["name"] == s.action(ref, action) && x["allowed"] == true {
				return
			}
		}
		if time.Now().After(end) {
			s.T.Fatalf("%s does not become possible on %s", action, ref)
		}
	}
}

// Example returns fields that an action accepts.
func (s *Site) Example(login, ref, action string) map[string]any {
	s.T.Helper()
	for _, a := range s.Want(http.StatusOK, "GET", "/cases/"+ref, login, nil).Body["actions"].([]any) {
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
	s.T.Fatalf("%s is not among the actions of %s for %s", action, ref, login)
	return nil
}

// Signature returns the fields that sign the agreement in force.
func (s *Site) Signature(login, ref string) map[string]any {
	s.T.Helper()
	for _, x := range s.Want(http.StatusOK, "GET", "/cases/"+ref+"/papers", login, nil).Body["items"].([]any) {
		if p := x.(map[string]any); p["sha256"] != nil && p["voided_at"] == nil {
			return map[string]any{"answer": "sign", "sha256": p["sha256"]}
		}
	}
	s.T.Fatalf("%s has no agreement to sign", ref)
	return nil
}

// Advance moves the demonstration's clock.
func (s *Site) Advance(by string) {
	s.T.Helper()
	s.Want(http.StatusOK, "POST", "/demo/clock", "officer", map[string]any{"advance": by})
}

// Verified recomputes every chain, the ledger and the boards.
func (s *Site) Verified() {
	s.T.Helper()
	problem := func(p pg.Problem) { s.T.Error(p) }
	events, entries, err := s.In.DB.Verify(s.T.Context(), problem)
	if err != nil || events == 0 || entries == 0 {
		s.T.Fatal(events, entries, err)
	}
	if err := s.In.DB.Check(s.T.Context(), problem); err != nil {
		s.T.Fatal(err)
	}
}

// Round prepares and opens a round, with reviewers.
func (s *Site) Round(changes ...func(*workflow.Rules)) (id, ref string) {
	s.T.Helper()
	now := s.In.Clock.Now()
	rules := vet.SimulationRules()
	rules.MinReviews, rules.Contact, rules.DocumentWord = 2, "0000-1234567", "演民社孵"
	for _, change := range changes {
		change(&rules)
	}
	r := s.Want(http.StatusCreated, "POST", "/rounds", "officer",
		map[string]any{"name": map[string]any{"zh": "试验批次", "en": "Trial round"}, "kind": "grant", "region": "230302"}).Body
	id, ref = r["id"].(string), r["ref"].(string)
	s.Refused(http.StatusConflict, "round_complete", "officer", ref, "open", nil)
	form := s.Form("grant")
	patch := map[string]any{"opens_at": now.Add(-time.Hour).Format(time.RFC3339), "closes_at": now.AddDate(0, 0,
		20).Format(time.RFC3339),
		"rules": rules, "form": form, "total_fen": 6_000_000}
	if a := s.Send("PATCH", "/rounds/"+id, "officer", nil, patch); a.Status != http.StatusPreconditionRequired {
		s.T.Fatalf("a change without If-Match: %d", a.Status)
	}
	if a := s.Send("PATCH", "/rounds/"+id, "officer", map[string]string{"If-Match": `"99"`},
		patch); a.Status != http.StatusPreconditionFailed {
		s.T.Fatalf("a change of a stale version: %d %v", a.Status, a.Body)
	}
	if a := s.Send("PATCH", "/rounds/"+id, "officer", map[string]string{"If-Match": fmt.Sprintf(`"%v"`, r["version"])},
		patch); a.Status != http.StatusOK {
		s.T.Fatalf("complete the round: %d %v", a.Status, a.Body)
	}
	s.Act("officer", ref, "open", nil)
	for _, who := range []string{"reviewer1", "reviewer2", "reviewer3"} {
		me := s.Want(http.StatusOK, "GET", "/me", who, nil).Body
		s.Want(http.StatusCreated, "POST", "/users/"+me["id"].(string)+"/roles", "secadmin",
			map[string]any{"role": "reviewer", "round": id})
	}
	return id, ref
}

// Form returns a shipped application form.
func (s *Site) Form(name string) map[string]any {
	s.T.Helper()
	b, err := catalog.Form(name)
	if err != nil {
		s.T.Fatal(err)
	}
	var out map[string]any
	if err := json.Unmarshal(b, &out); err != nil {
		s.T.Fatal(err)
	}
	return out
}

// Submitted returns an application of the first organization to a round.
func (s *Site) Submitted(round, title string) (ref string) {
	s.T.Helper()
	org := s.Want(http.StatusOK, "GET", "/me", "certifier", nil).Body["organization"].(string)
	project := s.Want(http.StatusCreated, "POST", "/organizations/"+org+"/projects", "applicant",
		map[string]any{"title": title, "topics": []string{"children", "women"}}).Body
	ref = s.Want(http.StatusCreated, "POST", "/cases", "applicant", map[string]any{"workflow": "grant", "round": round,
		"organization": org, "project": project["id"]}).Body["ref"].(string)
	answers := s.Example("certifier", ref, "submit")["answers"].(map[string]any)
	answers["requested_fen"] = 2_000_000
	s.Act("certifier", ref, "submit", map[string]any{"answers": answers})
	return ref
}

// Proposed returns an application in its public notice.
func (s *Site) Proposed(round, title string) (ref string) {
	s.T.Helper()
	ref = s.Submitted(round, title)
	s.Act("officer", ref, "admit", nil)
	for _, who := range []string{"reviewer1", "reviewer2"} {
		s.Act(who, ref, "declare", map[string]any{"conflict": false})
		s.Act(who, ref, "score", map[string]any{"points": 8600})
	}
	s.Advance("P10D")
	s.Settled("officer", ref, "propose")
	s.Act("officer", ref, "propose", map[string]any{"amount_fen": 2_000_000})
	return ref
}

// Now returns the domain's time.
func (s *Site) Now() time.Time { return s.In.Clock.Now().In(time.FixedZone("", 8*60*60)) }

// RowKeyFile writes the key of the tests' databases into a file, as servers read it.
func RowKeyFile(t *testing.T, folder string) string {
	t.Helper()
	path := filepath.Join(folder, "row.key")
	if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "INCUBASE ROW KEY", Bytes: dbtest.RowKey}),
		0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// WaitFor waits until a condition holds.
func WaitFor(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(60 * time.Second); !holds(); time.Sleep(30 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal(fmt.Sprint("waited in vain for ", what))
		}
	}
}
