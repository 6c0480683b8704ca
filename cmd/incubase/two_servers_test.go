package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"incubase/api/edge"
	"incubase/cmd/incubase/app"
	"incubase/cmd/incubase/demo"
	"incubase/db"
	"incubase/db/accounts"
	"incubase/db/cases"
	"incubase/db/dbtest"
	"incubase/db/pg"
)

// second is another server on the site's database, with its own worker, pools and definitions; the site's people sign
// in on it by the tokens they have. It never looks for new definitions by itself: it learns one when it meets it.
func (s *site) second() *site {
	s.t.Helper()
	other, err := db.Open(s.t.Context(), pg.Options{URL: s.db.URL, RowKey: dbtest.RowKey,
		Log: slog.New(slog.DiscardHandler), MaxReads: 4, MaxWrites: 3})
	if err != nil {
		s.t.Fatal(err)
	}
	in := app.Begin(slog.New(slog.DiscardHandler))
	in.DB = other
	if err := in.Wire(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
	wake := make(chan struct{}, 1)
	files, err := in.DB.NewFiles(s.t.TempDir(), cases.DefaultFileLimits)
	if err != nil {
		s.t.Fatal(err)
	}
	c := &app.ServeCommand{Demo: true, SessionIdle: time.Hour, SessionAbsolute: time.Hour}
	found := app.Sessions{DB: in.DB, Limits: accounts.SessionLimits{Idle: c.SessionIdle, Absolute: c.SessionAbsolute},
		Factors: false}
	handler, err := c.Handler(in, files, found, app.NewLive(in, found), func() {})
	if err != nil {
		s.t.Fatal(err)
	}
	web := httptest.NewServer(edge.Server(handler, in.Log).Handler)
	ctx, stop := context.WithCancel(context.Background())
	var parts sync.WaitGroup
	parts.Go(func() { worker := in.Worker(wake); worker.Every = 50 * time.Millisecond; worker.Run(ctx) })
	parts.Go(func() { in.Clock.Keep(ctx, 100*time.Millisecond) })
	s.t.Cleanup(func() { web.Close(); stop(); parts.Wait(); in.Close() })
	return &site{t: s.t, in: in, url: web.URL, tokens: s.tokens, owner: s.owner, db: s.db, keys: 1_000_000}
}

// TestTwoServers work on one database as one: a session holds on both and ends on both, a definition loaded on one is
// learnt by the other, a request repeated on the other has one effect, timers fire once and children tell their parents
// once.
func TestTwoServers(t *testing.T) {
	t.Parallel()
	one := newSite(t, demo.LoadPeople)
	two := one.second()
	one.foreign("ifs_project")
	org := one.want(200, "GET", "/me", "certifier", nil).body["organization"].(string)

	opening := map[string]any{"workflow": "ifs_project", "organization": org}
	a := one.send("POST", "/cases", "officer", map[string]string{"Idempotency-Key": "once"}, opening)
	two.want(200, "GET", fmt.Sprint("/cases/", a.body["ref"]), "officer", nil)
	b := two.send("POST", "/cases", "officer", map[string]string{"Idempotency-Key": "once"}, opening)
	if a.status != 201 || b.status != 201 || a.body["ref"] != b.body["ref"] {
		t.Fatalf("one key on two servers: %d %v, %d %v", a.status, a.body["ref"], b.status, b.body["ref"])
	}
	one.foreign("ifs_offer_letter", "ifs_spend_profile") // the other server meets them first as children

	// Signals: every letter's approval is told by whichever worker is first, to a parent that the other server may hold.
	var projects []string
	for i := range 10 {
		here, there := one, two
		if i%2 == 1 {
			here, there = two, one
		}
		project := here.want(201, "POST", "/cases", "officer", opening).body["ref"].(string)
		there.act("officer", project, "open_parts", nil)
		here.act("officer", project+"-N1", "send", nil)
		there.act("certifier", project+"-N1", "sign", nil)
		here.act("officer", project+"-N1", "approve_signed", nil)
		projects = append(projects, project)
	}
	told := func() (n, twice int) {
		if err := one.owner.QueryRow(`select count(*), count(*) filter (where n > 1) from
			(select case_id, count(*) as n from events where action = 'letter_approved'
			group by case_id) e`).Scan(&n, &twice); err != nil {
			t.Fatal(err)
		}
		return n, twice
	}
	waitFor(t, "every letter to be told of", func() bool { n, _ := told(); return n == len(projects) })

	// Timers: all fall due at one moment, and both workers look.
	round, _ := one.round()
	for i := range 20 {
		here := []*site{one, two}[i%2]
		project := here.want(201, "POST", "/organizations/"+org+"/projects", "applicant",
			map[string]any{"title": fmt.Sprintf("项目%d", i), "topics": []string{"disabled"}}).body["id"]
		ref := here.want(201, "POST", "/cases", "certifier", map[string]any{"workflow": "grant", "round": round,
			"organization": org, "project": project}).body["ref"].(string)
		here.act("certifier", ref, "submit", here.example("certifier", ref, "submit"))
		here.act("officer", ref, "return", nil)
	}
	one.advance("P25D")
	fired := func() (cases, events int) {
		if err := one.owner.QueryRow(`select count(distinct case_id), count(*) from events where action = 'lapse'`).Scan(
			&cases, &events); err != nil {
			t.Fatal(err)
		}
		return cases, events
	}
	waitFor(t, "every deadline to fire", func() bool { n, _ := fired(); return n == 20 })
	for _, server := range []*site{one, two} { // both look again
		for more := true; more; {
			var err error
			if more, err = server.in.Worker(nil).Round(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	if cases, events := fired(); cases != 20 || events != 20 {
		t.Errorf("%d deadlines fired %d times", cases, events)
	}
	if n, twice := told(); n != len(projects) || twice != 0 {
		t.Errorf("%d projects were told, %d of them twice", n, twice)
	}

	// A session ends everywhere.
	one.want(200, "GET", "/me", "decider", nil)
	two.want(200, "GET", "/me", "decider", nil)
	if a := one.send("DELETE", "/sessions/current", "decider", nil, nil); a.status >= 300 {
		t.Fatal(a.status, a.body)
	}
	if a := two.send("GET", "/me", "decider", nil, nil); a.status != 401 {
		t.Errorf("signed out on one server, the other answers %d", a.status)
	}
	one.verified()
}

func waitFor(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(60 * time.Second); !holds(); time.Sleep(30 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal(fmt.Sprint("waited in vain for ", what))
		}
	}
}
