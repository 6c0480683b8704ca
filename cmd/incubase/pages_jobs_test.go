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

// A job that waits for a case is stopped on its page: what was done stays, the others are listed and stand as before.
func TestAJobIsStoppedOnItsPage(t *testing.T) {
	t.Parallel()
	s := newSite(t, demo.LoadPeople)
	_, refs := s.applied(22)
	held, err := s.owner.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = held.Rollback() }()
	if _, err := held.Exec(`select 1 from cases where ref = $1 for update`, refs[2]); err != nil {
		t.Fatal(err)
	}
	id := s.want(202, "POST", "/cases/bulk/admit", "officer",
		map[string]any{"ids": refs}).body["job"].(map[string]any)["id"].(string)
	at, b := "/jobs/"+id, s.browse("officer", "en")
	waitFor(t, "two cases to be done", func() bool { return strings.Contains(b.get(at).text, "2 of them done") })
	running := b.get(at)
	running.says(t, 200, "2 are done so far", "Stop it", `http-equiv="refresh"`)
	s.want(404, "DELETE", at, "decider", nil)
	stopped := b.post(running, at+"/stop", nil)
	stopped.says(t, 200, "Ended early: 2 of 22 done, 0 refused; the other 20 were not begun", "its owner stopped it",
		"Not begun: 20", refs[21])
	if stopped.at != at || strings.Contains(stopped.text, "Stop it") ||
		strings.Contains(stopped.text, `http-equiv="refresh"`) {
		t.Errorf("%s goes on", stopped.at)
	}
	s.browse("officer", "zh").get(at).says(t, 200, "其余 20 件没有办理", "发起人停止了办理")
	if err := held.Rollback(); err != nil {
		t.Fatal(err)
	}
	s.want(204, "DELETE", at, "officer", nil)
	for i, x := range refs {
		if n := strings.Count(s.events(x), `"admit"`); i < 2 && n != 1 || i > 2 && n != 0 {
			t.Errorf("%s was admitted %d times", x, n)
		}
	}
	b.get("/").says(t, 200, at, "Ended early")
	s.verified()
}
