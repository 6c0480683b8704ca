package ui

import (
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"incubase/workflow/text"
)

// Carried is a posted form whose session had ended. It is kept in the sign-in page and sent after the sign-in, once
// its writer confirms.
type Carried struct {
	To    string // path on this site
	Pairs []pair
}

type pair struct{ Name, Value string }

// secrets are fields that no page repeats: their forms are not carried.
var secrets = []string{"password", "present", "next", "again"}

// carry returns the request's form, or nil without one, with files or with a password.
func (v *Visit) carry() *Carried {
	r := v.Request()
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if r.Method != http.MethodPost || kind != "application/x-www-form-urlencoded" ||
		r.Header.Get("Accept") == "application/json" || !ownPage(r) {
		return nil
	}
	if at := r.URL.Path; at == "/login" || at == "/setup" || at == "/code" || at == "/logout" || at == "/preferences" {
		return nil
	}
	form, err := v.FormParams()
	if err != nil || slices.ContainsFunc(secrets, form.Has) {
		return nil
	}
	return carriedOf(r.URL.RequestURI(), r.PostForm)
}

// ownPage reports whether the browser vouches that the form is this site's; missing headers do not count.
func ownPage(r *http.Request) bool {
	from, err := url.Parse(r.Header.Get("Origin"))
	return crossOrigin.Check(r) == nil && (r.Header.Get("Sec-Fetch-Site") == "same-origin" || err == nil &&
		from.Host != "" && from.Host == r.Host)
}

func (v *Visit) CarriedAgain() *Carried {
	form, err := url.ParseQuery(v.Request().PostFormValue("_carry"))
	if to := v.Request().PostFormValue("_to"); err == nil && to != "" {
		return carriedOf(Local(to), form)
	}
	return nil
}

func carriedOf(to string, form url.Values) *Carried {
	c := &Carried{To: to}
	for name, values := range form {
		if name == "_token" || name == confirmField { // of the ended session, or a password
			continue
		}
		for _, x := range values {
			c.Pairs = append(c.Pairs, pair{name, x})
		}
	}
	slices.SortStableFunc(c.Pairs, func(a, b pair) int { return strings.Compare(a.Name, b.Name) })
	return c
}

func (c *Carried) Encoded() string {
	form := url.Values{}
	for _, p := range c.Pairs {
		form.Add(p.Name, p.Value)
	}
	return form.Encode()
}

// texts returns what the person wrote, so that they recognise it.
func (c *Carried) texts() (out []string) {
	for _, p := range c.Pairs {
		if s := strings.TrimSpace(p.Value); (strings.HasPrefix(p.Name, "f.") || strings.HasPrefix(p.Name, "q.") ||
			p.Name == "note" || p.Name == "title" || p.Name == "text") && s != "" {
			out = append(out, s)
		}
	}
	return out
}

var CarriedTitle = text.Text{ZH: "继续提交", EN: "Go on sending"}
