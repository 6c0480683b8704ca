package pagetest

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/PuerkitoBio/goquery"
)

// Page is a response. Tests query it with CSS selectors: p.Find("main h1").
type Page struct {
	*goquery.Document
	Status  int
	Header  http.Header
	Cookies []*http.Cookie
	At      *url.URL // after redirects
	Body    string
	visitor *Visitor
}

// Words returns the text of a selection as people read it: one space between words.
func Words(s *goquery.Selection) string { return strings.Join(strings.Fields(s.Text()), " ") }

func (p *Page) Words() string { return Words(p.Selection) }

// Main returns the text without header and footer.
func (p *Page) Main() string { return Words(p.Find("main").First()) }

func (p *Page) Links() []string { return Attrs(p.Find("a[href]"), "href") }

// Following returns the first link that begins with prefix, or "".
func (p *Page) Following(prefix string) string {
	for _, l := range p.Links() {
		if strings.HasPrefix(l, prefix) {
			return l
		}
	}
	return ""
}

// Attrs returns the values of an attribute in a selection.
func Attrs(s *goquery.Selection, name string) (out []string) {
	for _, n := range s.EachIter() {
		if v, ok := n.Attr(name); ok {
			out = append(out, v)
		}
	}
	return out
}

// Sends reports whether the page has a form for an address.
func (p *Page) Sends(action string) bool { return p.Find("form"+With("action", action)).Length() > 0 }

// With returns a selector for an attribute's exact value.
func With(attr, value string) string { return fmt.Sprintf("[%s=%q]", attr, value) }

// Form finds the form for an address, with the values of its fields.
func (p *Page) Form(action string) *Form {
	p.visitor.T.Helper()
	forms := p.Forms()
	i := slices.IndexFunc(forms, func(f *Form) bool { return f.Action == action })
	if i < 0 {
		p.visitor.T.Fatalf("%s (%d) has no form for %s: %s", p.At, p.Status, action, p.Main())
	}
	return forms[i]
}

// Forms leaves buttons out: they are sent only when pressed.
func (p *Page) Forms() (out []*Form) {
	for _, s := range p.Find("form").EachIter() {
		f := &Form{Action: s.AttrOr("action", ""), Method: s.AttrOr("method", ""), Values: url.Values{},
			Files: map[string]File{}, page: p}
		for _, field := range s.Find("input[name], textarea[name], select[name]").EachIter() {
			f.take(field)
		}
		out = append(out, f)
	}
	return out
}

// take reads a field as a browser would send it.
func (f *Form) take(s *goquery.Selection) {
	name := s.AttrOr("name", "")
	f.names = append(f.names, name)
	switch {
	case s.Is("textarea"):
		f.Values.Add(name, s.Text())
	case s.Is("select"):
		chosen := s.Find("option[selected]").First()
		if chosen.Length() == 0 {
			chosen = s.Find("option").First()
		}
		f.Values.Add(name, chosen.AttrOr("value", ""))
	case s.Is("[type=file], [type=radio]:not([checked]), [type=checkbox]:not([checked])"):
	default:
		f.Values.Add(name, s.AttrOr("value", ""))
	}
}
