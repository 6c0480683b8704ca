package torture

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"time"

	"incubase/cmd/e2e/process"
)

// op is a client's request with its final answer, after any number of tries.
type op struct {
	Client, Tries    int
	Kind             string // read, act, open
	Case, Workflow   string
	Action, Login    string
	Key              string
	Named            int // version it names; 0: none
	Call, Return     time.Duration
	Status           int
	Problem          string
	replayed         bool // a repeated answer: the case as it was then, not as the act left it
	Seq, Version     int  // of the event, and of the case after it
	From, To, State  string
	Hash             string
	Current          int // version that a refusal names
	Ref              string
	children         []child
	offers           []offer
	detail, instance string
}

type child struct{ ID, Ref, Workflow, State string }

type offer struct {
	Name    string
	Allowed bool
	Fields  schema
}

type schema struct {
	Required   []string
	Properties map[string]schema
	Examples   []any
}

func (s schema) example() map[string]any {
	out := map[string]any{}
	for _, name := range s.Required {
		if p := s.Properties[name]; len(p.Examples) > 0 {
			out[name] = p.Examples[0]
		} else {
			out[name] = p.example()
		}
	}
	return out
}

// caseDoc is a case as a client reads it.
type caseDoc struct {
	ID, Ref, State string
	Version        int
	Workflow       struct{ Name string }
	Children       []child
	Actions        []offer
}

type reply struct {
	caseDoc
	Case  *caseDoc
	Event *struct {
		Seq      int
		Action   string
		From, To string
		Hash     string
	}
	Token string
	problem
}

type problem struct {
	Type, Detail, Instance string
	Replayed               bool
	CurrentVersion         int `json:"current_version"`
}

func (r *reply) decode(status int, b []byte) error {
	switch {
	case len(b) == 0:
		return nil
	case status >= 400:
		return json.Unmarshal(b, &r.problem)
	}
	return json.Unmarshal(b, r)
}

type client struct {
	n    int
	run  *run
	to   string // address of the API
	http *http.Client
	dice *rand.Rand
}

func newClient(r *run, n int) *client {
	return &client{n: n, run: r, to: r.front.address(), dice: rand.New(rand.NewPCG(r.seed, uint64(n))),
		http: &http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 4}}}
}

func (c *client) key() string { return fmt.Sprintf("t%d-%d-%016x", c.run.seed, c.n, c.dice.Uint64()) }

// send makes one try; status 0 means no answer.
func (c *client) send(ctx context.Context, method, path, login, key string, body []byte) (int, *reply) {
	req, err := http.NewRequestWithContext(ctx, method, "http://"+c.to+"/api/v1"+path,
		bytes.NewReader(body))
	if err != nil {
		c.run.wrong("make a request: %v", err)
		return 0, nil
	}
	req.Header.Set("Accept-Language", "en")
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if token := c.run.token(login); token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	if key != "" {
		req.Header.Set("Idempotency-Key", key)
	}
	res, err := c.http.Do(req)
	if err != nil {
		c.run.count("no answer")
		return 0, nil
	}
	defer res.Body.Close()
	var r reply
	b, err := io.ReadAll(res.Body)
	if err != nil {
		c.run.count("half an answer")
		return 0, nil
	}
	if strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") && res.StatusCode == http.StatusServiceUnavailable {
		c.run.count("503 of HAProxy")
	} else if err := r.decode(res.StatusCode, b); err != nil {
		c.run.wrong("%s %s: the answer %d is no JSON of ours: %v: %q", method, path, res.StatusCode, err,
			process.Tail(string(b), 200))
		return 0, nil
	}
	if res.StatusCode == http.StatusServiceUnavailable && res.Header.Get("Retry-After") == "" {
		c.run.wrong("%s %s: 503 without Retry-After", method, path)
	}
	if res.StatusCode >= 500 && res.StatusCode != http.StatusServiceUnavailable {
		c.run.wrong("%s %s as %s: %d, request %s", method, path, login, res.StatusCode, r.Instance)
	}
	return res.StatusCode, &r
}

// again reports whether a retry under the same key may be answered otherwise.
func again(status int, problem string) bool {
	return status == 0 || status == http.StatusServiceUnavailable || status == http.StatusTooManyRequests ||
		slices.Contains([]string{"/problems/key-in-use", "/problems/moved"}, problem)
}

// insist retries under the same key until it has a definite answer, as a person presses the button again.
func (c *client) insist(ctx context.Context, o *op, method, path string, body []byte) {
	o.Client, o.Call = c.n, c.run.now()
	moved := 0
	for {
		o.Tries++
		status, r := c.send(ctx, method, path, o.Login, o.Key, body)
		problem := ""
		if r != nil {
			problem = r.Type
		}
		if problem == "/problems/moved" {
			moved++
		}
		if !again(status, problem) || moved > 5 {
			o.learn(status, r)
			o.Return = c.run.now()
			return
		}
		if status == http.StatusServiceUnavailable {
			c.run.count("503")
		}
		select {
		case <-ctx.Done():
			o.Return, o.Problem = c.run.now(), "unanswered"
			return
		case <-time.After(time.Duration(20+c.dice.IntN(180)) * time.Millisecond):
		}
	}
}

func (o *op) learn(status int, r *reply) {
	o.Status, o.Problem, o.Current, o.detail, o.instance = status, r.Type, r.CurrentVersion, r.Detail, r.Instance
	d := &r.caseDoc
	if r.Case != nil {
		d = r.Case
	}
	o.replayed = r.Replayed
	o.Version, o.State, o.Ref, o.children, o.offers = d.Version, d.State, d.Ref, d.Children, d.Actions
	if d.ID != "" {
		o.Case, o.Workflow = d.ID, d.Workflow.Name
	}
	if e := r.Event; e != nil {
		o.Seq, o.From, o.To, o.Hash = e.Seq, e.From, e.To, e.Hash
	}
}

// read reads a case. It does not retry.
func (c *client) read(ctx context.Context, t *target, login string) *op {
	o := &op{Kind: "read", Client: c.n, Case: t.id, Workflow: t.workflow, Login: login, Tries: 1, Call: c.run.now()}
	status, r := c.send(ctx, "GET", "/cases/"+t.id, login, "", nil)
	o.Return = c.run.now()
	if status == 0 || r == nil {
		return nil
	}
	o.learn(status, r)
	return o
}

// act does an action and records it in the history.
func (c *client) act(ctx context.Context, t *target, login, action string, version int, fields map[string]any) *op {
	body := map[string]any{"note": "试 a try", "fields": fields}
	if version > 0 {
		body["version"] = version
	}
	sent, err := json.Marshal(body)
	if err != nil {
		c.run.wrong("encode %v: %v", body, err)
		return nil
	}
	o := &op{Kind: "act", Case: t.id, Workflow: t.workflow, Action: action, Login: login, Key: c.key(), Named: version}
	path := "/cases/" + t.id + "/actions/" + action
	twin := make(chan *op, 1)
	if c.dice.IntN(20) == 0 { // a double click
		second := *o
		other := newClient(c.run, c.n+1000+c.dice.IntN(1<<20))
		go func() { other.insist(ctx, &second, "POST", path, sent); twin <- &second }()
	} else {
		twin <- nil
	}
	c.insist(ctx, o, "POST", path, sent)
	c.same(o, <-twin)
	if o.Status == http.StatusOK && c.dice.IntN(15) == 0 { // once more, later
		late := &op{Kind: "act", Case: t.id, Workflow: t.workflow, Action: action, Login: login, Key: o.Key, Named: version}
		c.insist(ctx, late, "POST", path, sent)
		c.same(o, late)
	}
	c.run.record(o)
	return o
}

// same compares two answers under one key: they must name one effect. If only one succeeded, the other was refused
// before it.
func (c *client) same(o, twin *op) {
	if twin == nil {
		return
	}
	c.run.count("asked twice under one key")
	if o.Status == http.StatusOK && twin.Status == http.StatusOK && (o.Seq != twin.Seq || o.Hash != twin.Hash) {
		c.run.wrong("key %s was answered with two effects: %d %s and %d %s", o.Key, o.Seq, o.Hash, twin.Seq, twin.Hash)
	}
	if o.Status != http.StatusOK && twin.Status == http.StatusOK {
		tries, call := o.Tries, o.Call
		*o = *twin
		o.Tries, o.Call = o.Tries+tries, min(o.Call, call)
	}
	o.Return = max(o.Return, twin.Return)
}

func (c *client) open(ctx context.Context, p *purse) *target {
	body, _ := json.Marshal(map[string]any{"workflow": "grant", "round": p.id, "organization": c.run.organization,
		"project": c.run.project()})
	o := &op{Kind: "open", Workflow: "grant", Action: "create", Login: "certifier", Key: c.key()}
	c.insist(ctx, o, "POST", "/cases", body)
	c.run.record(o)
	if o.Status != http.StatusCreated {
		if o.Problem != "unanswered" {
			c.run.wrong("open an application: %d %s %s", o.Status, o.Problem, o.detail)
		}
		return nil
	}
	t := &target{id: o.Case, ref: o.Ref, workflow: "grant", purse: p}
	c.run.learn(t)
	return t
}

// raw reads a document while preparing.
func (c *client) raw(ctx context.Context, path, login string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, "GET", "http://"+c.to+"/api/v1"+path, http.NoBody)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+c.run.token(login))
	res, err := c.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	return io.ReadAll(res.Body)
}

// errUnanswered is a request without an answer while preparing.
var errUnanswered = errors.New("not answered")

// must is a request while preparing, before any fault.
func (c *client) must(ctx context.Context, method, path, login string, body any) (*reply, error) {
	var sent []byte
	if body != nil {
		sent, _ = json.Marshal(body)
	}
	key := ""
	if method != "GET" && !strings.HasPrefix(path, "/sessions") {
		key = c.key()
	}
	status, r := c.send(ctx, method, path, login, key, sent)
	if status == 0 || r == nil {
		return nil, fmt.Errorf("%s %s: %w", method, path, errUnanswered)
	}
	if status >= 300 {
		return nil, fmt.Errorf("%s %s as %s: %d %s %s", method, path, login, status, r.Type, r.Detail)
	}
	return r, nil
}
