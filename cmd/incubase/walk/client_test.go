package walk

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// serve answers requests by the handlers in turn, repeating the last one, and records the keys.
func serve(t *testing.T, turns ...http.HandlerFunc) (c *client, keys func() []string) {
	t.Helper()
	var n atomic.Int64
	seen := make(chan string, 100)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen <- r.Header.Get("Idempotency-Key")
		turns[min(int(n.Add(1))-1, len(turns)-1)](w, r)
	}))
	t.Cleanup(s.Close)
	return &client{http: s.Client(), base: s.URL}, func() []string {
		var out []string
		for len(seen) > 0 {
			out = append(out, <-seen)
		}
		return out
	}
}

func fine(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, `{"id":"x"}`) }

// lost drops the connection.
func lost(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

func status(code int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(code)
		io.WriteString(w, body)
	}
}

func TestTheClientRepeatsWhatMayBeRepeated(t *testing.T) {
	t.Parallel()
	inFlight := status(409, `{"title":"in use","type":"/problems/key-in-use"}`)
	moved := status(409, `{"title":"moved","type":"/problems/moved"}`)
	for _, c := range []struct {
		name  string
		key   string
		turns []http.HandlerFunc
		sent  int
		fails bool
	}{
		{"an answer at once needs no repetition", "k", []http.HandlerFunc{fine}, 1, false},
		{"a lost answer is asked for again under the same key", "k", []http.HandlerFunc{lost, lost, fine}, 3, false},
		{"a lost answer without a key is not", "", []http.HandlerFunc{lost, fine}, 1, true},
		{"an overloaded server is asked again", "k", []http.HandlerFunc{status(503, `{}`), fine}, 2, false},
		{"its own earlier try is waited for", "k", []http.HandlerFunc{inFlight, fine}, 2, false},
		{"a case that others move is tried again", "k", []http.HandlerFunc{moved, fine}, 2, false},
		{"an overloaded server is not asked again without a key", "", []http.HandlerFunc{status(503, `{}`), fine}, 1, true},
		{"a refusal is final", "k", []http.HandlerFunc{status(409, `{"refusals":[{"rule":"scores","message":"1 more"}]}`),
			fine}, 1, true},
		{"an invalid request is final", "k", []http.HandlerFunc{status(422, `{}`), fine}, 1, true},
		{"the retries end", "k", []http.HandlerFunc{status(503, `{}`)}, tries, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			cl, keys := serve(t, c.turns...)
			var out created
			err := cl.post(context.Background(), "/x", c.key, map[string]any{}, &out)
			if (err != nil) != c.fails {
				t.Fatalf("error %v, want one: %v", err, c.fails)
			}
			got := keys()
			if len(got) != c.sent || slices.ContainsFunc(got, func(k string) bool { return k != c.key }) {
				t.Errorf("sent with keys %q, want %d times %q", got, c.sent, c.key)
			}
		})
	}
}

func TestARefusalIsToldInOneLine(t *testing.T) {
	t.Parallel()
	cl, _ := serve(t,
		status(422,
			`{"title":"Invalid","errors":[{"field":"fields.amount_fen","message":"too much"},{"field":"note","message":"missing"}]}`))
	err := cl.get(context.Background(), "/x", nil)
	if got := because(err); got != "422 fields.amount_fen: too much; note: missing" {
		t.Errorf("got %q", got)
	}
	if !isStatus(err, 422) || isStatus(errors.New("other"), 422) {
		t.Error("the status is not told from other errors")
	}
}

func TestTheReportCountsStages(t *testing.T) {
	t.Parallel()
	s := startStage("applied")
	for i := range 100 {
		s.done("row", time.Duration(100-i)*time.Millisecond, nil)
	}
	s.done("bad1", 0, errors.New("no"))
	s.done("bad2", 0, errors.New("no"))
	got := s.stop()
	if got.Done != 100 || got.Count() != 2 || got.Percentile(50) != 50*time.Millisecond ||
		got.Percentile(95) != 95*time.Millisecond {
		t.Errorf("done %d, refused %d, p50 %s, p95 %s", got.Done, got.Count(), got.Percentile(50), got.Percentile(95))
	}
	var out strings.Builder
	got.print(&out)
	if !strings.Contains(out.String(), "refused 2: no ([bad1 bad2])") {
		t.Errorf("printed %q", out.String())
	}
}

func TestALogThatDoesNotLinkIsNoticed(t *testing.T) {
	t.Parallel()
	good := func() []event {
		return []event{{1, "create", "", "draft", "h1", ""}, {2, "submit", "draft", "applied", "h2", "h1"},
			{3, "admit", "applied", "screened", "h3", "h2"}}
	}
	if err := linked(good()); err != nil {
		t.Fatalf("a good log is refused: %v", err)
	}
	for name, spoil := range map[string]func([]event) []event{
		"an event is missing":              func(e []event) []event { return slices.Delete(e, 1, 2) },
		"a state does not follow":          func(e []event) []event { e[2].From = "draft"; return e },
		"a hash is another's":              func(e []event) []event { e[2].Previous = "h1"; return e },
		"an event has no hash":             func(e []event) []event { e[1].Hash = ""; return e },
		"the log is empty":                 func([]event) []event { return nil },
		"the first event is not the birth": func(e []event) []event { return e[1:] },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if linked(spoil(good())) == nil {
				t.Error("it was not noticed")
			}
		})
	}
}
