package e2e

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"incubase/cmd/incubase/demo"
)

// from sends a request from an address, in this process.
func (s *site) from(address, method, target, login string) int {
	s.T.Helper()
	r := httptest.NewRequest(method, target, http.NoBody)
	if method == http.MethodPost {
		r = httptest.NewRequest(method, target, strings.NewReader(`{"text":"这个项目不是申报单位做的"}`))
		r.Header.Set("Content-Type", "application/json")
	}
	r.RemoteAddr = address + ":4711"
	if login != "" && strings.HasPrefix(target, "/api/") {
		r.Header.Set("Authorization", "Bearer "+s.Token(login))
	} else if login != "" {
		r.AddCookie(&http.Cookie{Name: "incubase", Value: s.Token(login)})
	}
	w := httptest.NewRecorder()
	s.Served.ServeHTTP(w, r)
	return w.Code
}

// TestOneLimitForBothDoors: pages and API share one limit.
func TestOneLimitForBothDoors(t *testing.T) {
	t.Parallel()
	s := newSite(t, demo.LoadPeople)
	rows := []struct {
		name, here, there string
		allowed           int
	}{
		{"the awards as a file", "/exports/awards", "/api/v1/exports/awards", 3},
		{"the awards as a file, the API first", "/api/v1/exports/awards", "/exports/awards", 3},
		{"a notice as PDF", "/notices/x/pdf", "/api/v1/public/notices/x/pdf", 300},
		{"lists of the public", "/api/v1/public/notices", "/notices", 300},
	}
	for i, x := range rows {
		address := "192.0.2." + string(rune('1'+i))
		refused := 0
		for range x.allowed * 3 {
			if s.from(address, "GET", x.here, "") == http.StatusTooManyRequests {
				refused++
				break
			}
		}
		if refused == 0 {
			t.Errorf("%s: three times %d got through", x.name, x.allowed)
			continue
		}
		if x.allowed < 10 { // of the others some come back while this runs
			if code := s.from(address, "GET", x.there, ""); code != http.StatusTooManyRequests {
				t.Errorf("%s: the other door answers %d", x.name, code)
			}
			if code := s.from("198.51.100.1", "GET", x.there, ""); code == http.StatusTooManyRequests {
				t.Errorf("%s: another address waits too", x.name)
			}
		}
	}
}

// TestAnOfficeBehindOneAddress: signed-in people do not share the limit of their address.
func TestAnOfficeBehindOneAddress(t *testing.T) {
	t.Parallel()
	s := newSite(t, demo.LoadPeople)
	for _, door := range []string{"/exports/awards", "/api/v1/exports/awards"} {
		for i, login := range []string{"officer", "decider", "finance1", "officer", "decider", "officer"} {
			if code := s.from("192.0.2.77", "GET", door, login); code != http.StatusOK {
				t.Errorf("%s: try %d, of %s: %d", door, i+1, login, code)
			}
		}
	}
	if code := s.from("192.0.2.77", "GET", "/exports/awards", ""); code != http.StatusOK {
		t.Errorf("the public of that address: %d", code)
	}
}
