package api_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"incubase/api"
)

var methods = []string{"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "PROPFIND"}

func (s *site) paths() map[string]map[string]object {
	s.t.Helper()
	var doc struct {
		OpenAPI string                       `json:"openapi"`
		Paths   map[string]map[string]object `json:"paths"`
	}
	if err := json.Unmarshal(s.want(200, "GET /openapi.json", "", nil).Body.Bytes(), &doc); err != nil {
		s.t.Fatal(err)
	}
	if !strings.HasPrefix(doc.OpenAPI, "3.1") {
		s.t.Errorf("OpenAPI %s", doc.OpenAPI)
	}
	return doc.Paths
}

func TestDocumentIsWhatIsServed(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	documented := map[string]bool{}
	for path, operations := range s.paths() {
		for method := range operations {
			documented[strings.ToUpper(method)+" "+path] = true
		}
	}
	for _, r := range s.Handler.(*echo.Echo).Routes() {
		route := r.Method + " " + curly(r.Path)
		if strings.HasPrefix(r.Path, "/openapi") {
			continue
		}
		if !documented[route] {
			t.Errorf("%s is served and not documented", route)
		}
		delete(documented, route)
	}
	for route := range documented {
		t.Errorf("%s is documented and not served", route)
	}
	for path, verbs := range wanted {
		for _, method := range strings.Fields(verbs) {
			if !slices.ContainsFunc(s.Handler.(*echo.Echo).Routes(), func(r *echo.Route) bool {
				return r.Method == method &&
					r.Path == path
			}) {
				t.Errorf("%s %s is missing", method, path)
			}
		}
	}
}

var wanted = map[string]string{
	"/api/v1/sessions":                                 "POST",
	"/api/v1/sessions/current":                         "DELETE",
	"/api/v1/me":                                       "GET",
	"/api/v1/regions":                                  "GET",
	"/api/v1/regions/:code":                            "GET",
	"/api/v1/agencies":                                 "GET",
	"/api/v1/organizations":                            "GET POST",
	"/api/v1/organizations/:id":                        "GET PATCH",
	"/api/v1/organizations/:id/projects":               "GET POST",
	"/api/v1/organizations/:id/results":                "GET",
	"/api/v1/projects/:id":                             "GET PATCH",
	"/api/v1/board/stream":                             "GET",
	"/api/v1/rounds":                                   "GET POST",
	"/api/v1/rounds/:id":                               "GET PATCH",
	"/api/v1/rounds/:id/actions/:action":               "POST",
	"/api/v1/rounds/:id/form":                          "GET",
	"/api/v1/workflows":                                "GET POST",
	"/api/v1/workflows/:name":                          "GET",
	"/api/v1/workflows/:name/diagram":                  "GET",
	"/api/v1/cases":                                    "GET POST",
	"/api/v1/cases/:id":                                "GET",
	"/api/v1/cases/:id/actions/:action":                "POST",
	"/api/v1/cases/:id/events":                         "GET",
	"/api/v1/cases/:id/attachments":                    "GET POST",
	"/api/v1/attachments/:id":                          "DELETE GET",
	"/api/v1/cases/:id/papers":                         "GET",
	"/api/v1/papers/:id":                               "GET",
	"/api/v1/papers/:id/pdf":                           "GET",
	"/api/v1/rounds/:id/papers/:kind/pdf":              "GET",
	"/api/v1/public/notices/:id/pdf":                   "GET",
	"/api/v1/cases/bulk/:action":                       "POST",
	"/api/v1/jobs":                                     "GET",
	"/api/v1/jobs/:id":                                 "DELETE GET",
	"/api/v1/board":                                    "GET",
	"/api/v1/public/rounds":                            "GET",
	"/api/v1/public/notices":                           "GET",
	"/api/v1/public/awards":                            "GET",
	"/api/v1/public/notices/:id/objections":            "POST",
	"/api/v1/public/notices/:id/objections/with-files": "POST",
	"/api/v1/users":                                    "GET POST",
	"/api/v1/users/:id/roles":                          "GET POST",
	"/api/v1/agencies/:id":                             "GET PATCH",
	"/api/v1/agencies/:id/competences":                 "GET POST",
	"/api/v1/calendars":                                "GET POST",
	"/api/v1/demo/clock":                               "POST",
	"/healthz":                                         "GET",
	"/readyz":                                          "GET",
	"/metrics":                                         "GET",
}

func TestGolden(t *testing.T) {
	t.Parallel()
	want, err := api.Document()
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../docs/openapi.json")
	if err != nil || strings.TrimSpace(string(got)) != string(want) {
		t.Errorf("docs/openapi.json is not what is served (%v): run go generate ./docs/...", err)
	}
}

// TestEveryRouteWithEveryVerb: without a session only open routes answer, undocumented verbs are refused, and no
// request breaks the server.
func TestEveryRouteWithEveryVerb(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for path, operations := range s.paths() {
		target := strings.NewReplacer("{id}", "x", "{name}", "grant", "{code}", "23", "{action}", "submit", "{role}", "x",
			"{session}", "x", "{competence}", "x").Replace(path)
		for _, method := range methods {
			op, served := operations[strings.ToLower(method)]
			for _, who := range []string{"", "nobody", "elsewhere"} {
				got := s.raw(method, target, who)
				where := fmt.Sprintf("%s %s as %q: %d %s", method, target, who, got.Code, got.Body)
				switch {
				case got.Code >= 500:
					t.Error(where)
				case !served && got.Code != http.StatusMethodNotAllowed && got.Code != http.StatusNotFound:
					t.Error(where)
				case served && who == "" && !open(op) && got.Code != http.StatusUnauthorized:
					t.Error(where)
				case served && who == "" && open(op) && got.Code == http.StatusUnauthorized && op["operationId"] != "login":
					t.Error(where)
				case served && who == "nobody" && got.Code < 300 && method != "GET" && !open(op) && op["operationId"] != "logout" &&
					op["operationId"] != "endOtherSessions":
					t.Errorf("%s: who holds no role changes something", where)
				}
				if got.Code >= 400 && got.Header().Get("Content-Type") != "application/problem+json" {
					t.Errorf("%s: no problem document", where)
				}
			}
		}
		for _, trick := range []string{target + "/", strings.ToUpper(target), "/" + target, target + ";x",
			strings.Replace(target, "/api", "/%2e/api", 1), target + "%00", strings.Replace(target, "/v1/", "/v1//", 1)} {
			if trick == target {
				continue
			}
			if got := s.raw("GET", trick, ""); got.Code < 400 || got.Code >= 500 {
				t.Errorf("GET %s: %d %s", trick, got.Code, got.Body)
			}
		}
	}
}

func open(op object) bool {
	security, _ := op["security"].([]any)
	return len(security) == 1 && len(security[0].(object)) == 0
}

func (s *site) raw(method, target, who string) *httptest.ResponseRecorder {
	body := "{}"
	if method == "GET" {
		body = ""
	}
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("If-Match", `"1"`)
	if who != "" {
		r.Header.Set("Authorization", "Bearer "+who)
	}
	if strings.HasSuffix(target, "/stream") { // it ends when its reader leaves
		ctx, leave := context.WithTimeout(r.Context(), 50*time.Millisecond)
		defer leave()
		r = r.WithContext(ctx)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

// FuzzAct: any body of an action succeeds or is the sender's fault.
func FuzzAct(f *testing.F) {
	for _, seed := range []string{`{"version":1,"fields":{}}`, `{"fields":{"answers":{"title":"社区"}}}`, `{"note":null}`,
		`{"version":1e0}`, `{"fields":{"answers":[]}}`,
		`{"fields":{"amount_fen":9223372036854775808}}`, `[]`, `null`, `{"fields":{"\u0000":1}}`,
		`{"fields":{"answers":{"requested_fen":-0}}}`} {
		for _, action := range []string{"save", "submit", "withdraw"} {
			f.Add(action, seed)
		}
	}
	shared := newSite(f)
	f.Fuzz(func(t *testing.T, action, body string) {
		s := &site{t, shared.Handler, shared.world}
		id := s.grant()["id"].(string)
		defer s.forget(id)
		r := httptest.NewRequest("POST", "/", strings.NewReader(body))
		r.URL.Path = "/api/v1/cases/" + id + "/actions/" + action
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", "Bearer certifier")
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code >= 500 || w.Code == http.StatusUnauthorized {
			t.Fatalf("%s %q: %d %s", action, body, w.Code, w.Body)
		}
		if !json.Valid(w.Body.Bytes()) && w.Code != http.StatusNoContent {
			t.Fatalf("%s %q: %d and no JSON: %q", action, body, w.Code, w.Body)
		}
	})
}
