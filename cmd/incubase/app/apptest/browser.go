package apptest

import (
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"incubase/cmd/incubase/demo"
)

// Browser is a person at the pages, without scripts: it fills the forms that a page has and sends them.
type Browser struct {
	s      *Site
	client *http.Client
	lang   string
}

// Page is the answer to a Browser.
type Page struct {
	Status int
	At     string
	Text   string
}

// Browse signs a login in on the pages; "" signs nobody in.
func (s *Site) Browse(login, lang string) *Browser {
	s.T.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.T.Fatal(err)
	}
	b := &Browser{s: s, client: &http.Client{Jar: jar}, lang: lang}
	if login == "" {
		return b
	}
	if p := b.Post(b.Get("/login"), "/login",
		url.Values{"login": {login}, "password": {demo.Password}}); p.Status != http.StatusOK {
		s.T.Fatalf("sign in as %s: %d", login, p.Status)
	}
	return b
}

func (b *Browser) do(r *http.Request) Page {
	b.s.T.Helper()
	r.Header.Set("Accept-Language", b.lang)
	r.Header.Set("Accept", "text/html")
	resp, err := b.client.Do(r)
	if err != nil {
		b.s.T.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		b.s.T.Fatal(err)
	}
	return Page{resp.StatusCode, resp.Request.URL.RequestURI(), string(body)}
}

// Get reads a page.
func (b *Browser) Get(path string) Page {
	b.s.T.Helper()
	r, err := http.NewRequestWithContext(b.s.T.Context(), http.MethodGet, b.s.URL+path, nil)
	if err != nil {
		b.s.T.Fatal(err)
	}
	return b.do(r)
}

var hiddenField = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)"`)

// declaredBox matches a declaration checkbox on the submit page.
var declaredBox = regexp.MustCompile(`type="checkbox" name="(declare\.[^"]*)"`)

// Post sends the form of a page for an address: its hidden fields, its declarations and what is written.
func (b *Browser) Post(on Page, action string, written url.Values) Page {
	b.s.T.Helper()
	form := url.Values{}
	at := strings.Index(on.Text, `action="`+strings.ReplaceAll(action, "&", "&amp;")+`"`)
	if at < 0 {
		b.s.T.Fatalf("%s has no form for %s", on.At, action)
	}
	inner, _, _ := strings.Cut(on.Text[at:], "</form>")
	for _, m := range hiddenField.FindAllStringSubmatch(inner, -1) {
		form.Add(m[1], html.UnescapeString(m[2]))
	}
	for _, m := range declaredBox.FindAllStringSubmatch(inner, -1) {
		form.Set(m[1], "true")
	}
	for k, v := range written {
		form[k] = v
	}
	return b.Send(action, form)
}

// Send sends a form that no page has shown.
func (b *Browser) Send(action string, form url.Values) Page {
	b.s.T.Helper()
	r, err := http.NewRequestWithContext(b.s.T.Context(), http.MethodPost, b.s.URL+action,
		strings.NewReader(form.Encode()))
	if err != nil {
		b.s.T.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.do(r)
}

// Act carries an action out by its page.
func (b *Browser) Act(ref, action string, written url.Values) Page {
	b.s.T.Helper()
	to := "/cases/" + ref + "/do/" + action
	p := b.Get(to)
	if p.Status != http.StatusOK {
		b.s.T.Fatalf("%s: %d", to, p.Status)
	}
	return b.Post(p, to, written)
}

// Says fails unless the page has a status and words.
func (p Page) Says(t *testing.T, status int, words ...string) {
	t.Helper()
	if p.Status != status {
		t.Fatalf("%s: %d, want %d\n%s", p.At, p.Status, status, p.Text)
	}
	for _, w := range words {
		if !strings.Contains(p.Text, w) {
			t.Fatalf("%s does not say %q:\n%s", p.At, w, p.Text)
		}
	}
}

// Firsts returns the first group of each match.
func Firsts(r *regexp.Regexp, s string) []string {
	var out []string
	for _, m := range r.FindAllStringSubmatch(s, -1) {
		out = append(out, m[1])
	}
	return out
}

// StepAsking returns the step of a form that asks a question.
func (b *Browser) StepAsking(form, question string) Page {
	b.s.T.Helper()
	for n := range 30 {
		if p := b.Get(fmt.Sprintf("%s?step=%d", form, n+1)); strings.Contains(p.Text, `name="q.`+question+`"`) {
			return p
		}
	}
	b.s.T.Fatalf("%s never asks %s", form, question)
	return Page{}
}
