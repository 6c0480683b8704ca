package admin_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"incubase/cmd/incubase/app/apptest"
	"incubase/cmd/incubase/demo"
)

func TestErasingOnItsPage(t *testing.T) {
	t.Parallel()
	s := apptest.New(t, demo.Load)
	cases := s.Want(http.StatusOK, "GET", "/cases?workflow=grant&stage=applied", "officer", nil).Body["items"].([]any)
	ref := cases[0].(map[string]any)["ref"].(string)
	for _, who := range []string{"officer", "sysadmin", "auditadmin"} {
		if got := s.Browse(who, "en").Get("/erasures/new?kind=payload&event=2&case=" +
			ref); got.Status != http.StatusForbidden {
			t.Errorf("%s prepares an erasing: %d", who, got.Status)
		}
	}
	b := s.Browse("secadmin", "en")
	if p := b.Get("/erasures"); p.Status != http.StatusOK || !strings.Contains(p.Text, "Nothing has been erased") {
		t.Fatalf("the list: %d", p.Status)
	}
	b.Get("/erasures/new?kind=payload&event=2&case=GA-1999-0001").Says(t, http.StatusNotFound)
	form := b.Get("/erasures/new?kind=payload&event=2&case=" + ref)
	form.Says(t, http.StatusOK, "what was said in 1 of its events", "decisions, sums, times, states and hashes")
	b.Post(form, "/erasures", url.Values{"reason": {"asked for it"}}).Says(t, http.StatusUnprocessableEntity,
		"cannot be undone")
	b.Post(form, "/erasures", url.Values{"reason": {" "}, "sure": {"true"}}).Says(t, http.StatusUnprocessableEntity,
		"give the reason")
	done := b.Post(form, "/erasures", url.Values{"reason": {"asked for it"}, "sure": {"true"}})
	done.Says(t, http.StatusOK, ref, "What was said in one act", "asked for it")
	b.Post(form, "/erasures", url.Values{"reason": {"asked for it"}, "sure": {"true"}})
	var n int
	if err := s.Owner.QueryRowContext(t.Context(), `select count(*) from erasures`).Scan(&n); err != nil || n != 1 {
		t.Errorf("sent twice it erased %d times: %v", n, err)
	}
	// Nothing has to be known by heart: the account leads there, the kinds of records are words, periods are in years.
	security := s.Visit("secadmin", "zh")
	reviewer := s.Want(http.StatusOK, "GET", "/me", "reviewer1", nil).Body["id"].(string)
	to := "/erasures/new?kind=person&user=" + reviewer
	if p := security.Get("/people/" + reviewer); !slices.Contains(p.Links(), to) {
		t.Errorf("the account does not lead to its erasing: %s", p.Main())
	}
	if p := security.Get(to); !strings.Contains(p.Main(), "reviewer1") || !strings.Contains(p.Main(), "将删除") {
		t.Errorf("the erasing of a person: %s", p.Main())
	}
	if p := s.Visit("sysadmin", "zh").Get("/people/" + reviewer); slices.Contains(p.Links(), to) {
		t.Error("who may not erase is led there")
	}
	if p := security.Get("/erasures/new?kind=entry"); !strings.Contains(p.Main(), "社会组织") ||
		strings.Contains(p.Main(), "organization") {
		t.Errorf("an entry of a record: %s", p.Main())
	}
	if p := security.Get("/erasures"); !strings.Contains(p.Main(), "30 年") || strings.Contains(p.Main(), "360") {
		t.Errorf("periods: %s", p.Main())
	}
	s.Browse("auditadmin", "zh").Get("/erasures").Says(t, http.StatusOK, "一次办理的内容", "保存期限")
	s.Browse("officer", "zh").Get("/cases/"+ref).Says(t, http.StatusOK, "删除个人信息")
}
