package torture

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"os"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"incubase/cmd/e2e/process"
	"incubase/web"
	"incubase/web/ui"
)

// sample is the number of requests of an ordinary test run; make hostile sends 100,000.
const sample = 3000

// most bounds the memory that the server may gain.
const most = 100 << 20

// visitors are every party, and no session.
var visitors = []string{"", "applicant", "certifier", "officer", "checker", "reviewer1", "decider", "women", "finance1",
	"finance2", "evaluator", "analyst", "auditor", "sysadmin", "secadmin", "auditadmin"}

// schemaNode is what bodies need of the OpenAPI document's schemas.
type schemaNode struct {
	Ref        string `json:"$ref"`
	Type       any
	Enum       []any
	Properties map[string]*schemaNode
	Items      *schemaNode
	Required   []string
	Examples   []any
}

type operation struct {
	method, path string
	parameters   []struct{ Name, In string }
	body         *schemaNode
	media        string
}

type page struct{ method, path string }

type hostile struct {
	t       testing.TB
	srv     *process.Server
	seed    uint64
	schemas map[string]*schemaNode
	ops     []operation
	pages   []page
	tokens  map[string]string
	jars    map[string]*cookiejar.Jar
	forms   map[string]string // form tokens by login
	ids     []string
	fields  []string
	mu      sync.Mutex
	counts  map[string]int
	wrongs  []string
	sent    atomic.Int64
	asked   int // requests that rules sent
}

// TestHostile sends the real server requests made from the OpenAPI document, the pages' routes and words that have
// broken other programs, as every role. It wants no 5xx, no panic, no internals in answers, and bounded memory.
func TestHostile(t *testing.T) {
	t.Parallel()
	count := sample
	if s := os.Getenv("HOSTILE"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			t.Fatal("HOSTILE is a number:", err)
		}
		count = n
	}
	h := &hostile{t: t, seed: seed(t), tokens: map[string]string{}, jars: map[string]*cookiejar.Jar{},
		forms: map[string]string{}, counts: map[string]int{}}
	h.srv = newServer(t, "", "", "--demo", "--answer-within", "20s")
	h.srv.Start()
	h.srv.Ready(15 * time.Minute) // ten seconds on an idle machine
	h.learn()
	h.rules()
	t.Logf("SEED=%d: %d operations, %d pages, %d ids, %d names of fields", h.seed, len(h.ops), len(h.pages), len(h.ids),
		len(h.fields))

	warm := min(count/2, 5000)
	h.attack(warm, 1)
	before := resident(h.srv)
	began := time.Now()
	stop := make(chan struct{})
	peak := h.watch(stop)
	h.attack(count-warm, 2)
	close(stop)
	grown := max(<-peak, resident(h.srv)) - before
	h.report(count, time.Since(began), before, grown)
	if grown > most {
		t.Errorf("the server grew by %d MB", grown>>20)
	}
	if panicked(h.srv) {
		t.Errorf("the server panicked:\n%s", process.Tail(h.srv.Log(), 3000))
	}
	if h.srv.Starts != 1 || !h.srv.Healthy() {
		t.Errorf("the server did not live through it:\n%s", process.Tail(h.srv.Log(), 3000))
	}
	h.sound()
}

func (h *hostile) sound() {
	for _, args := range [][]string{{"check"}, {"audit", "verify"}} {
		out, err := h.srv.Run(append(args, "--data", h.srv.Data)...)
		if err != nil {
			h.t.Errorf("incubase %s after the attack: %v\n%s", strings.Join(args, " "), err, process.Tail(out, 2000))
		}
	}
}

// watch samples the server's memory and returns the maximum at the end.
func (h *hostile) watch(stop chan struct{}) chan int64 {
	out := make(chan int64, 1)
	go func() {
		var peak int64
		for {
			select {
			case <-stop:
				out <- peak
				return
			case <-time.After(100 * time.Millisecond):
				peak = max(peak, resident(h.srv))
			}
		}
	}()
	return out
}

// learn signs in, and collects routes, ids and names.
func (h *hostile) learn() {
	h.t.Helper()
	h.document()
	pages := echo.New()
	web.Register(pages, ui.Options{})
	for _, r := range pages.Routes() {
		h.pages = append(h.pages, page{r.Method, r.Path})
	}
	slices.SortFunc(h.pages, func(a, b page) int { // one seed, one attack
		return cmp.Or(strings.Compare(a.path, b.path), strings.Compare(a.method, b.method))
	})
	for _, login := range visitors[1:] {
		h.signIn(login)
	}
	seen := map[string]bool{}
	for _, login := range []string{"officer", "auditor", "sysadmin"} {
		for _, path := range []string{"/cases?limit=40", "/rounds", "/organizations", "/users", "/agencies", "/calendars",
			"/workflows", "/public/notices", "/public/rounds"} {
			for _, m := range regexp.MustCompile(`"(?:id|ref|name|code)":"([0-9A-Za-z-]{3,40})"`).FindAllStringSubmatch(
				h.get("/api/v1"+path, login), -1) {
				seen[m[1]] = true
			}
		}
	}
	h.ids = slices.Sorted(maps.Keys(seen))
	names := map[string]bool{}
	for _, p := range []string{"/login", "/apply", "/rounds/new", "/organizations/new", "/people/new", "/agencies/new",
		"/calendars/new", "/batch", "/cases", "/workflows/check"} {
		for _, login := range []string{"", "certifier", "officer", "sysadmin"} {
			body := h.get(p, login)
			for _, m := range regexp.MustCompile(`name="([^"]{1,40})"`).FindAllStringSubmatch(body, -1) {
				names[m[1]] = true
			}
			if m := regexp.MustCompile(`name="_token" value="([^"]+)"`).FindStringSubmatch(body); m != nil && login != "" {
				h.forms[login] = m[1]
			}
		}
	}
	h.fields = slices.Sorted(maps.Keys(names))
	if len(h.ops) < 50 || len(h.pages) < 60 || len(h.ids) < 50 || len(h.fields) < 20 {
		h.t.Fatalf("the attack has lost its teeth: %d operations, %d pages, %d ids, %d fields", len(h.ops), len(h.pages),
			len(h.ids), len(h.fields))
	}
}

func (h *hostile) document() {
	var doc struct {
		Paths      map[string]map[string]json.RawMessage
		Components struct{ Schemas map[string]*schemaNode }
	}
	if err := json.Unmarshal([]byte(h.get("/openapi.json", "")), &doc); err != nil {
		h.t.Fatal("read the document:", err)
	}
	h.schemas = doc.Components.Schemas
	for _, path := range slices.Sorted(maps.Keys(doc.Paths)) {
		for method, raw := range doc.Paths[path] {
			var o struct {
				Parameters  []struct{ Name, In string }
				RequestBody struct {
					Content map[string]struct{ Schema *schemaNode }
				}
			}
			if json.Unmarshal(raw, &o) != nil {
				continue
			}
			op := operation{method: strings.ToUpper(method), path: path, parameters: o.Parameters}
			for media, c := range o.RequestBody.Content {
				op.media, op.body = media, c.Schema
			}
			h.ops = append(h.ops, op)
		}
	}
	slices.SortFunc(h.ops, func(a, b operation) int { return strings.Compare(a.path+a.method, b.path+b.method) })
}

func (h *hostile) signIn(login string) { h.signInAs(login, login) }

func (h *hostile) signInAs(login, name string) {
	h.t.Helper()
	jar, _ := cookiejar.New(nil)
	c := http.Client{Jar: jar, Timeout: 2 * time.Minute}
	status, answer := h.patient(&c, func() *http.Request {
		req, err := http.NewRequest("POST", h.srv.URL+"/api/v1/sessions",
			strings.NewReader(`{"login":"`+login+`","password":"incubase-demo"}`))
		if err != nil {
			h.t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json")
		return req
	})
	var out struct{ Token string }
	if err := json.Unmarshal(answer, &out); err != nil || out.Token == "" {
		h.t.Fatalf("sign in as %s: %d %v", login, status, err)
	}
	h.tokens[name], h.jars[name] = out.Token, jar
}

// patient retries while the server is busy, as clients should: the machine may be.
func (h *hostile) patient(c *http.Client, request func() *http.Request) (status int, answer []byte) {
	h.t.Helper()
	for try := 1; ; try++ {
		res, err := c.Do(request())
		if err != nil {
			h.t.Fatal(err)
		}
		answer, err = io.ReadAll(res.Body)
		_ = res.Body.Close()
		if err != nil {
			h.t.Fatal(err)
		}
		if res.StatusCode != http.StatusServiceUnavailable || try == 30 {
			return res.StatusCode, answer
		}
		time.Sleep(time.Second)
	}
}

func (h *hostile) get(path, login string) string {
	r, err := http.NewRequest("GET", h.srv.URL+path, http.NoBody)
	if err != nil {
		h.t.Fatal(err)
	}
	c := http.Client{Timeout: 2 * time.Minute}
	if login != "" {
		c.Jar = h.jars[login]
	}
	res, err := c.Do(r)
	if err != nil {
		h.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	return string(b)
}

// attack sends n requests from eight workers.
func (h *hostile) attack(n int, wave uint64) {
	var g sync.WaitGroup
	const workers = 8
	for w := range workers {
		g.Go(func() {
			a := &attacker{h: h, dice: rand.New(rand.NewPCG(h.seed+wave, uint64(w))),
				plain: &http.Transport{MaxIdleConnsPerHost: 2, DisableCompression: true}}
			for i := w; i < n; i += workers {
				a.once()
			}
			a.plain.CloseIdleConnections()
		})
	}
	g.Wait()
}

func (h *hostile) report(count int, took time.Duration, before, grown int64) {
	var b strings.Builder
	fmt.Fprintf(&b, "hostile: SEED=%d, %d requests in %.0f s, %d cores, %s\n", h.seed, h.sent.Load(), took.Seconds(),
		runtime.NumCPU(), runtime.Version())
	for _, k := range slices.Sorted(maps.Keys(h.counts)) {
		fmt.Fprintf(&b, "  %-44s %7d\n", k, h.counts[k])
	}
	fmt.Fprintf(&b, "memory: %d MB before, at most %d MB more\n", before>>20, grown>>20)
	for i, w := range h.wrongs {
		if i == 20 {
			fmt.Fprintf(&b, "  ... and %d more\n", len(h.wrongs)-i)
			break
		}
		fmt.Fprintf(&b, "  %s\n", w)
	}
	for line := range strings.Lines(h.srv.Log()) { // the log's lines on internal errors
		if strings.Contains(line, "status=500") {
			fmt.Fprintf(&b, "  log: %.1500s\n", line)
		}
	}
	h.t.Log(b.String())
	if len(h.wrongs) > 0 {
		h.t.Errorf("%d answers are wrong; again with SEED=%d", len(h.wrongs), h.seed)
	}
	if h.sent.Load() < int64(count)*9/10 || h.counts["200"] == 0 || h.counts["422"] == 0 || h.counts["404"] == 0 {
		h.t.Errorf("the attack has lost its teeth: %d requests", h.sent.Load())
	}
}
