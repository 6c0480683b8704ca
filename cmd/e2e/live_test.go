package e2e

import (
	"bufio"
	"context"
	"maps"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"incubase/api/edge"
	"incubase/cmd/incubase/app"
	"incubase/cmd/incubase/demo"
	"incubase/db/accounts"
	"incubase/web/pagetest"
	"incubase/workflow"
	"incubase/workflow/registry"
)

type listening struct {
	t      *testing.T
	answer *http.Response
	lines  chan string
	stop   context.CancelFunc
}

func (s *site) listen(login, path, last string) *listening {
	s.T.Helper()
	ctx, stop := context.WithCancel(context.Background())
	r, err := http.NewRequestWithContext(ctx, "GET", s.URL+path, nil)
	if err != nil {
		s.T.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+s.Token(login))
	if last != "" {
		r.Header.Set("Last-Event-ID", last)
	}
	resp, err := (&http.Client{Transport: &http.Transport{}, CheckRedirect: func(*http.Request,
		[]*http.Request) error {
		return http.ErrUseLastResponse
	}}).Do(r)
	if err != nil {
		s.T.Fatal(err)
	}
	l := &listening{t: s.T, answer: resp, lines: make(chan string, 1000), stop: stop}
	go func() {
		defer close(l.lines)
		defer resp.Body.Close()
		for in := bufio.NewScanner(resp.Body); in.Scan(); {
			l.lines <- in.Text()
		}
	}()
	s.T.Cleanup(stop)
	return l
}

// until reads to a line that holds the words, and returns all that was read.
func (l *listening) until(words string) string {
	l.t.Helper()
	var all strings.Builder
	for timeout := time.After(30 * time.Second); ; {
		select {
		case line, ok := <-l.lines:
			all.WriteString(line + "\n")
			if strings.Contains(line, words) {
				return all.String()
			}
			if !ok {
				l.t.Fatalf("the stream ended before %q: %s", words, all.String())
			}
		case <-timeout:
			l.t.Fatalf("%q does not come: %s", words, all.String())
		}
	}
}

func (l *listening) ends() {
	l.t.Helper()
	for timeout := time.After(30 * time.Second); ; {
		select {
		case _, ok := <-l.lines:
			if !ok {
				return
			}
		case <-timeout:
			l.t.Fatal("the stream goes on")
		}
	}
}

func idOf(event string) string {
	_, rest, _ := strings.Cut(event, "id: ")
	id, _, _ := strings.Cut(rest, "\n")
	return id
}

const countyBoard = "/api/v1/board/stream?region=230302&by=region"

// TestABoardLives: those who may read a board may watch it. Only differences are sent, nothing twice; streams are
// bounded, and end with the session and with their reader.
func TestABoardLives(t *testing.T) {
	t.Parallel()
	s := newSite(t, demo.Load)
	for path, login := range map[string]string{"/api/v1/board/stream?region=23": "officer",
		"/board/live?region=23":              "officer",
		"/api/v1/board/stream?region=230302": "certifier", "/board/live": "women"} {
		if l := s.listen(login, path, ""); l.answer.StatusCode != http.StatusNotFound {
			t.Errorf("%s watches %s: %d", login, path, l.answer.StatusCode)
		}
	}
	if l, a := s.listen("officer", "/api/v1/board/stream?by=moon", ""), s.Send("GET", "/board?by=moon", "officer", nil,
		nil); l.answer.StatusCode != a.Status || a.Status < 400 {
		t.Errorf("by an unknown order: %d, a board %d", l.answer.StatusCode, a.Status)
	}
	a, page := s.listen("officer", countyBoard, ""), s.listen("officer", "/board/live?region=230302&by=region", "")
	if kind := a.answer.Header.Get("Content-Type"); kind != "text/event-stream" {
		t.Errorf("a stream of %q", kind)
	}
	first := a.until("data: ")
	if !strings.Contains(first, "event: board") || !strings.Contains(first, `"overlaps":false`) {
		t.Errorf("at first: %s", first)
	}
	page.until("</table>")
	again := s.listen("officer", countyBoard, idOf(first))
	again.until("retry")
	if streams := s.Live.Streams(); streams != 3 {
		t.Errorf("%d streams, want 3", streams)
	}
	s.confirmOne()
	change := a.until("data: ")
	if !strings.Contains(change, "event: change") || strings.Count(change, `"key"`) != 1 ||
		!strings.Contains(change, `"gone":[]`) {
		t.Errorf("after one award was confirmed: %s", change)
	}
	if sent := again.until("data: "); !strings.Contains(sent, "event: change") || strings.Contains(sent, "event: board") {
		t.Errorf("what was seen already is sent again: %s", sent)
	}
	page.until("</table>")
	s.bounded(t)
	s.Want(http.StatusNoContent, "DELETE", "/sessions/current", "officer", nil)
	s.Tokens["officer"] = ""
	for _, l := range []*listening{page, again} {
		l.stop()
		l.ends()
	}
}

func (s *site) confirmOne() {
	s.T.Helper()
	for _, x := range s.Want(200, "GET", "/cases?workflow=grant&region=230302&stage=applied&limit=200", "decider",
		nil).Body["items"].([]any) {
		ref := x.(map[string]any)["ref"].(string)
		for _, a := range s.Want(200, "GET", "/cases/"+ref, "decider", nil).Body["actions"].([]any) {
			if o := a.(map[string]any); o["name"] == "confirm" && o["allowed"] == true {
				s.Act("decider", ref, "confirm", s.Example("decider", ref, "confirm"))
				return
			}
		}
	}
	s.T.Fatal("the demonstration has no award to confirm")
}

func (s *site) bounded(t *testing.T) {
	var open []*listening
	for {
		l := s.listen("officer", countyBoard, "")
		if l.answer.StatusCode == http.StatusTooManyRequests {
			if l.answer.Header.Get("Retry-After") == "" {
				t.Error("nobody says when to come back")
			}
			break
		}
		if open = append(open, l); len(open) > 6 {
			t.Fatal("there is no end of streams")
		}
	}
	if len(open) != 3 { // beside the three that are open
		t.Errorf("%d more streams", len(open))
	}
	for _, l := range open {
		l.stop()
		l.ends()
	}
	s.streams(3)
}

// streams waits for a number of open streams: a reader's leaving is noticed a moment later.
func (s *site) streams(n int) {
	s.T.Helper()
	for end := time.Now().Add(10 * time.Second); s.Live.Streams() != n; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			s.T.Fatalf("%d streams are open, want %d", s.Live.Streams(), n)
		}
	}
}

// TestABoardEndsWithItsReasons: a stream ends with the session, the role or the server, and leaves nothing running.
func TestABoardEndsWithItsReasons(t *testing.T) {
	t.Parallel()
	s := newSite(t, demo.Load)
	own, server, stop := s.watched(edge.LiveOptions{Boards: s.In.DB, Poll: 20 * time.Millisecond,
		Interval: time.Millisecond, Heartbeat: 20 * time.Millisecond, PerActor: 100, Max: 2})
	live := own.Live
	signedOut := own.listen("analyst", "/api/v1/board/stream", "")
	signedOut.until(": .")
	second := own.listen("auditor", "/api/v1/board/stream", "")
	second.until("data: ")
	if l := own.listen("officer", countyBoard, ""); l.answer.StatusCode != http.StatusServiceUnavailable ||
		l.answer.Header.Get("Retry-After") == "" {
		t.Errorf("one more than the process bears: %d", l.answer.StatusCode)
	}
	second.stop()
	second.ends()
	own.Want(http.StatusNoContent, "DELETE", "/sessions/current", "analyst", nil)
	signedOut.ends()

	taken := own.listen("officer", countyBoard, "")
	taken.until(": .")
	if _, err := s.Owner.Exec(
		`update role_grants set until = now() where user_id = (select id from users where login = 'officer')
			and until is null`); err != nil {
		t.Fatal(err)
	}
	taken.ends()

	staying := own.listen("auditor", "/api/v1/board/stream", "")
	staying.until("data: ")
	stop()
	staying.ends()
	down, cancel := context.WithTimeout(context.Background(), app.Drain)
	defer cancel()
	if err := server.Shutdown(down); err != nil {
		t.Errorf("stopping waits for an open board: %v", err)
	}
	if n := live.Streams(); n != 0 {
		t.Errorf("%d streams are left", n)
	}
	if _, err := live.Open(edge.With(t.Context(), &edge.Request{Session: &registry.Session{Actor: workflow.System()}}),
		workflow.BoardQuery{By: "region"}); err == nil {
		t.Error("a stopped server opens boards")
	}
}

// watched serves the site a second time, with boards that do not hear of the site's acts. stop returns when they have
// ended.
func (s *site) watched(o edge.LiveOptions) (own *site, server *edge.HTTP, stop func()) {
	s.T.Helper()
	found := app.Sessions{Accounts: s.In.DB.Accounts, Limits: accounts.SessionLimits{Idle: time.Hour, Absolute: time.Hour},
		Factors: &registry.Factors{Store: s.In.DB}}
	o.Machines, o.Clock, o.Stands, o.Log = s.In.Desk.Machines, s.In.Clock, found.Stands, s.In.Log
	live := edge.NewLive(o)
	c := &app.ServeCommand{SessionIdle: time.Hour, SessionAbsolute: time.Hour}
	handler, err := c.Handler(s.In, nil, found, live, live.Notify)
	if err != nil {
		s.T.Fatal(err)
	}
	listener, err := app.Listen("127.0.0.1:0", "")
	if err != nil {
		s.T.Fatal(err)
	}
	server = edge.Server(handler, s.In.Log)
	go func() { _ = server.Serve(listener) }()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { defer close(ended); live.Run(ctx) }()
	stop = func() { cancel(); <-ended }
	s.T.Cleanup(func() { stop(); _ = server.Close() })
	second := *s
	second.URL, second.Live = "http://"+listener.Addr().String(), live
	return &second, server, stop
}

type countedBoards struct {
	edge.Boards
	mu    sync.Mutex
	reads map[string]int
}

func (b *countedBoards) Board(ctx context.Context, scope workflow.Scope, q workflow.BoardQuery) ([]workflow.Counts,
	error) {
	b.mu.Lock()
	b.reads[string(q.Region)]++
	b.mu.Unlock()
	return b.Boards.Board(ctx, scope, q)
}

// TestABoardIsReadOnceForAll: at first and after each notification; a board without readers is not read.
func TestABoardIsReadOnceForAll(t *testing.T) {
	t.Parallel()
	s := newSite(t, demo.Load)
	boards := &countedBoards{Boards: s.In.DB, reads: map[string]int{}}
	own, _, _ := s.watched(edge.LiveOptions{Boards: boards, Poll: time.Hour, Interval: time.Millisecond})
	province := own.listen("analyst", "/api/v1/board/stream", "")
	province.until("data: ")
	province.stop()
	province.ends()
	own.streams(0)
	var all []*listening
	for _, who := range []string{"officer", "officer", "decider", "analyst"} {
		all = append(all, own.listen(who, countyBoard, ""))
	}
	all = append(all, own.listen("officer", "/board/live?region=230302&by=region", ""))
	for _, l := range all {
		l.until("data: ")
	}
	s.confirmOne()
	own.Live.Notify()
	for _, l := range all {
		l.until("event: ")
	}
	if want := map[string]int{"23": 1, "230302": 2}; !maps.Equal(boards.reads, want) {
		t.Errorf("boards were read %v times, want %v", boards.reads, want)
	}
}

// TestBrowserWatchesABoard: a figure changes after an act elsewhere, without a reload; the focus stays; the page says
// whether it is live.
func TestBrowserWatchesABoard(t *testing.T) {
	b := pagetest.OpenBrowser(t)
	s := newSite(t, demo.Load)
	tab := b.Tab(t, s.URL)
	tab.Cookie("incubase-lang", "en")
	tab.Cookie("incubase", s.Token("officer"))
	tab.Size(360, 740)
	tab.Visit("/board?region=230302&by=region")
	tab.Await(`document.querySelector(".live .state").textContent === "Live"`)
	cell := `document.querySelector("#figures tfoot td:nth-child(3)").textContent`
	before := tab.Evaluate(cell)
	tab.Evaluate(`(window.stayed = true, document.querySelector("#figures tbody a").focus(), "")`)
	s.confirmOne()
	tab.Await(cell + ` !== ` + "`" + before + "`")
	if tab.Evaluate(`String(window.stayed && document.activeElement.matches("#figures tbody a"))`) != "true" {
		t.Error("the page was loaded again, or lost the focus")
	}
	tab.Await(`document.querySelector(".live [role=status]").textContent.startsWith("The figures have changed: ")`)
	if found := tab.Axe(); len(found) > 0 {
		t.Errorf("axe-core on the changed board: %s", strings.Join(found, "; "))
	}
	s.Want(http.StatusNoContent, "DELETE", "/sessions/current", "officer", nil)
	tab.Await(`document.querySelector(".live .state").textContent.startsWith("Paused, last figures of ")`)
}
