package pagetest

import (
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/net/html"
)

// Page is what came back.
type Page struct {
	Status  int
	Header  http.Header
	Cookies []*http.Cookie
	At      *url.URL // after redirects
	Body    string
	Root    *html.Node
	visitor *Visitor
}

// Test of a node.
type Test func(*html.Node) bool

// Tag is a test for elements of a name with attributes: Tag("a", "role", "button"). An empty value asks that it be
// there.
func Tag(name string, attrs ...string) Test {
	return func(n *html.Node) bool {
		if n.Type != html.ElementNode || name != "" && n.Data != name {
			return false
		}
		for i := 0; i+1 < len(attrs); i += 2 {
			if v, ok := Attr(n, attrs[i]); !ok || attrs[i+1] != "" && v != attrs[i+1] {
				return false
			}
		}
		return true
	}
}

// Class is a test for elements with a class.
func Class(name string) Test {
	return func(n *html.Node) bool {
		v, _ := Attr(n, "class")
		for _, c := range strings.Fields(v) {
			if c == name {
				return true
			}
		}
		return false
	}
}

// Find lists the nodes of a page that pass.
func (p *Page) Find(is Test) []*html.Node { return Find(p.Root, is) }

// Find lists the nodes below one that pass, in order.
func Find(root *html.Node, is Test) (out []*html.Node) {
	for n := range root.Descendants() {
		if is(n) {
			out = append(out, n)
		}
	}
	return out
}

// Attr is an attribute of a node.
func Attr(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

// Words are the text of a node as a person reads it: one space between words.
func Words(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode && (d.Parent == nil || d.Parent.Data != "script" && d.Parent.Data != "style") {
			b.WriteString(d.Data)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// Words of the whole page.
func (p *Page) Words() string { return Words(p.Root) }

// Main is what the page says itself, without header and footer.
func (p *Page) Main() string {
	if list := p.Find(Tag("main")); len(list) > 0 {
		return Words(list[0])
	}
	return ""
}

// Links are the addresses that the page leads to.
func (p *Page) Links() (out []string) {
	for _, a := range p.Find(Tag("a", "href", "")) {
		v, _ := Attr(a, "href")
		out = append(out, v)
	}
	return out
}

// Form finds the form that is sent to an address, with what its fields hold.
func (p *Page) Form(action string) *Form {
	p.visitor.T.Helper()
	for _, f := range p.Forms() {
		if f.Action == action {
			return f
		}
	}
	p.visitor.T.Fatalf("%s (%d) has no form for %s: %s", p.At, p.Status, action, p.Main())
	return nil
}

// Forms of the page.
func (p *Page) Forms() (out []*Form) {
	for _, n := range p.Find(Tag("form")) {
		f := &Form{Values: url.Values{}, Files: map[string]File{}, page: p}
		f.Action, _ = Attr(n, "action")
		f.Method, _ = Attr(n, "method")
		for _, x := range Find(n, func(n *html.Node) bool { return true }) {
			f.take(x)
		}
		out = append(out, f)
	}
	return out
}

// take reads a field as a browser would send it.
func (f *Form) take(n *html.Node) {
	name, named := Attr(n, "name")
	if n.Type != html.ElementNode || !named {
		return
	}
	value, _ := Attr(n, "value")
	switch n.Data {
	case "input":
		kind, _ := Attr(n, "type")
		_, checked := Attr(n, "checked")
		if kind == "radio" || kind == "checkbox" {
			if checked {
				f.Values.Add(name, value)
			}
		} else if kind != "file" {
			f.Values.Add(name, value)
		}
	case "textarea":
		f.Values.Add(name, strings.TrimPrefix(raw(n), "\n"))
	case "select":
		f.Values.Add(name, chosen(n))
	case "button":
		return // sent only when pressed
	default:
		return
	}
	f.names = append(f.names, name)
}

// chosen is the selected option, or the first.
func chosen(n *html.Node) string {
	options := Find(n, Tag("option"))
	for _, o := range options {
		if _, ok := Attr(o, "selected"); ok {
			v, _ := Attr(o, "value")
			return v
		}
	}
	if len(options) == 0 {
		return ""
	}
	v, _ := Attr(options[0], "value")
	return v
}

func raw(n *html.Node) string {
	if n.FirstChild != nil {
		return n.FirstChild.Data
	}
	return ""
}
