// Package pagetest reads pages as people do: a Visitor follows links and fills in forms without knowledge of the
// program; a Browser shows pages in Chromium and measures what only a browser can. For tests only.
package pagetest

import (
	"bytes"
	"context"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// Visitor is a browser without a screen: it keeps cookies, follows redirects and sends forms.
type Visitor struct {
	T      testing.TB
	Base   string
	Header http.Header // of every request
	client *http.Client
}

// NewVisitor visits a site in a language ("zh" or "en"). It follows redirects; Visitor.Stay does not.
func NewVisitor(t testing.TB, base, lang string) *Visitor {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &Visitor{T: t, Base: base, client: &http.Client{Jar: jar},
		Header: http.Header{"Accept": {"text/html,application/xhtml+xml"}, "Accept-Language": {lang},
			"Sec-Fetch-Site": {"same-origin"}}}
}

// SignIn signs in on the sign-in page.
func (v *Visitor) SignIn(login, password string) *Page {
	v.T.Helper()
	f := v.Get("/login").Form("/login")
	f.Set("login", login)
	f.Set("password", password)
	p := f.Send()
	if p.Status != http.StatusOK || p.At.Path == "/login" {
		v.T.Fatalf("sign in as %s: %d at %s", login, p.Status, p.At)
	}
	return p
}

func (v *Visitor) Get(path string) *Page { v.T.Helper(); return v.Send("GET", path, "", nil) }

// Post sends a form made by the test.
func (v *Visitor) Post(path string, form url.Values) *Page {
	v.T.Helper()
	return v.Send("POST", path, "application/x-www-form-urlencoded", []byte(form.Encode()))
}

func (v *Visitor) Send(method, path, kind string, body []byte) *Page {
	v.T.Helper()
	r, err := http.NewRequestWithContext(context.Background(), method, v.absolute(path), bytes.NewReader(body))
	if err != nil {
		v.T.Fatal(err)
	}
	for k, l := range v.Header {
		r.Header[k] = l
	}
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	return v.do(r)
}

// Stay makes one request and follows no redirect.
func (v *Visitor) Stay(method, path string, form url.Values) *Page {
	v.T.Helper()
	keep := v.client.CheckRedirect
	defer func() { v.client.CheckRedirect = keep }()
	v.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	if method == http.MethodPost {
		return v.Post(path, form)
	}
	return v.Send(method, path, "", nil)
}

func (v *Visitor) absolute(path string) string {
	if strings.HasPrefix(path, "http") {
		return path
	}
	return v.Base + path
}

func (v *Visitor) do(r *http.Request) *Page {
	v.T.Helper()
	resp, err := v.client.Do(r)
	if err != nil {
		v.T.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		v.T.Fatal(err)
	}
	p := &Page{Status: resp.StatusCode, Header: resp.Header, Cookies: resp.Cookies(), At: resp.Request.URL,
		Body: string(b), visitor: v}
	if p.Document, err = goquery.NewDocumentFromReader(bytes.NewReader(b)); err != nil {
		v.T.Fatalf("%s: %v", r.URL, err)
	}
	return p
}

type Form struct {
	Action, Method string
	Values         url.Values
	Files          map[string]File
	page           *Page
	names          []string
}

type File struct{ Name, Content string }

// Set fills in a field of the form; a missing one fails the test.
func (f *Form) Set(name, value string) {
	f.page.visitor.T.Helper()
	if !slices.Contains(f.names, name) {
		f.page.visitor.T.Fatalf("%s: the form %s has no field %q, only %q", f.page.At, f.Action, name, f.names)
	}
	f.Values.Set(name, value)
}

// Fill writes into fields.
func (f *Form) Fill(fields map[string]string) *Form {
	f.page.visitor.T.Helper()
	for name, value := range fields {
		f.Set(name, value)
	}
	return f
}

func (f *Form) Has(name string) bool { return slices.Contains(f.names, name) }

// Declare ticks all declarations of a submission.
func (f *Form) Declare() *Form {
	for _, name := range f.names {
		if strings.HasPrefix(name, "declare.") {
			f.Values.Set(name, "true")
		}
	}
	return f
}

func (f *Form) Send() *Page {
	v := f.page.visitor
	v.T.Helper()
	at, err := f.page.At.Parse(f.Action)
	if err != nil {
		v.T.Fatal(err)
	}
	if f.Method == "get" {
		at.RawQuery = f.Values.Encode()
		return v.Get(at.String())
	}
	if len(f.Files) == 0 {
		return v.Post(at.String(), f.Values)
	}
	kind, body := f.multipart()
	return v.Send("POST", at.String(), kind, body)
}

func (f *Form) multipart() (kind string, body []byte) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for name, list := range f.Values {
		for _, x := range list {
			_ = w.WriteField(name, x)
		}
	}
	for name, file := range f.Files {
		part, err := w.CreateFormFile(name, file.Name)
		if err != nil {
			f.page.visitor.T.Fatal(err)
		}
		_, _ = io.WriteString(part, file.Content)
	}
	_ = w.Close()
	return w.FormDataContentType(), b.Bytes()
}
