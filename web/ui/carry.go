package ui

import (
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"incubase/workflow/text"
)

// Carried is a form that came when its session had ended, or was made for an earlier one: what was written goes along
// until its writer has signed in, and is sent when they say so.
type Carried struct {
	To    string // path of the form, of this site
	Pairs []pair
}

// pair is one field of a form with a value.
type pair struct{ Name, Value string }

// secrets are what no page ever repeats: a form with one is written again.
var secrets = []string{"password", "present", "next", "again"}

// carry takes along the form of a request; nil where there is none, or files that no page can hold, or a password.
func (v *Visit) carry() *Carried {
	r := v.Request()
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if r.Method != http.MethodPost || kind != "application/x-www-form-urlencoded" ||
		r.Header.Get("Accept") == "application/json" || !ownPage(r) {
		return nil
	}
	// nothing is written there
	if at := r.URL.Path; at == "/login" || at == "/setup" || at == "/code" || at == "/logout" || at == "/preferences" {
		return nil
	}
	form, err := v.FormParams()
	if err != nil || slices.ContainsFunc(secrets, form.Has) {
		return nil
	}
	return carriedOf(r.URL.RequestURI(), r.PostForm)
}

// ownPage tells that the browser itself vouches for a form being of this site; its silence is no such word.
func ownPage(r *http.Request) bool {
	from, err := url.Parse(r.Header.Get("Origin"))
	return crossOrigin.Check(r) == nil && (r.Header.Get("Sec-Fetch-Site") == "same-origin" || err == nil &&
		from.Host != "" && from.Host == r.Host)
}

// CarriedAgain is what a sign-in form took along.
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
		if name == "_token" || name == confirmField { // of a session that is over; of nobody's to repeat
			continue
		}
		for _, x := range values {
			c.Pairs = append(c.Pairs, pair{name, x})
		}
	}
	slices.SortStableFunc(c.Pairs, func(a, b pair) int { return strings.Compare(a.Name, b.Name) })
	return c
}

// Encoded is the form as one text.
func (c *Carried) Encoded() string {
	form := url.Values{}
	for _, p := range c.Pairs {
		form.Add(p.Name, p.Value)
	}
	return form.Encode()
}

// texts are what a person wrote, for them to know it again.
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
