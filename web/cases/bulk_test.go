package cases_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"incubase/cmd/incubase/demo"
)

// TestSeveralAtOnce: the preview says what would happen to each case; a form sent twice acts once; a reason is asked
// for once; a case outside the scope is not found.
func TestSeveralAtOnce(t *testing.T) {
	t.Parallel()
	s := newSite(t, demo.Load)
	b := s.Browse("officer", "en")
	var applied []string
	for _, x := range s.Want(200, "GET", "/cases?workflow=grant&state=applied", "officer", nil).Body["items"].([]any) {
		applied = append(applied, x.(map[string]any)["ref"].(string))
	}
	screened := s.Want(200, "GET", "/cases?workflow=grant&state=screened&limit=1", "officer",
		nil).Body["items"].([]any)[0].(map[string]any)["ref"].(string)
	if len(applied) < 3 {
		t.Fatal(applied)
	}
	q := url.Values{"ref." + screened: {"1"}}
	for _, ref := range applied[:3] {
		q.Set("ref."+ref, "1")
	}
	b.Get("/cases?workflow=grant&stage=applied&choose=1").Says(t, 200, applied[0], `name="ref.`+applied[0])
	b.Get("/batch?"+q.Encode()).Says(t, 200, "Admit to review", "possible for 3")
	q.Set("action", "return")
	asked := b.Get("/batch?" + q.Encode())
	asked.Says(t, 200, "4 of 4 can be done")
	b.Post(asked, "/batch", url.Values{"note": {"  "}}).Says(t, 422, "please give the reason")
	q.Set("action", "admit")
	preview := b.Get("/batch?" + q.Encode())
	preview.Says(t, 200, "3 of 4 can be done", "not offered now")
	// each: where, who reads of it, who is asked
	preview.Says(t, 200, "It will stand in: ", "Told: ", "Asked next: reviewer (")
	b.Post(preview, "/batch", nil).Says(t, 200, "3 of 3 done")
	b.Post(preview, "/batch", nil).Says(t, 200, "3 of 3 done") // the back button, and sent again
	for _, ref := range applied[:3] {
		c := s.Want(200, "GET", "/cases/"+ref, "officer", nil).Body
		told := fmt.Sprintf("Asked next: reviewer (%d): Declare interests", len(c["reviews"].([]any)))
		if len(c["cosigns"].([]any)) > 0 {
			told = "Asked next: co-signer ("
		}
		preview.Says(t, 200, told, c["labels"].(map[string]any)["state"].(map[string]any)["en"].(string)) // as it came to be
		if c["state"] != "screened" || strings.Count(s.events(ref), `"admit"`) != 1 {
			t.Errorf("%s stands in %v after %s", ref, c["state"], s.events(ref))
		}
	}
	b.Get("/batch").Says(t, 422, "choose 1 to")
	s.Browse("officer-heihe", "en").Get("/batch?action=admit&ref."+applied[0]+"=1").Says(t, 404, "Not found")
}

// events returns the actions of a case.
func (s *site) events(ref string) string {
	s.T.Helper()
	var out []string
	for _, x := range s.Want(200, "GET", "/cases/"+ref+"/events", "officer", nil).Body["items"].([]any) {
		out = append(out, `"`+x.(map[string]any)["action"].(string)+`"`)
	}
	return strings.Join(out, " ")
}
