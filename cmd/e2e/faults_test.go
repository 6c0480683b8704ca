package e2e

import (
	"encoding/json"
	"fmt"
	"html"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"incubase/cmd/e2e/process"
	"incubase/cmd/incubase/app/apptest"
	"incubase/cmd/incubase/demo"
)

// insideWords are words of the program that no reader should see.
var insideWords = regexp.MustCompile(
	`(?i)\b(fen|integers?|booleans?|arrays?|null|nil|objekt|schema|regexp?|regular expression|unmarshal|RFC|property|` +
		`properties|struct|float64|utf-8|x-[a-z-]+|yyyy|expected (length|number|string|array|object|integer|boolean|value|required)|unexpected|` +
		`must match|invalid|violates|constraint|duplicate key|syntax error)\b|（分）|%!|\^\[|\\[dw]|undefined|0x[0-9a-f]`)

var (
	chinese = regexp.MustCompile(`\p{Han}`)
	quoted  = regexp.MustCompile(`“[^”]*”|"[^"]*"|「[^」]*」`)
	address = regexp.MustCompile(`https?://\S+|\S+@\S+`)
	latin   = regexp.MustCompile(`[A-Za-z]{3,}( [A-Za-z]{2,}){2,}`) // a clause, not a name
)

// walker checks every word of refusals.
type walker struct {
	*site
	seen     map[string]bool // messages
	n        int
	browsers map[string]*apptest.Browser
}

// browser returns one session for each person and language: an account has twenty at most.
func (w *walker) browser(login, lang string) *apptest.Browser {
	if w.browsers[login+lang] == nil {
		w.browsers[login+lang] = w.Browse(login, lang)
	}
	return w.browsers[login+lang]
}

// plain checks one message: its language, its field, its words.
func (w *walker) plain(where, lang, message string) {
	w.T.Helper()
	if message == "" {
		w.T.Errorf("%s: no words", where)
	}
	if w.seen[lang+message] {
		return
	}
	w.seen[lang+message] = true
	bare := address.ReplaceAllString(quoted.ReplaceAllString(message, ""), "")
	switch {
	case insideWords.MatchString(bare):
		w.T.Errorf("%s: %q is no word for a reader: %s", where, insideWords.FindString(bare), message)
	case lang == "zh" && !chinese.MatchString(message):
		w.T.Errorf("%s: not in Chinese: %s", where, message)
	case lang == "zh" && latin.MatchString(bare):
		w.T.Errorf("%s: English in Chinese: %s", where, message)
	case lang == "en" && chinese.MatchString(bare):
		w.T.Errorf("%s: Chinese in English: %s", where, message)
	}
}

// problem checks a refusal of the API.
func (w *walker) problem(where, lang string, a process.Answer) {
	w.T.Helper()
	w.n++
	for _, name := range []string{"title", "detail"} {
		if s, ok := a.Body[name].(string); ok {
			w.plain(where+" "+name, lang, s)
		}
	}
	for _, list := range []string{"errors", "refusals"} {
		items, _ := a.Body[list].([]any)
		for _, x := range items {
			e := x.(object)
			if list == "errors" && (e["field"] == nil || e["field"] == "") {
				w.T.Errorf("%s: a fault without a field: %v", where, e)
			}
			if e["field"] == "form" { // form authors write JSON Schema and know the term
				e["message"] = strings.ReplaceAll(fmt.Sprint(e["message"]), "JSON Schema", "")
			}
			w.plain(fmt.Sprintf("%s %v", where, e["field"]), lang, fmt.Sprint(e["message"]))
		}
	}
}

// wrong returns values that a property refuses, one for each thing that its schema asks for.
func wrong(p object) []any {
	out := []any{object{"x": 1}, []any{object{"x": 1}}, "不是 x", "\u202e", true, 1.5, -1.5, 1e300, []any{"a", "a"}}
	if n, ok := p["minLength"].(float64); ok && n > 0 {
		out = append(out, "", " ")
	}
	if n, ok := p["maxLength"].(float64); ok {
		out = append(out, strings.Repeat("字", int(n)+1))
	}
	if n, ok := p["minimum"].(float64); ok {
		out = append(out, n-1)
	}
	if n, ok := p["maximum"].(float64); ok {
		out = append(out, n+1)
	}
	if n, ok := p["maxItems"].(float64); ok && n < 1000 {
		out = append(out, make([]any, int(n)+1))
	}
	return out
}

// TestEveryFaultIsSaidInPlainWords sends each kind of wrong value to every operation, action and page, in both
// languages, and checks the words of the answers.
func TestEveryFaultIsSaidInPlainWords(t *testing.T) {
	t.Parallel()
	w := &walker{site: newSite(t, demo.Load), seen: map[string]bool{}, browsers: map[string]*apptest.Browser{}}
	c := &cost{site: w.site, schemas: map[string]object{}}
	c.learn()
	w.operations(c)
	w.actions()
	w.answers(c.places["/cases/"])
	if len(w.seen) < 150 {
		t.Errorf("only %d messages in %d answers", len(w.seen), w.n)
	}
	t.Logf("%d messages in %d answers", len(w.seen), w.n)
}

// ask sends one request through all handlers and checks a refusal.
func (w *walker) ask(lang, method, path, login string, body any) process.Answer {
	w.T.Helper()
	b, err := json.Marshal(body)
	if err != nil {
		w.T.Fatal(err)
	}
	w.Keys++
	r := httptest.NewRequest(method, "/api/v1"+path, strings.NewReader(string(b)))
	// no limit of an address stands in the way
	r.RemoteAddr = fmt.Sprintf("10.%d.%d.%d:1", w.Keys>>16&255, w.Keys>>8&255, w.Keys&255)
	for name, value := range map[string]string{"Content-Type": "application/json", "Accept-Language": lang,
		"Idempotency-Key": fmt.Sprintf("w%d", w.Keys)} {
		r.Header.Set(name, value)
	}
	if method == http.MethodPatch {
		r.Header.Set("If-Match", `"1"`)
	}
	if login != "" {
		r.Header.Set("Authorization", "Bearer "+w.Token(login))
	}
	rec := httptest.NewRecorder()
	w.Served.ServeHTTP(rec, r)
	a := process.Answer{Status: rec.Code, Header: rec.Header()}
	if a.Status >= 400 {
		if err := json.Unmarshal(rec.Body.Bytes(), &a.Body); err != nil {
			w.T.Fatalf("%s %s: %d, no problem in JSON: %v", method, path, a.Status, err)
		}
	}
	return a
}

// example returns a body of the schema's own examples, which reaches the checks behind the schema.
func example(schema object) object {
	out := object{}
	properties, _ := schema["properties"].(object)
	required, _ := schema["required"].([]any)
	for name, x := range properties {
		p, _ := x.(object)
		list, _ := p["examples"].([]any)
		switch {
		case len(list) > 0:
			out[name] = list[0]
		case p["example"] != nil:
			out[name] = p["example"]
		case !slices.Contains(required, any(name)):
		case p["type"] == "string":
			out[name] = "社区"
		case p["type"] == "array":
			out[name] = []any{}
		case p["type"] == "boolean":
			out[name] = false
		default:
			out[name] = object{"zh": "社区", "en": "Community"}
		}
	}
	return out
}

func (w *walker) operations(c *cost) {
	var doc struct {
		Paths      map[string]map[string]object
		Components struct{ Schemas map[string]object }
	}
	r := httptest.NewRecorder()
	w.Served.ServeHTTP(r, httptest.NewRequest("GET", "/openapi.json", nil))
	if err := json.Unmarshal(r.Body.Bytes(), &doc); err != nil {
		w.T.Fatal(err)
	}
	for _, route := range w.Served.(*echo.Echo).Routes() {
		path, isAPI := strings.CutPrefix(route.Path, "/api/v1")
		if !isAPI || route.Method == http.MethodDelete || strings.HasSuffix(path, "/stream") ||
			strings.Contains(path, "/sessions") {
			continue
		}
		target, login := strings.TrimPrefix(c.target(route.Path), "/api/v1"), loginFor(route.Path)
		where := route.Method + " " + path
		schema := c.schemas[route.Method+" "+route.Path]
		properties, _ := schema["properties"].(object)
		lists := map[string][]any{} // of wrong values, by property
		for name, x := range properties {
			p, _ := x.(object)
			if ref, ok := p["$ref"].(string); ok {
				p = doc.Components.Schemas[strings.TrimPrefix(ref, "#/components/schemas/")]
			}
			lists[name] = wrong(p)
		}
		var bodies []object
		for i, more := 0, true; more; i++ { // all properties at once are wrong in one way, then in the next
			body := object{"没有的": 1}
			for name, list := range lists {
				if i < len(list) {
					body[name] = list[i]
				}
			}
			if more = len(body) > 1; more {
				bodies = append(bodies, body)
			}
		}
		for name := range lists { // and one by one among good ones, past the schema
			among := example(schema)
			among[name] = "不是 x"
			bodies = append(bodies, among)
		}
		for _, body := range bodies {
			for _, lang := range []string{"zh", "en"} {
				if a := w.ask(lang, route.Method, target, login, body); a.Status >= 400 {
					w.problem(where, lang, a)
				}
			}
		}
		op, _ := doc.Paths["/api/v1"+regexp.MustCompile(`:(\w+)`).ReplaceAllString(path,
			"{$1}")][strings.ToLower(route.Method)]
		parameters, _ := op["parameters"].([]any)
		for _, x := range parameters {
			p := x.(object)
			if p["in"] != "query" {
				continue
			}
			for _, v := range []string{"不是 x", "-1", "1e9", "%00", strings.Repeat("字", 300)} {
				for _, lang := range []string{"zh", "en"} {
					query := "?" + url.QueryEscape(fmt.Sprint(p["name"])) + "=" + strings.ReplaceAll(url.QueryEscape(v), "%2500",
						"%00")
					if a := w.ask(lang, route.Method, target+query, login, nil); a.Status >= 400 {
						w.problem(where+"?"+fmt.Sprint(p["name"]), lang, a)
					}
				}
			}
		}
	}
}

// actions tries the fields of every action, once for each kind of case.
func (w *walker) actions() {
	tried, looked := map[string]bool{}, map[string]bool{}
	for _, login := range []string{"applicant", "officer", "checker", "reviewer", "partner", "decider", "finance",
		"evaluator", "base"} {
		if a := w.Send("POST", "/sessions", "", nil, map[string]any{"login": login,
			"password": demo.Password}); a.Status != http.StatusCreated {
			continue // no such person in the demonstration
		}
		for _, x := range w.Want(http.StatusOK, "GET", "/cases?limit=200", login, nil).Body["items"].([]any) {
			row := x.(object)
			ref, place := row["ref"].(string), fmt.Sprint(login, row["workflow"], row["state"])
			if looked[place] {
				continue
			}
			looked[place] = true
			one := w.Want(http.StatusOK, "GET", "/cases/"+ref, login, nil).Body
			offers, _ := one["actions"].([]any)
			for _, o := range offers {
				offer := o.(object)
				key := fmt.Sprint(one["workflow"].(object)["name"], " ", offer["name"])
				if offer["allowed"] != true || tried[key] {
					continue
				}
				tried[key] = true
				w.action(key, "/cases/"+ref+"/actions/"+offer["name"].(string), login, offer)
				w.actionPage(key, "/cases/"+ref+"/do/"+offer["name"].(string), login)
			}
		}
	}
	if len(tried) < 15 {
		w.T.Errorf("only these actions were offered: %v", slices.Sorted(maps.Keys(tried)))
	}
}

func (w *walker) action(key, path, login string, offer object) {
	schema, _ := offer["schema"].(object)
	properties, _ := schema["properties"].(object)
	note := strings.Repeat("字", 2001)
	for _, lang := range []string{"zh", "en"} {
		if a := w.ask(lang, "POST", path, login, object{"note": note}); a.Status >= 400 {
			w.problem(key, lang, a)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		for _, v := range wrong(properties[name].(object)) {
			for _, lang := range []string{"zh", "en"} {
				// The note is too long, so that nothing is ever done.
				if a := w.ask(lang, "POST", path, login, object{"fields": object{name: v}, "note": note}); a.Status >= 400 {
					w.problem(key+"."+name, lang, a)
				}
			}
		}
	}
}

func (w *walker) actionPage(key, path, login string) {
	for _, lang := range []string{"zh", "en"} {
		b := w.browser(login, lang)
		p := b.Get(path)
		if p.Status != http.StatusOK || !strings.Contains(p.Text, `action="`+path+`"`) {
			continue
		}
		for _, v := range []string{"", "不是 x", "-1", "99999999999999999999", "1.005"} {
			said := url.Values{"note": {strings.Repeat("字", 2001)}}
			for _, m := range regexp.MustCompile(`name="(f\.[^"]*)"`).FindAllStringSubmatch(p.Text, -1) {
				said.Set(m[1], v)
			}
			w.page(key+" (page)", lang, b.Post(p, path, said))
		}
	}
}

func (w *walker) page(where, lang string, p apptest.Page) {
	w.n++
	for _, part := range regexp.MustCompile(
		`(?s)class="(?:fault|problem|missing)"[^>]*>(.*?)</(?:small|div|ul|section|p|span)>`).FindAllStringSubmatch(p.Text,
		-1) {
		text := strings.Join(strings.Fields(html.UnescapeString(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(part[1],
			" "))), " ")
		if text != "" {
			w.plain(where, lang, text)
		}
	}
}

func (w *walker) answers(ref string) {
	round := w.Want(http.StatusOK, "GET", "/cases/"+ref, "applicant", nil).Body["round"].(string)
	form := w.Want(http.StatusOK, "GET", "/rounds/"+round+"/form", "applicant", nil).Body
	properties, _ := form["properties"].(object)
	if len(properties) < 10 {
		w.T.Fatalf("the form has %d questions", len(properties))
	}
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		for _, v := range wrong(properties[name].(object)) {
			for _, lang := range []string{"zh", "en"} {
				a := w.ask(lang, "POST", "/cases/"+ref+"/actions/submit", "applicant",
					object{"fields": object{"answers": object{name: v}}})
				if a.Status < 400 {
					w.T.Fatalf("submitted with %s = %v", name, v)
				}
				w.problem("submit "+name, lang, a)
			}
		}
	}
	for _, lang := range []string{"zh", "en"} {
		b := w.browser("applicant", lang)
		at := "/cases/" + ref + "/form"
		for step := range 12 {
			to := fmt.Sprintf("%s?step=%d", at, step+1)
			p := b.Get(to)
			if !strings.Contains(p.Text, `action="`+at+`"`) {
				break // the last page
			}
			for _, v := range []string{"不是 x", "-1", "99999999999999999999", "\u202e", "x"} {
				said := url.Values{"go": {"stay"}}
				for _, m := range regexp.MustCompile(`name="(q\.[^"]*)"`).FindAllStringSubmatch(p.Text, -1) {
					said.Set(m[1], v)
				}
				w.page("form step", lang, b.Post(p, at, said))
				p = b.Get(to)
				w.page("form step", lang, p)
			}
			w.page("review", lang, b.Get(at+"?step=review"))
		}
	}
}
