package api_test

import (
	"context"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"incubase/api"
)

// TestPagesTakeTurns: of many who ask for a page only a few are served at a time, all in the end; who cannot wait is told to
// come back, and takes nobody's turn.
func TestPagesTakeTurns(t *testing.T) {
	t.Parallel()
	s, atOnce := newSite(t), int64(api.PagesAtOnce())
	var now, most, begun atomic.Int64
	resume := make(chan struct{})
	s.listing = func() {
		begun.Add(1)
		for n := now.Add(1); ; {
			if m := most.Load(); n <= m || most.CompareAndSwap(m, n) {
				break
			}
		}
		<-resume
		now.Add(-1)
	}
	ask := func(wait time.Duration) *httptest.ResponseRecorder {
		r := httptest.NewRequest("GET", api.Base+"/cases", nil)
		r.Header.Set("Authorization", "Bearer officer")
		ctx, leave := context.WithTimeout(r.Context(), wait)
		defer leave()
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r.WithContext(ctx))
		return w
	}
	var all sync.WaitGroup
	for range 30 {
		all.Go(func() {
			if w := ask(time.Minute); w.Code != 200 {
				t.Errorf("%d: %s", w.Code, w.Body)
			}
		})
	}
	for try := 0; begun.Load() < atOnce && try < 5000; try++ {
		time.Sleep(time.Millisecond)
	}
	if w := ask(20 * time.Millisecond); w.Code != 503 || w.Header().Get("Retry-After") == "" {
		t.Errorf("who cannot wait gets %d, Retry-After %q", w.Code, w.Header().Get("Retry-After"))
	}
	close(resume)
	all.Wait()
	if n := most.Load(); n != atOnce || begun.Load() != 30 {
		t.Errorf("%d pages at once, %d in all; want %d and 30", n, begun.Load(), atOnce)
	}
}
