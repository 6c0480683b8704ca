package main

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"incubase/cmd/incubase/demo"
)

// TestSeveralAtOnce: what would happen is shown for each case before it happens; each passes the single path; the form
// sent twice acts once; a reason is asked for once; a case outside the scope is not found.
func TestSeveralAtOnce(t *testing.T) {
	t.Parallel()
	s := newSite(t, demo.Load)
	b := s.browse("officer", "en")
	var applied []string
	for _, x := range s.want(200, "GET", "/cases?workflow=grant&state=applied", "officer", nil).body["items"].([]any) {
		applied = append(applied, x.(map[string]any)["ref"].(string))
	}
	screened := s.want(200, "GET", "/cases?workflow=grant&state=screened&limit=1", "officer",
		nil).body["items"].([]any)[0].(map[string]any)["ref"].(string)
	if len(applied) < 3 {
		t.Fatal(applied)
	}
	q := url.Values{"ref." + screened: {"1"}}
	for _, ref := range applied[:3] {
		q.Set("ref."+ref, "1")
	}
	b.get("/cases?workflow=grant&stage=applied&choose=1").says(t, 200, applied[0], `name="ref.`+applied[0])
	b.get("/batch?"+q.Encode()).says(t, 200, "Admit to review", "possible for 3")
	q.Set("action", "return")
	asked := b.get("/batch?" + q.Encode())
	asked.says(t, 200, "4 of 4 can be done")
	b.post(asked, "/batch", url.Values{"note": {"  "}}).says(t, 422, "please give the reason")
	q.Set("action", "admit")
	preview := b.get("/batch?" + q.Encode())
	preview.says(t, 200, "3 of 4 can be done", "not offered now")
	// each: where, who reads of it, who is asked
	preview.says(t, 200, "It will stand in: ", "Told: ", "Asked next: reviewer (")
	b.post(preview, "/batch", nil).says(t, 200, "3 of 3 done")
	b.post(preview, "/batch", nil).says(t, 200, "3 of 3 done") // the back button, and sent again
	for _, ref := range applied[:3] {
		c := s.want(200, "GET", "/cases/"+ref, "officer", nil).body
		told := fmt.Sprintf("Asked next: reviewer (%d): Declare interests", len(c["reviews"].([]any)))
		if len(c["cosigns"].([]any)) > 0 {
			told = "Asked next: co-signer ("
		}
		preview.says(t, 200, told, c["labels"].(map[string]any)["state"].(map[string]any)["en"].(string)) // as it came to be
		if c["state"] != "screened" || strings.Count(s.events(ref), `"admit"`) != 1 {
			t.Errorf("%s stands in %v after %s", ref, c["state"], s.events(ref))
		}
	}
	b.get("/batch").says(t, 422, "choose 1 to")
	s.browse("officer-heihe", "en").get("/batch?action=admit&ref."+applied[0]+"=1").says(t, 404, "Not found")
}

// events are the actions of a case, as the officer reads them.
func (s *site) events(ref string) string {
	s.t.Helper()
	var out []string
	for _, x := range s.want(200, "GET", "/cases/"+ref+"/events", "officer", nil).body["items"].([]any) {
		out = append(out, `"`+x.(map[string]any)["action"].(string)+`"`)
	}
	return strings.Join(out, " ")
}
