package main

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"incubase/cmd/incubase/demo"
)

var cosignForm = regexp.MustCompile(`action="/cases/([A-Z0-9-]+)/do/cosign"`)

// TestAnAgencyAgreesWithOnePress: from its to-do list, and back to the list; the form sent twice says it once; the
// other answers open the form with the choice made; what became of it stands among its opinions, which are nobody
// else's.
func TestAnAgencyAgreesWithOnePress(t *testing.T) {
	t.Parallel()
	s := newSite(t, demo.Load)
	b := s.browse("women", "en")
	list := b.get("/")
	refs := firsts(cosignForm, list.text)
	if len(refs) == 0 {
		t.Fatalf("no co-signature to give with one press: %s", list.text)
	}
	ref, to := refs[0], "/cases/"+refs[0]+"/do/cosign"
	list.says(t, 200, "Co-sign: Agree", "f.answer=object")
	b.get(to+"?f.answer=object").says(t, 200, `value="object" checked`)
	b.post(list, to, nil).says(t, 200, "<h1>To do</h1>", "Done.")
	b.post(list, to, nil).says(t, 200, "<h1>To do</h1>")
	if n := strings.Count(s.events(ref), `"cosign"`); n != 1 {
		t.Errorf("said %d times: %s", n, s.events(ref))
	}
	if left := firsts(cosignForm, b.get("/").text); len(left) != len(refs)-1 {
		t.Errorf("of %v are left %v", refs, left)
	}
	b.get("/opinions").says(t, 200, ref, "agrees", "awarded ¥")
	officer := s.browse("officer", "en")
	officer.get("/opinions").says(t, 404, "Not found")
	officer.get("/reviews").says(t, 404, "Not found")
	if p := b.send(to, url.Values{"_back": {"https://elsewhere.example/"}}); strings.Contains(p.at, "elsewhere") {
		t.Errorf("led away to %s", p.at)
	}
}

// TestDocumentsAreCheckedOneAfterAnother: each act opens the next case that waits for it, one may be left for later,
// any action of the case keeps its place in the run, and after the last the list says so.
func TestDocumentsAreCheckedOneAfterAnother(t *testing.T) {
	t.Parallel()
	s := newSite(t, demo.Load)
	b := s.browse("officer", "en")
	b.get("/").says(t, 200, `href="/next/grant/admit"`)
	open := regexp.MustCompile(`^/cases/([A-Z0-9-]+)/do/([a-z]+)\?`)
	var passed []string
	p := b.get("/next/grant/admit")
	for n := 0; ; n++ {
		m := open.FindStringSubmatch(p.at)
		if m == nil || n > 20 {
			break
		}
		ref := m[1]
		if strings.Contains(strings.Join(passed, " "), ref) {
			t.Fatalf("%s comes again", ref)
		}
		passed = append(passed, ref)
		switch n {
		case 0: // left for later
			next := firsts(regexp.MustCompile(`href="(/next/grant/admit\?passed=[^"]*)"`), p.text)
			if len(next) != 1 {
				t.Fatalf("no way to leave one: %s", p.text)
			}
			p = b.get(strings.ReplaceAll(next[0], "&amp;", "&"))
		case 1: // returned instead, without losing the place
			to := firsts(regexp.MustCompile(`href="(/cases/`+ref+`/do/return\?[^"]*)"`), p.text)
			if len(to) != 1 {
				t.Fatalf("no way to return it: %s", p.text)
			}
			p = b.post(b.get(strings.ReplaceAll(to[0], "&amp;", "&")), "/cases/"+ref+"/do/return",
				url.Values{"note": {"the budget has no reasons"}})
		default:
			p.says(t, 200, "left", `accesskey="s"`)
			p = b.post(p, "/cases/"+ref+"/do/admit", nil)
		}
	}
	p.says(t, 200, "That was the last of them.")
	if len(passed) < 4 {
		t.Fatalf("only %v", passed)
	}
	for i, want := range []string{"applied", "returned", "screened", "screened"} {
		if c := s.want(200, "GET", "/cases/"+passed[i], "officer", nil).body; c["state"] != want {
			t.Errorf("%s is %v, want %s", passed[i], c["state"], want)
		}
	}
	if p := b.get("/next/grant/" + url.PathEscape("../../people")); p.status != 404 {
		t.Errorf("%d %s", p.status, p.at)
	}
}

// TestListsAreKeptByName: conditions of a list are kept under a name, changed by keeping them again, forgotten, and
// nobody else's.
func TestListsAreKeptByName(t *testing.T) {
	t.Parallel()
	s := newSite(t, demo.LoadPeople)
	b := s.browse("officer", "en")
	list := b.get("/cases?stage=applied&overdue=1&cursor=")
	name := `<i>late</i> ones`
	b.post(list, "/filters", url.Values{"name": {"  "}}).says(t, 422, "1 to 40 characters")
	kept := b.post(list, "/filters", url.Values{"name": {name}})
	kept.says(t, 200, "&lt;i&gt;late&lt;/i&gt; ones", "Forget")
	if kept.at != "/cases?overdue=1&stage=applied" {
		t.Errorf("kept as %s", kept.at)
	}
	b.get("/cases").says(t, 200, `href="/cases?overdue=1&amp;stage=applied"`)
	b.send("/filters", url.Values{"name": {"x"}, "query": {"choose=1"}}).says(t, 403, "")
	if p := s.browse("decider", "en").get("/cases"); strings.Contains(p.text, "late&lt;") {
		t.Error("another person sees it")
	}
	b.post(kept, "/filters/drop", nil).says(t, 200, "Done.")
	if p := b.get("/cases"); strings.Contains(p.text, "late&lt;") {
		t.Error("it was not forgotten")
	}
	for i := range 21 {
		p := b.post(b.get("/cases?q="+strings.Repeat("a", i+1)), "/filters", url.Values{"name": {strings.Repeat("b", i+1)}})
		if i < 20 {
			p.says(t, 200, "Saved.")
		} else {
			p.says(t, 422, "20 lists already")
		}
	}
}
