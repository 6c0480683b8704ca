package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"incubase/web/pagetest"
)

// Readers can change a form's key: one too long for its column is a bad request.
func TestAKeyThatNoPageMadeIsRefused(t *testing.T) {
	t.Parallel()
	site := serve(t, false, nil)
	v := pagetest.NewVisitor(t, site.url, "en")
	for _, key := range []string{strings.Repeat("a", 201), "a\x00b", "a b", "社", "\xff", "\r\n"} {
		if p := v.Stay("POST", "/notices/GA-2026-0001/object",
			url.Values{"_key": {key}, "text": {"An objection of some length"}}); p.Status != http.StatusBadRequest {
			t.Errorf("the key %.20q: %d", key, p.Status)
		}
	}
}
