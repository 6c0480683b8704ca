package apptest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"incubase/cmd/incubase/demo"
	"incubase/web/pagetest"
	forms "incubase/workflow/form"
	"incubase/workflow/money"
)

// At returns the visitor of a login, who stays signed in.
func (s *Site) At(login string) *pagetest.Visitor {
	s.T.Helper()
	if s.people[login] == nil {
		s.people[login] = s.Visit(login, "zh")
	}
	s.people[login].T = s.T // of the stage
	return s.people[login]
}

// To returns the page of an action.
func (s *Site) To(ref, action string) string {
	return "/cases/" + ref + "/do/" + s.action(ref, action)
}

// Open goes from a case to the page of an action by the link that the case shows.
func (s *Site) Open(login, ref, action string) *pagetest.Form {
	s.T.Helper()
	p := s.At(login).Get("/cases/" + ref)
	to := s.To(ref, action)
	if !slices.Contains(p.Links(), to) {
		s.T.Fatalf("%s finds no button %s at %s (%d): %s", login, action, ref, p.Status, p.Main())
	}
	return s.At(login).Get(to).Form(to)
}

// Do carries an action out by its page.
func (s *Site) Do(login, ref, action string, fields map[string]string) *pagetest.Page {
	s.T.Helper()
	p := s.Open(login, ref, action).Fill(fields).Declare().Send()
	if p.Status != http.StatusOK || strings.Contains(p.At.Path, "/do/") || !strings.Contains(p.Main(), "已办理") {
		s.T.Fatalf("%s of %s by %s: %d at %s: %s", action, ref, login, p.Status, p.At, p.Main())
	}
	return p
}

// Apply finds a round among the open calls, and fills in its form step by step.
func (s *Site) Apply(round string) (ref string) {
	s.T.Helper()
	v := s.At("applicant")
	if p := v.Get("/calls"); !slices.Contains(p.Links(), "/calls/"+round) {
		s.T.Fatalf("the round is not among the calls: %s", p.Main())
	}
	p := v.Get("/calls/" + round)
	i := slices.IndexFunc(p.Links(), func(l string) bool { return strings.HasPrefix(l, "/apply") })
	if i < 0 {
		s.T.Fatalf("nothing leads to the application: %s", p.Main())
	}
	f := v.Get(p.Links()[i]).Form("/apply")
	p = f.Fill(map[string]string{"project": "new", "title": ""}).Send()
	if p.Status != http.StatusUnprocessableEntity {
		s.T.Fatalf("a project without a title: %d %s", p.Status, p.Main())
	}
	p = p.Form("/apply").Fill(map[string]string{"title": `星期三学校<script>alert(1)</script>`}).Send()
	ref, _, ok := strings.Cut(strings.TrimPrefix(p.At.Path, "/cases/"), "/form")
	if !ok {
		s.T.Fatalf("begin: %d at %s: %s", p.Status, p.At, p.Main())
	}
	answers := s.Answers(ref)
	for step := 0; p.At.Query().Get("step") != "review"; step++ {
		if step > 40 {
			s.T.Fatalf("the steps do not end: %s", p.At)
		}
		p = s.Step(p, ref, answers)
	}
	if !strings.Contains(p.Main(), "内容齐全") {
		s.T.Fatalf("something is missing still: %s", p.Main())
	}
	return ref
}

// Step answers the questions of a page and goes on by its button.
func (s *Site) Step(p *pagetest.Page, ref string, answers url.Values) *pagetest.Page {
	s.T.Helper()
	f := p.Form("/cases/" + ref + "/form")
	for name, value := range answers {
		if f.Has(name) {
			f.Set(name, value[0])
		}
	}
	f.Values.Set("go", "next") // the button
	next := f.Send()
	if next.Status != http.StatusOK || next.At.String() == p.At.String() {
		s.T.Fatalf("a step goes nowhere: %d %s", next.Status, next.Main())
	}
	return next
}

// Answers returns the form's own examples, as people write them.
func (s *Site) Answers(ref string) url.Values {
	s.T.Helper()
	out := url.Values{}
	kind, _, _ := strings.Cut(ref, "-")
	schema, err := json.Marshal(s.Form(map[string]string{"GA": "grant", "IN": "incubation"}[kind]))
	if err != nil {
		s.T.Fatal(err)
	}
	var examples map[string]any
	if err := json.Unmarshal(forms.Example(schema), &examples); err != nil {
		s.T.Fatal(err)
	}
	for name, v := range examples {
		lines, isList := v.([]any)
		if !isList {
			out.Set("q."+name, AsWritten(name, v))
			continue
		}
		for i, l := range lines {
			for column, x := range l.(map[string]any) {
				out.Set(fmt.Sprintf("q.%s.%d.%s", name, i, column), AsWritten(column, x))
			}
		}
	}
	return out
}

// AsWritten returns a value as people write it.
func AsWritten(name string, v any) string {
	if n, ok := v.(float64); ok && strings.HasSuffix(name, "_fen") {
		return money.Fen(n).Yuan()
	}
	b, err := json.Marshal(v)
	if s, ok := v.(string); ok || err != nil {
		return s
	}
	return string(b)
}

// Visit signs a login in on the pages; "" signs nobody in.
func (s *Site) Visit(login, lang string) *pagetest.Visitor {
	s.T.Helper()
	v := pagetest.NewVisitor(s.T, s.URL, lang)
	if login != "" {
		v.SignIn(login, demo.Password)
	}
	return v
}

// Cases returns the references of everything a login sees.
func (s *Site) Cases(login string) (out []string) {
	s.T.Helper()
	for cursor := ""; ; {
		page := s.Want(http.StatusOK, "GET", "/cases?limit=40&sort=ref"+cursor, login, nil).Body
		for _, x := range page["items"].([]any) {
			out = append(out, x.(map[string]any)["ref"].(string))
		}
		next, more := page["next"].(string)
		if !more {
			return out
		}
		cursor = "&cursor=" + next
	}
}

// Evil returns a text that a page may only show as text; the name says where it was written.
func Evil(name string) string {
	return name + `<script>mk()</script>"'><img src=x onerror=mk()>=1+1`
}
