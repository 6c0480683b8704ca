package main

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"incubase/cmd/incubase/demo"
)

// applied are cases of one round that wait to be admitted.
func (s *site) applied(n int) (round string, refs []string) {
	s.t.Helper()
	org := s.want(200, "GET", "/me", "certifier", nil).body["organization"].(string)
	round, _ = s.round()
	for i := range n {
		project := s.want(201, "POST", "/organizations/"+org+"/projects", "applicant",
			map[string]any{"title": fmt.Sprintf("整批项目%d", i), "topics": []string{"disabled"}}).body["id"]
		ref := s.want(201, "POST", "/cases", "certifier", map[string]any{"workflow": "grant", "round": round,
			"organization": org, "project": project}).body["ref"].(string)
		s.act("certifier", ref, "submit", s.example("certifier", ref, "submit"))
		refs = append(refs, ref)
	}
	return round, refs
}

// TestAWholeListOfARound: a list is chosen with its number and sum, what will be refused is shown with its reasons
// before the act, and the job has a page that its actor leaves, finds again and shares with nobody.
func TestAWholeListOfARound(t *testing.T) {
	t.Parallel()
	s := newSite(t, demo.LoadPeople)
	round, refs := s.applied(22)
	ref := s.want(200, "GET", "/rounds/"+round, "officer", nil).body["ref"].(string)
	b := s.browse("officer", "en")
	b.get("/rounds/"+ref).says(t, 200, "Whole lists", "22 with ¥", "state=applied")
	list := "/batch?round=" + ref + "&workflow=grant&state=applied"
	b.get(list).says(t, 200, "22 with ¥", "Admit to review", "possible for 22")

	asked := b.get(list + "&action=return")
	asked.says(t, 200, "22 of 22 can be done", "in the background")
	b.post(asked, "/batch", url.Values{"note": {" "}}).says(t, 422, "please give the reason")
	preview := b.get(list + "&action=admit")
	preview.says(t, 200, "Will be refused", "Confirm for 22 cases (¥")

	// one of them moves between the preview and the act: it is refused, and the others are done
	s.want(200, "POST", "/cases/"+refs[3]+"/actions/return", "officer", map[string]any{"note": "先退回"})
	page := b.post(preview, "/batch", nil)
	at := regexp.MustCompile(`/jobs/[0-9a-f-]{36}`).FindString(page.at)
	if at == "" {
		t.Fatalf("%d: %.2000s", page.status, page.text)
	}
	waitFor(t, "the job to end", func() bool { return strings.Contains(b.get(at).text, "Finished") })
	done := b.get(at)
	done.says(t, 200, "Finished: 21 of 22 done, 1 refused", refs[3], "Refused: 1")
	if strings.Contains(done.text, `http-equiv="refresh"`) {
		t.Error("a job that is done is read again")
	}
	if again := b.post(preview, "/batch", nil); again.at != at {
		t.Errorf("the form sent again: %d %.500s", again.status, again.text)
	}
	for _, x := range refs {
		want := 1
		if x == refs[3] {
			want = 0
		}
		if n := strings.Count(s.events(x), `"admit"`); n != want {
			t.Errorf("%s was admitted %d times", x, n)
		}
	}
	b.get("/").says(t, 200, at, "Admit to review")
	b.get("/rounds/"+ref).says(t, 200, at)
	s.browse("decider", "en").get(at).says(t, 404, "Not found")
	s.want(404, "GET", at, "decider", nil)
	b.get("/batch?round="+ref+"&workflow=grant&state=nowhere").says(t, 422)
	s.verified()
}
