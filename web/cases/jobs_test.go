package cases_test

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"incubase/cmd/incubase/app/apptest"
	"incubase/cmd/incubase/demo"
)

// applied returns cases of one round that wait to be admitted.
func (s *site) applied(n int) (round string, refs []string) {
	s.T.Helper()
	org := s.Want(200, "GET", "/me", "certifier", nil).Body["organization"].(string)
	round, _ = s.Round()
	for i := range n {
		project := s.Want(201, "POST", "/organizations/"+org+"/projects", "applicant",
			map[string]any{"title": fmt.Sprintf("整批项目%d", i), "topics": []string{"disabled"}}).Body["id"]
		ref := s.Want(201, "POST", "/cases", "certifier", map[string]any{"workflow": "grant", "round": round,
			"organization": org, "project": project}).Body["ref"].(string)
		s.Act("certifier", ref, "submit", s.Example("certifier", ref, "submit"))
		refs = append(refs, ref)
	}
	return round, refs
}

// TestAWholeListOfARound: a list is chosen with its number and sum, the preview shows what will be refused, and the job
// has a page that its actor can leave and find again, and nobody else sees.
func TestAWholeListOfARound(t *testing.T) {
	t.Parallel()
	s := newSite(t, demo.LoadPeople)
	round, refs := s.applied(22)
	ref := s.Want(200, "GET", "/rounds/"+round, "officer", nil).Body["ref"].(string)
	b := s.Browse("officer", "en")
	b.Get("/rounds/"+ref).Says(t, 200, "Whole lists", "22 with ¥", "state=applied")
	list := "/batch?round=" + ref + "&workflow=grant&state=applied"
	b.Get(list).Says(t, 200, "22 with ¥", "Admit to review", "possible for 22")

	asked := b.Get(list + "&action=return")
	asked.Says(t, 200, "22 of 22 can be done", "in the background")
	b.Post(asked, "/batch", url.Values{"note": {" "}}).Says(t, 422, "please give the reason")
	preview := b.Get(list + "&action=admit")
	preview.Says(t, 200, "Will be refused", "Confirm for 22 cases (¥")

	// one of them moves between the preview and the act: it is refused, and the others are done
	s.Want(200, "POST", "/cases/"+refs[3]+"/actions/return", "officer", map[string]any{"note": "先退回"})
	page := b.Post(preview, "/batch", nil)
	at := regexp.MustCompile(`/jobs/[0-9a-f-]{36}`).FindString(page.At)
	if at == "" {
		t.Fatalf("%d: %.2000s", page.Status, page.Text)
	}
	apptest.WaitFor(t, "the job to end", func() bool { return strings.Contains(b.Get(at).Text, "Finished") })
	done := b.Get(at)
	done.Says(t, 200, "Finished: 21 of 22 done, 1 refused", refs[3], "Refused: 1")
	if strings.Contains(done.Text, `http-equiv="refresh"`) {
		t.Error("a job that is done is read again")
	}
	if again := b.Post(preview, "/batch", nil); again.At != at {
		t.Errorf("the form sent again: %d %.500s", again.Status, again.Text)
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
	b.Get("/").Says(t, 200, at, "Admit to review")
	b.Get("/rounds/"+ref).Says(t, 200, at)
	s.Browse("decider", "en").Get(at).Says(t, 404, "Not found")
	s.Want(404, "GET", at, "decider", nil)
	b.Get("/batch?round="+ref+"&workflow=grant&state=nowhere").Says(t, 422)
	s.Verified()
}

// TestAJobIsStoppedOnItsPage: what was done stays, the other cases are listed and unchanged.
func TestAJobIsStoppedOnItsPage(t *testing.T) {
	t.Parallel()
	s := newSite(t, demo.LoadPeople)
	_, refs := s.applied(22)
	held, err := s.Owner.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = held.Rollback() }()
	if _, err := held.Exec(`select 1 from cases where ref = $1 for update`, refs[2]); err != nil {
		t.Fatal(err)
	}
	id := s.Want(202, "POST", "/cases/bulk/admit", "officer",
		map[string]any{"ids": refs}).Body["job"].(map[string]any)["id"].(string)
	at, b := "/jobs/"+id, s.Browse("officer", "en")
	apptest.WaitFor(t, "two cases to be done", func() bool { return strings.Contains(b.Get(at).Text, "2 of them done") })
	running := b.Get(at)
	running.Says(t, 200, "2 are done so far", "Stop it", `http-equiv="refresh"`)
	s.Want(404, "DELETE", at, "decider", nil)
	stopped := b.Post(running, at+"/stop", nil)
	stopped.Says(t, 200, "Ended early: 2 of 22 done, 0 refused; the other 20 have no result here", "its owner stopped it",
		"Not begun: 20", refs[21])
	if stopped.At != at || strings.Contains(stopped.Text, "Stop it") ||
		strings.Contains(stopped.Text, `http-equiv="refresh"`) {
		t.Errorf("%s goes on", stopped.At)
	}
	s.Browse("officer", "zh").Get(at).Says(t, 200, "其余 20 件没有办理", "发起人停止了办理")
	if err := held.Rollback(); err != nil {
		t.Fatal(err)
	}
	s.Want(204, "DELETE", at, "officer", nil)
	for i, x := range refs {
		if n := strings.Count(s.events(x), `"admit"`); i < 2 && n != 1 || i > 2 && n != 0 {
			t.Errorf("%s was admitted %d times", x, n)
		}
	}
	b.Get("/").Says(t, 200, at, "Ended early")
	s.Verified()
}
