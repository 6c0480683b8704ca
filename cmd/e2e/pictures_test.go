package e2e

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"incubase/cmd/incubase/demo"
	"incubase/web/pagetest"
)

const kept = "../../docs/images"

// TestBrowserTakesPictures takes the pictures of docs/images into the folder INCUBASE_PICTURES (make screenshots), and
// holds that the documents have exactly these.
func TestBrowserTakesPictures(t *testing.T) {
	b := pagetest.OpenBrowser(t)
	folder := os.Getenv("INCUBASE_PICTURES")
	if folder == "" {
		folder = t.TempDir()
		defer samePictures(t, folder)
	}
	s := newSite(t, demo.Load)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	tab := b.Tab(t, s.URL)
	for _, p := range append(s.pictured(), picture{"questions", "officer", ""}) {
		if p.path == "" { // a round of its own: it is made after the other pictures, so that it is on none of them
			p.path = s.editedList(s.Visit("officer", "zh"))
		}
		session := ""
		if p.login != "" {
			session = s.Token(p.login)
		}
		tab.Cookie("incubase", session)
		for mode, suffix := range map[string]string{"plain": "", "elder": "-large"} {
			tab.Cookie("incubase-mode", mode)
			tab.Cookie("incubase-lang", "zh")
			for window, width := range map[string]int64{"phone": 360, "desktop": 1280} {
				tab.Size(width, 800)
				if status := tab.Visit(p.path); status != http.StatusOK {
					t.Fatalf("%s for %q: %d", p.path, p.login, status)
				}
				name := filepath.Join(folder, fmt.Sprintf("%s-%s%s.webp", p.name, window, suffix))
				if err := os.WriteFile(name, tab.Picture(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}

type picture struct{ name, login, path string }

func (s *site) pictured() []picture {
	s.T.Helper()
	nobody, applicant, officer := s.Visit("", "zh"), s.Visit("applicant", "zh"), s.Visit("officer", "zh")
	draft := ""
	for _, ref := range s.Cases("applicant") {
		if p := applicant.Get("/cases/" + ref + "/form?step=2"); p.Status == http.StatusOK {
			draft = "/cases/" + ref + "/form?step=2"
		}
	}
	check := ""
	for _, l := range officer.Get("/").Links() {
		if check == "" && strings.HasPrefix(l, "/cases/GA-") && strings.HasSuffix(l, "/do/admit") {
			check = l
		}
	}
	out := []picture{{"first", "", "/"}, {"call", "", nobody.Get("/calls").Following("/calls/")},
		{"notice", "", nobody.Get("/notices").Following("/notices/")},
		{"form", "applicant", draft}, {"todo", "officer", "/"},
		{"case", "certifier", applicant.Get("/cases?stage=funded").Following("/cases/GA-")},
		{"check", "officer", check}, {"cosign", "women", s.Visit("women", "zh").Get("/").Following("/cases/")},
		{"board", "officer", "/board"}, {"round", "officer", officer.Get("/rounds").Following("/rounds/RD-")}}
	for _, p := range out {
		if p.path == "" {
			s.T.Fatalf("the demonstration has no page for the picture %s", p.name)
		}
	}
	return out
}

func samePictures(t *testing.T, taken string) {
	t.Helper()
	names := func(folder string) (out []string) {
		list, err := os.ReadDir(folder)
		if err != nil {
			t.Error(err)
		}
		for _, f := range list {
			if info, err := f.Info(); err == nil && info.Size() > 1000 { // an empty window is smaller
				out = append(out, f.Name())
			}
		}
		return out
	}
	if a, b := names(taken), names(kept); !slices.Equal(a, b) || len(a) != 44 {
		t.Errorf("taken: %v; in docs/images: %v; run make screenshots", a, b)
	}
}
