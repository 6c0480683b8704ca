package cases_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"incubase/cmd/incubase/demo"
	"incubase/web/pagetest"
)

// TestPapersByPages: the organization downloads its papers from its case; the officer prints a round's together, with
// minutes; anybody reads a running notice.
func TestPapersByPages(t *testing.T) {
	t.Parallel()
	s := newSite(t, demo.Load)
	certifier, officer, anybody := s.Visit("certifier", "zh"), s.Visit("officer", "zh"),
		pagetest.NewVisitor(t, s.URL, "zh")
	at := ""
	for _, ref := range s.Cases("certifier") {
		if at = certifier.Get("/cases/" + ref).Following("/papers/"); at != "" {
			break
		}
	}
	if at == "" {
		t.Fatal("no case of the certifier shows a paper")
	}
	if p := certifier.Get(at); p.Status != http.StatusOK || !strings.Contains(p.Main(), "演民社孵〔2026〕") ||
		!strings.Contains(p.Main(), "人民币") {
		t.Errorf("the paper: %d %s", p.Status, p.Main())
	}
	s.isPDF(certifier.Get(at + "/pdf"))
	for _, login := range []string{"certifier2", "officer-heihe"} {
		for _, path := range []string{at, at + "/pdf"} {
			if p := s.Visit(login, "zh").Get(path); p.Status != http.StatusNotFound {
				t.Errorf("%s gets %s: %d", login, path, p.Status)
			}
		}
	}
	if p := anybody.Stay("GET", at+"/pdf", url.Values{}); p.Status == http.StatusOK {
		t.Errorf("anybody gets a case's paper")
	}
	notice := anybody.Get("/notices").Following("/notices/0")
	if p := anybody.Get(notice + "/paper"); p.Status != http.StatusOK || !strings.Contains(p.Main(), "现予公示") {
		t.Errorf("a running notice: %d %s", p.Status, p.Main())
	}
	s.isPDF(anybody.Get(notice + "/pdf"))
	printed := 0
	for _, round := range officer.Get("/rounds").Links() {
		if !strings.HasPrefix(round, "/rounds/RD-") {
			continue
		}
		for _, l := range officer.Get(round).Links() {
			if strings.HasPrefix(l, round+"/papers/") {
				printed++
				if p := officer.Get(l); p.Status != http.StatusOK || p.Find("article.paper").Length() == 0 {
					t.Errorf("%s: %d", l, p.Status)
				}
				s.isPDF(officer.Get(l + "/pdf"))
				if p := certifier.Get(l); p.Status != http.StatusNotFound {
					t.Errorf("the certifier prints %s: %d", l, p.Status)
				}
			}
		}
	}
	if printed < 2 {
		t.Errorf("%d ways to print a round", printed)
	}
	s.minutesByPages(officer)
}

// minutesByPages: a draft until the round is finished, then the numbered paper, on the round's case too.
func (s *site) minutesByPages(officer *pagetest.Visitor) {
	t := s.T
	t.Helper()
	_, ref := s.Round()
	at := "/rounds/" + ref + "/papers/minutes"
	if p := officer.Get(at); p.Status != http.StatusOK || !strings.Contains(p.Main(), "草稿，尚未印发") ||
		!strings.Contains(officer.Get("/rounds/"+ref).Main(), "会议纪要（草稿") {
		t.Errorf("a draft: %d %s", p.Status, p.Main())
	}
	for _, action := range []string{"close", "decide", "finish"} {
		s.Act("officer", ref, action, nil)
	}
	if p := officer.Get(at); p.Status != http.StatusOK || strings.Contains(p.Main(), "草稿") ||
		!strings.Contains(officer.Get("/rounds/"+ref).Main(), "会议纪要（1 份）") {
		t.Errorf("issued: %d %s", p.Status, p.Main())
	}
	s.isPDF(officer.Get(at + "/pdf"))
	if to := officer.Get("/cases/" + ref).Following("/papers/"); to == "" ||
		officer.Get(to).Status != http.StatusOK {
		t.Errorf("the round's case leads to %q", to)
	}
	list := s.Want(http.StatusOK, "GET", "/cases/"+ref+"/papers", "officer", nil).Body["items"].([]any)
	if len(list) != 1 || list[0].(map[string]any)["kind"] != "minutes" {
		t.Errorf("papers of the round: %v", list)
	}
	if list := s.Want(http.StatusOK, "GET", "/cases/"+ref+"/papers", "certifier",
		nil).Body["items"].([]any); len(list) != 0 {
		t.Errorf("the certifier reads %v", list)
	}
}

// isPDF: a download that is never shown within the site.
func (s *site) isPDF(p *pagetest.Page) {
	s.T.Helper()
	h := p.Header
	if p.Status != http.StatusOK || !strings.HasPrefix(p.Body, "%PDF-") || h.Get("Content-Type") != "application/pdf" ||
		!strings.HasPrefix(h.Get("Content-Disposition"), "attachment") || h.Get("X-Content-Type-Options") != "nosniff" {
		s.T.Errorf("%s: %d %v", p.At, p.Status, h)
	}
}
