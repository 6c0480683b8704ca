package pagetest

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/PuerkitoBio/goquery"
)

// Page is what came back. Tests look into it with CSS selectors: p.Find("main h1").
type Page struct {
	*goquery.Document
	Status  int
	Header  http.Header
	Cookies []*http.Cookie
	At      *url.URL // after redirects
	Body    string
	visitor *Visitor
}

// Words are the text of a selection as a person reads it: one space between words.
func Words(s *goquery.Selection) string { return strings.Join(strings.Fields(s.Text()), " ") }

// Words of the whole page.
func (p *Page) Words() string { return Words(p.Selection) }

// Main is what the page says itself, without header and footer.
func (p *Page) Main() string { return Words(p.Find("main").First()) }

// Links are the addresses that the page leads to.
func (p *Page) Links() []string { return Attrs(p.Find("a[href]"), "href") }

// Attrs are the values of an attribute of all elements that have it.
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

// With is a selector for elements of an attribute's exact value.
func With(attr, value string) string { return fmt.Sprintf("[%s=%q]", attr, value) }

// Form finds the form that is sent to an address, with what its fields hold.
func (p *Page) Form(action string) *Form {
	p.visitor.T.Helper()
	forms := p.Forms()
	i := slices.IndexFunc(forms, func(f *Form) bool { return f.Action == action })
	if i < 0 {
		p.visitor.T.Fatalf("%s (%d) has no form for %s: %s", p.At, p.Status, action, p.Main())
	}
	return forms[i]
}

// Forms of the page. Their buttons are no fields: they are sent only when pressed.
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
