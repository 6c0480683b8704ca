package e2e

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"incubase/cmd/incubase/app/apptest"
	"incubase/cmd/incubase/demo"
)

// TestLostAnswer: a proxy swallows the answer to an award. The client repeats its key: one effect, and the truth.
func TestLostAnswer(t *testing.T) {
	t.Parallel()
	s := newSite(t, demo.Load)
	s.Advance("P20D") // every notice has run out
	ref := s.confirmable()
	before := s.Want(200, "GET", "/cases/"+ref, "decider", nil).Body["version"].(float64)

	target, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	var swallow atomic.Bool
	swallow.Store(true)
	forward := httputil.NewSingleHostReverseProxy(target)
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !swallow.CompareAndSwap(true, false) {
			forward.ServeHTTP(w, r)
			return
		}
		forward.ServeHTTP(httptest.NewRecorder(), r) // the server has done it; nobody hears of it
		panic(http.ErrAbortHandler)
	}))
	t.Cleanup(proxy.Close)
	through := &site{&apptest.Site{T: t, In: s.In, URL: proxy.URL,
		Tokens: map[string]string{"decider": s.Token("decider")}}}

	key := map[string]string{"Idempotency-Key": "award-" + ref}
	if err := through.lost("/cases/"+ref+"/actions/confirm", key); err == nil {
		t.Fatal("the first answer was not lost")
	}
	a := through.Send("POST", "/cases/"+ref+"/actions/confirm", "decider", key, map[string]any{})
	if a.Status != http.StatusOK || a.Body["case"].(map[string]any)["state"] != "reviewed" {
		t.Fatalf("the retry: %d %v", a.Status, a.Body)
	}
	c := s.Want(200, "GET", "/cases/"+ref, "decider", nil).Body
	if c["version"] != before+1 || c["committed_fen"] != c["awarded_fen"] {
		t.Errorf("version %v after %v, committed %v of %v", c["version"], before, c["committed_fen"], c["awarded_fen"])
	}
	s.Verified()
}

// confirmable returns a case that the decider may confirm now.
func (s *site) confirmable() string {
	s.T.Helper()
	for _, x := range s.Want(200, "GET", "/cases?state=proposed&limit=20&expand=case", "decider",
		nil).Body["items"].([]any) {
		c := x.(map[string]any)
		for _, a := range c["actions"].([]any) {
			if m := a.(map[string]any); m["name"] == "confirm" && m["allowed"] == true {
				return c["ref"].(string)
			}
		}
	}
	s.T.Fatal("the demonstration has nothing to confirm")
	return ""
}

// lost sends a request whose answer does not arrive, on a connection without retries.
func (s *site) lost(path string, header map[string]string) error {
	s.T.Helper()
	r, err := http.NewRequestWithContext(s.T.Context(), http.MethodPost, s.URL+"/api/v1"+path, http.NoBody)
	if err != nil {
		s.T.Fatal(err)
	}
	r.Body, r.ContentLength = body("{}"), 2
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+s.Token("decider"))
	for k, v := range header {
		r.Header.Set(k, v)
	}
	resp, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(r)
	if err == nil {
		_ = resp.Body.Close()
	}
	return err
}

func body(s string) io.ReadCloser { return io.NopCloser(strings.NewReader(s)) }
