package cases_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"incubase/cmd/incubase/demo"
	"incubase/workflow/registry"
)

// actsOf returns the acts that a search finds through the API, page after page, as "ref seq action".
func (s *site) actsOf(login, query string, limit int) (out []string) {
	s.T.Helper()
	for cursor := ""; ; {
		a := s.Want(http.StatusOK, "GET", fmt.Sprintf("/events?limit=%d&%s&cursor=%s", limit, query, url.QueryEscape(cursor)),
			login, nil).Body
		for _, x := range a["items"].([]any) {
			d := x.(map[string]any)
			out = append(out, fmt.Sprint(d["ref"], " ", d["seq"], " ", d["action"], " ", d["actor"].(map[string]any)["name"]))
		}
		next, _ := a["next"].(string)
		if next == "" {
			return out
		}
		cursor = next
	}
}

// TestWhoDidWhat: an auditor finds what a person did in a period on the cases of the region, each act once, as the time
// lines say. Auditors elsewhere find nothing, and others have no search.
func TestWhoDidWhat(t *testing.T) {
	t.Parallel()
	s := newSite(t, demo.LoadPeople)
	round, roundRef := s.Round()
	ref := s.Proposed(round, "星期三学校")
	other := s.Submitted(round, "银龄助餐")
	s.foreignAuditor("auditor-heihe", "231102")

	today := func() string { return s.Now().Format(time.DateOnly) }
	period := "since=" + s.Now().AddDate(0, -2, 0).Format(time.DateOnly) + "&until=" + today()
	var want []string
	for _, r := range []string{ref, other, roundRef} {
		for _, x := range s.Want(http.StatusOK, "GET", "/cases/"+r+"/events", "auditor", nil).Body["items"].([]any) {
			e := x.(map[string]any)
			want = append(want, fmt.Sprint(r, " ", e["seq"], " ", e["action"], " ", e["actor"].(map[string]any)["name"]))
		}
	}
	got := s.actsOf("auditor", period, 3)
	if len(got) < len(want) || len(slices.Compact(slices.Sorted(slices.Values(got)))) != len(got) {
		t.Fatalf("%d acts over pages, %d in time lines; some twice? %v", len(got), len(want), got)
	}
	for _, w := range want {
		if !slices.Contains(got, w) {
			t.Errorf("%q is not found", w)
		}
	}
	officer := s.Want(http.StatusOK, "GET", "/me", "officer", nil).Body["name"].(string)
	for _, q := range []string{"who=OFFICER", "who=" + url.QueryEscape(officer),
		"who=" + url.QueryEscape(string([]rune(officer)[1:]))} {
		mine := s.actsOf("auditor", period+"&"+q, 2)
		n := 0
		for _, w := range want {
			if strings.HasSuffix(w, " "+officer) {
				n++
				if !slices.Contains(mine, w) {
					t.Errorf("%s: %q is not found", q, w)
				}
			}
		}
		if n == 0 ||
			slices.ContainsFunc(mine, func(d string) bool { return !strings.Contains(d, string([]rune(officer)[1:])) }) {
			t.Errorf("%s finds %v", q, mine)
		}
	}
	if got := s.actsOf("auditor", period+"&action=admit&who=officer", 50); len(got) != 1 ||
		!strings.HasPrefix(got[0], ref+" ") {
		t.Errorf("admitted: %v", got)
	}
	if got := s.actsOf("auditor", "since=2001-01-01&until=2001-12-31", 50); len(got) != 0 {
		t.Errorf("in 2001: %v", got)
	}
	for _, q := range []string{period, period + "&who=officer", period + "&action=admit"} {
		if got := s.actsOf("auditor-heihe", q, 50); len(got) != 0 {
			t.Errorf("the auditor of another county finds %v", got)
		}
	}
	for _, login := range []string{"officer", "decider", "analyst", "certifier", "auditadmin", "reviewer1"} {
		s.Want(http.StatusNotFound, "GET", "/events?"+period, login, nil)
		if p := s.Visit(login, "zh").Get("/acts"); p.Status != http.StatusNotFound {
			t.Errorf("%s has the page: %d", login, p.Status)
		}
	}
	for _, bad := range []string{"since=2020-01-01&until=2026-01-01", "since=2026-02-02&until=2026-02-01", "cursor=x"} {
		s.Want(http.StatusUnprocessableEntity, "GET", "/events?"+bad, "auditor", nil)
	}
	s.actsByPages(ref, period, officer)
}

func (s *site) actsByPages(ref, period, officer string) {
	t := s.T
	t.Helper()
	v := s.Visit("auditor", "zh")
	if v.Get("/").Following("/acts") != "/acts" {
		t.Error("the auditor's menu does not lead there")
	}
	f := v.Get("/acts").Form("/acts").Fill(map[string]string{"who": "officer", "action": "admit",
		"since": s.Now().AddDate(0, -2, 0).Format(time.DateOnly)})
	p := f.Send()
	if p.Status != http.StatusOK || !strings.Contains(p.Main(), officer) || strings.Count(p.Body, "<tr>") != 2 {
		t.Errorf("admitted by the officer: %d %s", p.Status, p.Main())
	}
	to := p.Following("/cases/" + ref + "#event-")
	if to == "" || !strings.Contains(v.Get(to).Body, `id="`+to[strings.Index(to, "#")+1:]+`"`) {
		t.Errorf("the row leads to %q", to)
	}
	for query, says := range map[string]string{"since=yesterday": "请填日期", "since=2020-01-01&until=2026-01-01": "一次最多查一年",
		"cursor=x": "翻页标记无效"} {
		if p := v.Get("/acts?" + query); p.Status != http.StatusUnprocessableEntity || !strings.Contains(p.Main(), says) {
			t.Errorf("%s: %d %s", query, p.Status, p.Main())
		}
	}
	if p := v.Get("/acts?" + period + "&who=" + url.QueryEscape("<b>nobody")); p.Status != http.StatusOK ||
		!strings.Contains(p.Main(), "没有这样的记录") {
		t.Errorf("of nobody: %d %s", p.Status, p.Main())
	}
}

// foreignAuditor opens the account of an auditor of another county.
func (s *site) foreignAuditor(login, county string) {
	s.T.Helper()
	hash, err := s.In.DB.HashPassword(s.T.Context(), demo.Password)
	if err != nil {
		s.T.Fatal(err)
	}
	u, err := s.In.Registry.AddWithHash(s.T.Context(), registry.NewUser{Login: login, Name: "外地审计员"}, hash,
		registry.RecordCommand{})
	if err != nil {
		s.T.Fatal(err)
	}
	id := u.ID
	s.Want(http.StatusCreated, "POST", "/users/"+id+"/roles", "secadmin", map[string]any{"role": "auditor",
		"region": county})
}
