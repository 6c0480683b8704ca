package cases_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"incubase/cmd/incubase/app/apptest"
	"incubase/cmd/incubase/demo"
)

var cosignForm = regexp.MustCompile(`action="/cases/([A-Z0-9-]+)/do/cosign"`)

// TestAnAgencyAgreesWithOnePress: from its list and back to it; a form sent twice counts once; the other answers open
// the form with the choice made; only the agency sees its opinions.
func TestAnAgencyAgreesWithOnePress(t *testing.T) {
	t.Parallel()
	s := newSite(t, demo.Load)
	b := s.Browse("women", "en")
	list := b.Get("/")
	refs := apptest.Firsts(cosignForm, list.Text)
	if len(refs) == 0 {
		t.Fatalf("no co-signature to give with one press: %s", list.Text)
	}
	ref, to := refs[0], "/cases/"+refs[0]+"/do/cosign"
	list.Says(t, 200, "Co-sign: Agree", "f.answer=object")
	b.Get(to+"?f.answer=object").Says(t, 200, `value="object" checked`)
	b.Post(list, to, nil).Says(t, 200, "<h1>To do</h1>", "Done.")
	b.Post(list, to, nil).Says(t, 200, "<h1>To do</h1>")
	if n := strings.Count(s.events(ref), `"cosign"`); n != 1 {
		t.Errorf("said %d times: %s", n, s.events(ref))
	}
	if left := apptest.Firsts(cosignForm, b.Get("/").Text); len(left) != len(refs)-1 {
		t.Errorf("of %v are left %v", refs, left)
	}
	b.Get("/opinions").Says(t, 200, ref, "agrees", "awarded ¥")
	officer := s.Browse("officer", "en")
	officer.Get("/opinions").Says(t, 404, "Not found")
	officer.Get("/reviews").Says(t, 404, "Not found")
	if p := b.Send(to, url.Values{"_back": {"https://elsewhere.example/"}}); strings.Contains(p.At, "elsewhere") {
		t.Errorf("led away to %s", p.At)
	}
}

// TestDocumentsAreCheckedOneAfterAnother: each act opens the next waiting case, any action keeps the place in the run,
// and after the last the list says so.
func TestDocumentsAreCheckedOneAfterAnother(t *testing.T) {
	t.Parallel()
	s := newSite(t, demo.Load)
	b := s.Browse("officer", "en")
	b.Get("/").Says(t, 200, `href="/next/grant/admit"`)
	open := regexp.MustCompile(`^/cases/([A-Z0-9-]+)/do/([a-z]+)\?`)
	var passed []string
	p := b.Get("/next/grant/admit")
	for n := 0; ; n++ {
		m := open.FindStringSubmatch(p.At)
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
			next := apptest.Firsts(regexp.MustCompile(`href="(/next/grant/admit\?passed=[^"]*)"`), p.Text)
			if len(next) != 1 {
				t.Fatalf("no way to leave one: %s", p.Text)
			}
			p = b.Get(strings.ReplaceAll(next[0], "&amp;", "&"))
		case 1: // returned instead, without losing the place
			to := apptest.Firsts(regexp.MustCompile(`href="(/cases/`+ref+`/do/return\?[^"]*)"`), p.Text)
			if len(to) != 1 {
				t.Fatalf("no way to return it: %s", p.Text)
			}
			p = b.Post(b.Get(strings.ReplaceAll(to[0], "&amp;", "&")), "/cases/"+ref+"/do/return",
				url.Values{"note": {"the budget has no reasons"}})
		default:
			p.Says(t, 200, "left", `accesskey="s"`)
			p = b.Post(p, "/cases/"+ref+"/do/admit", nil)
		}
	}
	p.Says(t, 200, "That was the last of them.")
	if len(passed) < 4 {
		t.Fatalf("only %v", passed)
	}
	for i, want := range []string{"applied", "returned", "screened", "screened"} {
		if c := s.Want(200, "GET", "/cases/"+passed[i], "officer", nil).Body; c["state"] != want {
			t.Errorf("%s is %v, want %s", passed[i], c["state"], want)
		}
	}
	if p := b.Get("/next/grant/" + url.PathEscape("../../people")); p.Status != 404 {
		t.Errorf("%d %s", p.Status, p.At)
	}
}

func TestListsAreKeptByName(t *testing.T) {
	t.Parallel()
	s := newSite(t, demo.LoadPeople)
	b := s.Browse("officer", "en")
	list := b.Get("/cases?stage=applied&overdue=1&cursor=")
	name := `<i>late</i> ones`
	b.Post(list, "/filters", url.Values{"name": {"  "}}).Says(t, 422, "1 to 40 characters")
	kept := b.Post(list, "/filters", url.Values{"name": {name}})
	kept.Says(t, 200, "&lt;i&gt;late&lt;/i&gt; ones", "Forget")
	if kept.At != "/cases?overdue=1&stage=applied" {
		t.Errorf("kept as %s", kept.At)
	}
	b.Get("/cases").Says(t, 200, `href="/cases?overdue=1&amp;stage=applied"`)
	b.Send("/filters", url.Values{"name": {"x"}, "query": {"choose=1"}}).Says(t, 403, "")
	if p := s.Browse("decider", "en").Get("/cases"); strings.Contains(p.Text, "late&lt;") {
		t.Error("another person sees it")
	}
	b.Post(kept, "/filters/drop", nil).Says(t, 200, "Done.")
	if p := b.Get("/cases"); strings.Contains(p.Text, "late&lt;") {
		t.Error("it was not forgotten")
	}
	for i := range 21 {
		p := b.Post(b.Get("/cases?q="+strings.Repeat("a", i+1)), "/filters", url.Values{"name": {strings.Repeat("b", i+1)}})
		if i < 20 {
			p.Says(t, 200, "Saved.")
		} else {
			p.Says(t, 422, "20 lists already")
		}
	}
}
