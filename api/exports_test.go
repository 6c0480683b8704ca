package api_test

import (
	"net/http"
	"strings"
	"testing"
)

func TestDownloads(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, c := range []struct {
		path, who, body string
		status          int
	}{
		{"/exports/cases?workflow=grant&region=230302000000", "officer", "李 cases csv grant   50000", http.StatusOK},
		{"/exports/organizations?format=xlsx&region=2303", "officer", "李 organizations xlsx  2303  50000", http.StatusOK},
		{"/exports/board?by=round", "officer", "李 board csv  230302 round 50000", http.StatusOK},
		{"/exports/board?by=workflow&workflow=grant", "officer", "李 board csv grant 230302 workflow 50000", http.StatusOK},
		{"/exports/board?workflow=none", "officer", "workflow", http.StatusUnprocessableEntity},
		{"/exports/awards?region=23", "", "公众 Public awards csv  23  50000", http.StatusOK},
		{"/exports/cases", "", "", http.StatusUnauthorized},
		{"/exports/cases?format=pdf", "officer", "", http.StatusBadRequest},
		{"/exports/cases?format=html", "officer", "", http.StatusBadRequest},
		{"/exports/cases?region=99x", "officer", "region", http.StatusUnprocessableEntity},
		{"/exports/cases?q=endless", "officer", "50000", http.StatusUnprocessableEntity},
		{"/exports/users", "officer", "", http.StatusNotFound},
	} {
		got := s.raw("GET", "/api/v1"+c.path, c.who)
		if got.Code != c.status && !(c.status == http.StatusBadRequest && got.Code == http.StatusUnprocessableEntity) ||
			!strings.Contains(got.Body.String(), c.body) {
			t.Errorf("%s as %q: %d %s", c.path, c.who, got.Code, got.Body)
		}
		if got.Code == http.StatusOK {
			h := got.Header()
			if !strings.HasPrefix(h.Get("Content-Disposition"), "attachment;") || h.Get("X-Content-Type-Options") != "nosniff" ||
				!strings.Contains(h.Get("Content-Security-Policy"), "sandbox") {
				t.Errorf("%s: %v", c.path, h)
			}
		}
	}
}
