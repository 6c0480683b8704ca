package cases_test

import (
	"net/http"
	"strings"
	"testing"

	"incubase/cmd/incubase/demo"
	"incubase/web/pagetest"
)

// TestSeenAsTheApplicant: the staff of a case sees it as its organization does and can do nothing there; others may not
// look.
func TestSeenAsTheApplicant(t *testing.T) {
	t.Parallel()
	s := newSite(t, demo.Load)
	officer, head := s.Visit("officer", "zh"), s.Visit("certifier", "zh")
	seen := 0
	for _, ref := range s.Cases("certifier") {
		if !strings.HasPrefix(ref, "GA-") {
			continue
		}
		p := officer.Get("/cases/" + ref + "/as/applicant")
		if p.Status == http.StatusNotFound { // a draft is nobody else's
			continue
		}
		seen++
		own := head.Get("/cases/" + ref)
		for _, part := range []string{"stages", "gates", "answers"} {
			a, b := part0(p, part), part0(own, part)
			if a != b {
				t.Errorf("%s, %s: the head sees\n%s\nand the officer\n%s", ref, part, b, a)
			}
		}
		if said := part0(p, "timeline"); said == "" || strings.Contains(said, "周项目官员") || strings.Contains(said, "卫会计") {
			t.Errorf("%s: the time line as the applicant sees it: %s", ref, said)
		}
		for _, l := range p.Links() {
			if strings.Contains(l, "/do/") || strings.Contains(l, "/form") {
				t.Errorf("%s leads to %s", ref, l)
			}
		}
		if strings.Contains(p.Body, `action="/cases/`) {
			t.Errorf("%s can be acted on", ref)
		}
		for login, status := range map[string]int{"officer-heihe": 404, "certifier": 404, "women": 404, "reviewer1": 404,
			"sysadmin": 404, "auditor": 200} {
			if got := s.Visit(login, "zh").Get("/cases/" + ref + "/as/applicant").Status; got != status {
				t.Errorf("%s looks at %s as its applicant: %d", login, ref, got)
			}
		}
	}
	if seen == 0 {
		t.Error("the demonstration has no case to look at")
	}
}

// part0 returns what the first element of a class says.
func part0(p *pagetest.Page, class string) string { return pagetest.Words(p.Find("." + class).First()) }

// TestWhatIsJudgedStandsBesideTheForm: checkers read the application beside the form; reviewers do after declaring.
func TestWhatIsJudgedStandsBesideTheForm(t *testing.T) {
	t.Parallel()
	s := newSite(t, demo.LoadPeople)
	round, _ := s.Round()
	b := s.Browse("applicant", "zh")
	opened := b.Post(b.Get("/apply?round="+round), "/apply", map[string][]string{"project": {"new"}, "title": {"银龄课堂"},
		"topics": {"elderly"}})
	ref := strings.Split(opened.At, "/")[2]
	s.fillIn(b, ref)
	s.Browse("certifier", "zh").Act(ref, "submit", nil).Says(t, 200)
	const said = "二十多名困难家庭的孩子"
	s.Browse("officer", "zh").Get("/cases/"+ref+"/do/admit").Says(t, 200, said, `class="panes"`)
	s.Act("officer", ref, "admit", nil)
	reviewer := s.Browse("reviewer1", "zh")
	for _, path := range []string{"", "/do/declare"} {
		if p := reviewer.Get("/cases/" + ref + path); p.Status != 200 || strings.Contains(p.Text, said) {
			t.Errorf("before declaring the reviewer reads at %s: %d", path, p.Status)
		}
	}
	s.Act("reviewer1", ref, "declare", map[string]any{"conflict": false})
	reviewer.Get("/cases/"+ref+"/do/score").Says(t, 200, said, `class="panes"`)
}

// TestAScoreIsKeptWhileItIsWritten: what a reviewer has begun is there on another device, for them alone; what is
// removed from the form is not sent; without a right nothing is kept.
func TestAScoreIsKeptWhileItIsWritten(t *testing.T) {
	t.Parallel()
	s := newSite(t, demo.LoadPeople)
	round, _ := s.Round()
	b := s.Browse("applicant", "zh")
	opened := b.Post(b.Get("/apply?round="+round), "/apply", map[string][]string{"project": {"new"}, "title": {"银龄课堂"},
		"topics": {"elderly"}})
	ref := strings.Split(opened.At, "/")[2]
	s.fillIn(b, ref)
	s.Browse("certifier", "zh").Act(ref, "submit", nil).Says(t, 200)
	s.Act("officer", ref, "admit", nil)
	at := "/cases/" + ref + "/do/score"
	for _, who := range []string{"reviewer1", "reviewer2"} {
		s.Act(who, ref, "declare", map[string]any{"conflict": false})
	}
	v, other := s.Visit("reviewer1", "zh"), s.Visit("reviewer1", "zh")
	keep := func(v *pagetest.Visitor, points, comment string) *pagetest.Page {
		f := v.Get(at).Form(at).Fill(map[string]string{"f.points": points, "f.comment": comment})
		v.Header.Set("Accept", "application/json")
		defer v.Header.Del("Accept")
		return v.Post(s.URL+at+"/draft", f.Values)
	}
	if p := keep(v, "85.5", "做得好<b>"); p.Status != http.StatusOK || !strings.Contains(p.Body, "saved") {
		t.Fatalf("kept: %d %s", p.Status, p.Body)
	}
	f := other.Get(at).Form(at)
	if f.Values.Get("f.points") != "85.5" || f.Values.Get("f.comment") != "做得好<b>" {
		t.Errorf("on another device: %v", f.Values)
	}
	if f := s.Visit("reviewer2", "zh").Get(at).Form(at); f.Values.Get("f.points") != "" ||
		f.Values.Get("f.comment") != "" {
		t.Errorf("another reviewer is shown %v", f.Values)
	}
	applicant := s.Visit("applicant", "zh")
	token := applicant.Get("/").Form("/logout").Values.Get("_token")
	if p := applicant.Post(s.URL+at+"/draft", map[string][]string{"_token": {token},
		"f.points": {"100"}}); p.Status < 400 {
		t.Errorf("an applicant keeps a score: %d", p.Status)
	}
	if p := f.Fill(map[string]string{"f.points": "86", "f.comment": ""}).Send(); p.Status != http.StatusOK ||
		strings.Contains(p.Main(), "做得好") || !strings.Contains(p.Main(), "86") {
		t.Errorf("sent: %d %s", p.Status, p.Main())
	}
}
