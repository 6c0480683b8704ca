package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"incubase/api/edge"
	"incubase/cmd/e2e/process"
	"incubase/cmd/incubase/demo"
)

// shape is a way in which a request grows; n counts units of the shape.
type shape struct {
	name  string
	first int // the smallest n
	most  int // n that is still tried: first, twice that, and so on
	media string
	make  func(n int, schema object) io.Reader
}

type object = map[string]any

const boundary = "----boundary"

var shapes = []shape{
	{name: "keys", first: 2000, most: 8000, media: "application/json", make: func(n int, _ object) io.Reader {
		return items(n, func(i int) string { return fmt.Sprintf(`"key%07d":%d`, i, i) })
	}},
	{name: "keys with dots", first: 2000, most: 8000, media: "application/json", make: func(n int, _ object) io.Reader {
		return items(n, func(i int) string { return fmt.Sprintf(`"k.e.y[%07d.]":%d`, i, i) })
	}},
	{name: "keys past the bound", first: 20000, most: 80000, media: "application/json",
		make: func(n int, _ object) io.Reader {
			return items(n, func(i int) string { return fmt.Sprintf(`"%d":0`, i) })
		}},
	{name: "keys of every object", first: 2000, most: 8000, media: "application/json",
		make: func(n int, schema object) io.Reader {
			return filled(schema, func(object) any {
				o := object{}
				for i := range n {
					o[fmt.Sprintf("k.%07d", i)] = i
				}
				return o
			}, "object")
		}},
	{name: "faults", first: 2000, most: 8000, media: "application/json", make: func(n int, schema object) io.Reader {
		return filled(schema, func(s object) any {
			list := make([]any, n)
			for i := range list {
				list[i] = object{"x": i}
			}
			return list
		}, "array", "object")
	}},
	{name: "wrong answers", first: 2000, most: 8000, media: "application/json",
		make: func(n int, schema object) io.Reader {
			answers := object{"budget_lines": []any{}, "title": 7}
			for i := range n {
				answers[fmt.Sprintf("k.%07d", i)] = object{"a": "\u202e"}
			}
			list := make([]any, n)
			for i := range list {
				list[i] = object{"amount_fen": "x"}
			}
			answers["budget"] = list
			b, _ := json.Marshal(object{"fields": object{"answers": answers}})
			return bytes.NewReader(b)
		}},
	{name: "depth", first: 2000, most: 8000, media: "application/json", make: func(n int, _ object) io.Reader {
		return strings.NewReader(strings.Repeat(`{"a":`, n) + "1" + strings.Repeat("}", n))
	}},
	{name: "depth in fields", first: 7, most: 28, media: "application/json", make: func(n int, _ object) io.Reader {
		name := strings.Repeat("n.", 100)
		deep := strings.Repeat(`{"`+name+`":`, n) + "[" + strings.TrimSuffix(strings.Repeat(`"\u0007",`, 4000),
			",") + "]" + strings.Repeat("}", n)
		return strings.NewReader(`{"fields":{"answers":` + deep + `}}`)
	}},
	{name: "a long name", first: 225_000, most: 900_000, media: "application/json", make: func(n int, _ object) io.Reader {
		return strings.NewReader(`{"` + strings.Repeat("k", n) + `":1,"fields":{"` + strings.Repeat("m", n/10) + `":1}}`)
	}},
	{name: "long values", first: 75_000, most: 300_000, media: "application/json",
		make: func(n int, schema object) io.Reader {
			return filled(schema, func(object) any { return strings.Repeat("v", n) }, "string", "integer", "array", "object",
				"boolean")
		}},
	{name: "digits", first: 200_000, most: 800_000, media: "application/json", make: func(n int, schema object) io.Reader {
		return strings.NewReader(`{"total_fen":` + strings.Repeat("9", n) + `}`)
	}},
	{name: "fields of a form", first: 2000, most: 8000, media: "application/x-www-form-urlencoded",
		make: func(n int, _ object) io.Reader {
			return fields(n, func(i int) (string, string) { return fmt.Sprintf("q.%d.columns.%d.zh", i%200, i), "x" })
		}},
	{name: "a field many times", first: 2000, most: 8000, media: "application/x-www-form-urlencoded",
		make: func(n int, _ object) io.Reader {
			names := []string{"asked", "ref", "roles", "had", "topics", "days"}
			return fields(n, func(i int) (string, string) { return names[i%len(names)], fmt.Sprintf("v%d", i) })
		}},
	{name: "lines of lists", first: 4, most: 16, media: "application/x-www-form-urlencoded",
		make: func(n int, _ object) io.Reader {
			return fields(1, func(int) (string, string) { return "q.199" + strings.Repeat(".columns.199", n) + ".zh", "x" })
		}},
	{name: "a long name of a field", first: 225_000, most: 900_000, media: "application/x-www-form-urlencoded",
		make: func(n int, _ object) io.Reader {
			return fields(1, func(int) (string, string) { return "q.0" + strings.Repeat(".columns.0", n/10), "x" })
		}},
	{name: "a long value of a field", first: 200_000, most: 800_000, media: "application/x-www-form-urlencoded",
		make: func(n int, _ object) io.Reader {
			names := []string{"q", "note", "text", "source", "login", "password", "title", "name", "next", "back", "_key",
				"form"}
			return fields(len(names), func(i int) (string, string) { return names[i], strings.Repeat("v", n/len(names)) })
		}},
	{name: "files", first: 250, most: 1000, media: "multipart/form-data; boundary=" + boundary,
		make: func(n int, _ object) io.Reader {
			return parts(n, `form-data; name="files"; filename="f%d.txt"`)
		}},
	{name: "one file many times", first: 250, most: 1000, media: "multipart/form-data; boundary=" + boundary,
		make: func(n int, _ object) io.Reader {
			return parts(n, `form-data; name="file"; filename="f%d.txt"`)
		}},
	{name: "parts", first: 250, most: 1000, media: "multipart/form-data; boundary=" + boundary,
		make: func(n int, _ object) io.Reader {
			return parts(n, `form-data; name="part%d"`)
		}},
	{name: "a long name of a file", first: 200_000, most: 800_000, media: "multipart/form-data; boundary=" + boundary,
		make: func(n int, _ object) io.Reader {
			return parts(1, `form-data; name="files"; filename="`+strings.Repeat("f", n)+`%d.txt"`)
		}},
}

// queries double in the query string, up to what a head may hold.
var queries = []shape{
	{name: "parameters", first: 400, most: 1600, make: func(n int, _ object) io.Reader {
		return fields(n, func(i int) (string, string) { return fmt.Sprintf("p%d", i), "v" })
	}},
	{name: "a long parameter", first: 4000, most: 16000, make: func(n int, _ object) io.Reader {
		return fields(8, func(i int) (string, string) {
			return []string{"q", "cursor", "round", "region", "next", "by", "state", "sort"}[i], strings.Repeat("v", n/8)
		})
	}},
}

func items(n int, item func(int) string) io.Reader {
	var b bytes.Buffer
	for i := range n {
		b.WriteString(map[bool]string{true: "{", false: ","}[i == 0] + item(i))
	}
	b.WriteByte('}')
	return &b
}

func fields(n int, field func(int) (name, value string)) io.Reader {
	var b bytes.Buffer
	for i := range n {
		name, value := field(i)
		b.WriteString(map[bool]string{true: "", false: "&"}[i == 0] + url.QueryEscape(name) + "=" + url.QueryEscape(value))
	}
	return &b
}

func parts(n int, disposition string) io.Reader {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	_ = w.SetBoundary(boundary)
	for i := range n {
		p, _ := w.CreatePart(map[string][]string{"Content-Disposition": {strings.Replace(disposition, "%d", fmt.Sprint(i),
			1)}})
		_, _ = p.Write([]byte("x"))
	}
	_ = w.Close()
	return &b
}

// turn is the property that filled begins with: the same within a series of doublings, the next in the next series.
var turn int

// filled returns a body in which three properties of the given types are large.
func filled(schema object, large func(object) any, types ...string) io.Reader {
	body := object{}
	properties, _ := schema["properties"].(object)
	names := slices.Sorted(maps.Keys(properties))
	for i := range names {
		name := names[(turn+i)%len(names)]
		p := properties[name]
		if t, _ := p.(object)["type"].(string); slices.Contains(types, t) || t == "" {
			body[name] = large(p.(object))
			if len(body) == 3 { // of a body of a mebibyte
				break
			}
		}
	}
	b, _ := json.Marshal(body)
	return bytes.NewReader(b)
}

type cost struct {
	*site
	schemas map[string]object // of the bodies of operations, by method and path
	places  map[string]string
	sent    int
	wrong   int
}

// TestCostIsLinear doubles everything that a client chooses in requests to each route, and compares the bytes that the
// server allocates: at most 2.5 times as many. Error answers stay within their bound.
func TestCostIsLinear(t *testing.T) {
	s := newSite(t, demo.Load) // not parallel: it measures the whole process
	c := &cost{site: s, schemas: map[string]object{}}
	c.learn()
	for _, r := range s.Served.(*echo.Echo).Routes() {
		c.Token(loginFor(r.Path)) // not while a request is measured
	}
	routes := s.Served.(*echo.Echo).Routes()
	if len(routes) < 150 {
		t.Fatalf("only %d routes", len(routes))
	}
	for _, r := range routes {
		// they last as long as their reader stays
		if strings.HasSuffix(r.Path, "/stream") || strings.HasSuffix(r.Path, "/live") {
			continue
		}
		list := shapes
		if r.Method == http.MethodGet {
			list = queries
		}
		for _, x := range list {
			switch {
			case r.Method != http.MethodGet && x.media == "application/x-www-form-urlencoded" &&
				strings.HasPrefix(r.Path, "/api/"):
			case x.media == "application/json" && !strings.HasPrefix(r.Path, "/api/"):
			default:
				c.doubles(r, x)
			}
		}
		if c.wrong > 40 {
			t.Fatal("and so on")
		}
	}
	t.Logf("%d requests to %d routes", c.sent, len(routes))
}

// floor is how many bytes may come from the worker and the pools.
const floor = 1 << 20

func (c *cost) doubles(r *echo.Route, x shape) {
	turn = rand.IntN(1 << 20)
	for try := 1; ; try++ {
		before, grew := uint64(0), ""
		for n := x.first; n <= x.most; n *= 2 {
			spent, answer := c.measure(r, x, n)
			for range 2 { // what is at work in the background has been counted too
				if n > x.first && spent > before*5/2+floor {
					again, _ := c.measure(r, x, n)
					spent = min(spent, again)
				}
			}
			if answer.Code >= 400 && strings.HasPrefix(answer.Header().Get("Content-Type"), "application/problem") &&
				answer.Body.Len() > edge.MaxProblem {
				c.fail("%s %s, %s: an answer of %d bytes to %d", r.Method, r.Path, x.name, answer.Body.Len(), n)
			}
			if answer.Code >= 500 && answer.Code != http.StatusServiceUnavailable {
				c.fail("%s %s, %s: %d to %d: %.300s", r.Method, r.Path, x.name, answer.Code, n, answer.Body.String())
			}
			if body := answer.Body.String(); strings.HasPrefix(x.name, "a long name") &&
				strings.Contains(body, strings.Repeat("k", 1000)) {
				c.fail("%s %s, %s: the name of %d is repeated", r.Method, r.Path, x.name, n)
			}
			if n > x.first && spent > before*5/2+floor {
				grew = fmt.Sprintf("%d KiB for %d, %d KiB for %d (%d)", before>>10, n/2, spent>>10, n, answer.Code)
				break
			}
			before = spent
		}
		if grew == "" {
			return
		}
		if try == 3 { // once may be something else at work
			c.fail("%s %s, %s: %s", r.Method, r.Path, x.name, grew)
			return
		}
	}
}

func (c *cost) fail(format string, args ...any) {
	c.T.Helper()
	c.wrong++
	c.T.Errorf(format, args...)
}

// measure sends one request through all handlers in this process.
func (c *cost) measure(r *echo.Route, x shape, n int) (uint64, *httptest.ResponseRecorder) {
	login := loginFor(r.Path)
	body, target := x.make(n, c.schemas[r.Method+" "+r.Path]), c.target(r.Path)
	if r.Method == http.MethodGet {
		q, _ := io.ReadAll(body)
		target, body = target+"?"+string(q), http.NoBody
	}
	q := httptest.NewRequest(r.Method, target, body)
	if x.media != "" {
		q.Header.Set("Content-Type", x.media)
	}
	if login != "" && strings.HasPrefix(r.Path, "/api/") {
		q.Header.Set("Authorization", "Bearer "+c.Token(login))
	} else if login != "" {
		q.AddCookie(&http.Cookie{Name: "incubase", Value: c.Token(login)})
	}
	q.Header.Set("Accept", "text/html")
	q.Header.Set("Idempotency-Key", fmt.Sprintf("cost-%d", c.sent))
	q.Header.Set("If-Match", `"1"`)
	c.sent++
	// no limit of an address stands in the way
	q.RemoteAddr = fmt.Sprintf("10.%d.%d.%d:1", c.sent>>16&255, c.sent>>8&255, c.sent&255)
	w := httptest.NewRecorder()
	w.Body = bytes.NewBuffer(make([]byte, 0, 8<<20))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	c.Served.ServeHTTP(w, q)
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc, w
}

// loginFor returns a login that the route lets in.
func loginFor(path string) string {
	for _, x := range [][2]string{{"/sessions/current", "auditor"}, {"/logout", "auditor"}, {"/public/", ""},
		{"/sessions", ""}, {"/login", ""}, {"/notices", ""}, {"/setup", ""}, {"/calls", ""},
		{"/users", "secadmin"}, {"/people", "secadmin"}, {"/workflows", "sysadmin"}, {"/calendars", "sysadmin"},
		{"/agencies", "sysadmin"}, {"/trail", "auditadmin"},
		{"/audit", "auditadmin"}, {"/verify", "auditadmin"}, {"/apply", "applicant"}, {"/cases", "applicant"}} {
		if strings.Contains(path, x[0]) {
			return x[1]
		}
	}
	return "officer"
}

func (c *cost) learn() {
	var doc struct {
		Paths      map[string]map[string]object
		Components struct{ Schemas map[string]object }
	}
	w := httptest.NewRecorder()
	c.Served.ServeHTTP(w, httptest.NewRequest("GET", "/openapi.json", nil))
	if err := json.Unmarshal(w.Body.Bytes(), &doc); err != nil {
		c.T.Fatal(err)
	}
	for path, methods := range doc.Paths {
		for method, op := range methods {
			body, _ := op["requestBody"].(object)
			content, _ := body["content"].(object)
			media, _ := content["application/json"].(object)
			schema, _ := media["schema"].(object)
			if ref, ok := schema["$ref"].(string); ok {
				schema = doc.Components.Schemas[strings.TrimPrefix(ref, "#/components/schemas/")]
			}
			c.schemas[strings.ToUpper(method)+" "+strings.NewReplacer("{", ":", "}", "").Replace(path)] = schema
		}
	}
	c.places = map[string]string{}
	for part, query := range map[string]string{
		"/cases/": "select ref from cases where workflow = 'grant' and state = 'draft' and organization_id = " +
			"(select organization_id from users where login = 'applicant') limit 1",
		"/organizations/": "select organization_id from users where login = 'applicant'",
		"/projects/": "select id from projects where organization_id = (select organization_id from users where " +
			"login = 'applicant') limit 1",
		"/users/":    "select id from users where login = 'applicant'",
		"/people/":   "select id from users where login = 'applicant'",
		"/agencies/": "select id from agencies limit 1",
		"/papers/":   "select id from papers where kind = 'notice' limit 1",
		"/calls/":    "select c.ref from rounds r join cases c on c.id = r.id where c.state = 'open' limit 1",
	} {
		var id string
		if err := c.Owner.QueryRowContext(c.T.Context(), query).Scan(&id); err != nil {
			c.T.Fatalf("nothing for %s: %v", part, err)
		}
		c.places[part] = id
	}
	c.places["/rounds/"] = c.Want(http.StatusCreated, "POST", "/rounds", "officer",
		object{"name": object{"zh": "试验批次", "en": "Trial round"}, "kind": "grant", "region": "230302"}).Body["ref"].(string)
	c.places["/notices/"] = c.Want(http.StatusOK, "GET", "/public/notices", "",
		nil).Body["items"].([]any)[0].(object)["id"].(string)
	file := process.Form{Field: "file", Name: "a.csv", Upload: "a,b\n1,2\n"}
	c.places["/attachments/"] = c.Want(http.StatusCreated, "POST", "/cases/"+c.places["/cases/"]+"/attachments",
		"applicant", file).Body["id"].(string)
	c.places["/files/"] = c.places["/attachments/"]
}

// target returns a route's path with existing names in it.
func (c *cost) target(path string) string {
	parts := strings.Split(path, "/")
	for i, p := range parts {
		if !strings.HasPrefix(p, ":") && p != "*" {
			continue
		}
		switch p {
		case ":action":
			parts[i] = "save"
			if strings.Contains(path, "/do/") {
				parts[i] = "submit"
			}
		case ":name", ":workflow":
			parts[i] = "grant"
		case ":kind":
			parts[i] = "notice"
		case ":list":
			parts[i] = "cases"
		case ":code":
			parts[i] = "230302"
		case ":version", ":n":
			parts[i] = "1"
		case ":project":
			parts[i] = c.places["/projects/"]
		default:
			parts[i] = c.places["/"+parts[i-1]+"/"]
			if parts[i] == "" {
				parts[i] = "x"
			}
		}
	}
	return strings.Join(parts, "/")
}
