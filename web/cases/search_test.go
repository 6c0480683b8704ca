package cases_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"incubase/cmd/incubase/demo"
)

// found returns the names that a search finds, by kind.
func (s *site) found(login, words string) map[string][]string {
	s.T.Helper()
	out := map[string][]string{}
	for _, x := range s.Want(http.StatusOK, "GET", "/search?q="+url.QueryEscape(words), login, nil).Body["items"].([]any) {
		group := x.(map[string]any)
		kind := group["kind"].(string)
		for _, m := range group["items"].([]any) {
			title := m.(map[string]any)["title"].(map[string]any)["zh"].(string)
			out[kind] = append(out[kind], title)
		}
		if int(group["count"].(float64)) != len(out[kind]) {
			s.T.Errorf("%s for %q: %v counted, %d listed", kind, words, group["count"], len(out[kind]))
		}
	}
	return out
}

// TestSearchFindsWhatOneMaySeeAndNothingElse: each kind as its own list has it; two Chinese characters, any case, any
// width; nothing outside the scope, not even as a number.
func TestSearchFindsWhatOneMaySeeAndNothingElse(t *testing.T) {
	t.Parallel()
	s := newSite(t, demo.Load)
	for _, login := range []string{"officer", "officer-heihe", "certifier", "reviewer1", "women", "analyst", "sysadmin"} {
		for _, words := range []string{"社区", "中心", "GA-2026-0001", "2026"} {
			got := s.found(login, words)
			for kind, list := range map[string]string{"cases": "/cases", "organizations": "/organizations", "rounds": "/rounds",
				"agencies": "/agencies"} {
				items := s.Want(http.StatusOK, "GET", list+"?limit=20&q="+url.QueryEscape(words), login, nil).Body["items"].([]any)
				if len(items) != len(got[kind]) {
					t.Errorf("%s looks for %s: the search has %d %s, their list %d", login, words, len(got[kind]), kind, len(items))
				}
			}
			if _, keeps := got["people"]; keeps && login != "sysadmin" {
				t.Errorf("%s finds people", login)
			}
		}
	}
	mine := s.Want(http.StatusOK, "GET", "/organizations?limit=1", "certifier",
		nil).Body["items"].([]any)[0].(map[string]any)["name"].(string)
	if got := s.found("certifier", mine)["organizations"]; !slices.Equal(got, []string{mine}) {
		t.Errorf("one's own organization: %v", got)
	}
	if got := s.found("officer-heihe", mine); len(got) > 0 {
		t.Errorf("another county finds %s: %v", mine, got)
	}
	if got := s.found("certifier2", mine); len(got) > 0 {
		t.Errorf("another organization finds %s: %v", mine, got)
	}
	s.folds(t)
	people := s.found("sysadmin", "OFFICER")["people"]
	if len(people) == 0 {
		t.Errorf("an administrator finds %v", people)
	}
	for q, status := range map[string]int{"?q=": 422, "": 422, "?q=x&kind=moon": 400} {
		if a := s.Send("GET", "/search"+q, "officer", nil, nil); a.Status/100 != 4 {
			t.Errorf("/search%s: %d, want about %d", q, a.Status, status)
		}
	}
}

func (s *site) folds(t *testing.T) {
	plain := s.found("officer", "GA-2026-0001")["cases"]
	for _, same := range []string{"ga-2026-0001", "ＧＡ－２０２６－０００１", "Ga-2026-0001"} {
		if got := s.found("officer", same)["cases"]; len(plain) == 0 || !slices.Equal(got, plain) {
			t.Errorf("%s finds %v, GA-2026-0001 finds %v", same, got, plain)
		}
	}
	v := s.Visit("officer", "zh")
	p := v.Get("/search?q=" + url.QueryEscape("社区"))
	if p.Status != http.StatusOK {
		t.Fatal(p.Status)
	}
	leads := 0
	for _, l := range p.Links() {
		for _, to := range []string{"/cases/", "/cases?q=", "/organizations/0", "/organizations?q=", "/rounds/",
			"/agencies/0", "/search?kind="} {
			if strings.HasPrefix(l, to) {
				leads++
				if there := v.Get(l); there.Status != http.StatusOK {
					t.Errorf("%s leads to %s: %d", p.At, l, there.Status)
				}
			}
		}
	}
	if leads < 5 {
		t.Errorf("only %d ways on: %v", leads, p.Links())
	}
	if p := v.Get("/search?q=" + url.QueryEscape("没有这样的东西")); !strings.Contains(p.Main(), "没有找到") {
		t.Error(p.Main())
	}
	if p := v.Get("/search?q=x&kind=moon"); p.Status != http.StatusNotFound {
		t.Error(fmt.Sprint("an unknown kind: ", p.Status))
	}
}
