package torture

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"incubase/cmd/e2e/process"
)

type run struct {
	t        testing.TB
	seed     uint64
	began    time.Time
	pg       *postgres
	database func(role string) string // address for the program
	srv      *process.Server
	front    *wire // between the clients and the server

	organization string
	projects     []string
	opened       int
	purses       []*purse

	mu       sync.Mutex
	tokens   map[string]string
	targets  []*target
	known    map[string]*target
	examples map[string]map[string]any // by workflow and action
	history  []*op
	counts   map[string]int
	faults   map[string]int
	wrongs   []string
}

// purse is a round whose envelope covers fewer awards than it has applications.
type purse struct {
	id, ref string
	total   int64
	ready   []*target // proposed, their notice over: all but one of those that the envelope covers
	scored  []*target // could be proposed for the rest of the envelope
	here    int       // clients waiting for its storm
	storm   chan struct{}
}

// stormers confirm a purse's awards at the same moment.
const stormers = 16

// assemble waits for all stormers and the server, because the storm needs them at once.
func (r *run) assemble(ctx context.Context, p *purse) {
	r.mu.Lock()
	p.here++
	last := p.here == stormers
	r.mu.Unlock()
	if last {
		for ctx.Err() == nil && !r.srv.Healthy() {
			time.Sleep(20 * time.Millisecond)
		}
		close(p.storm)
	}
	select {
	case <-p.storm:
	case <-ctx.Done():
	}
}

type target struct {
	id, ref, workflow string
	purse             *purse
	mu                sync.Mutex
	seen              string // the state last seen
}

func (t *target) state() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.seen
}

func (t *target) saw(state string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if state != "" {
		t.seen = state
	}
}

func newRun(t testing.TB, seed uint64) *run {
	return &run{t: t, seed: seed, began: time.Now(), tokens: map[string]string{}, known: map[string]*target{},
		examples: map[string]map[string]any{},
		counts:   map[string]int{}, faults: map[string]int{}}
}

func (r *run) now() time.Duration { return time.Since(r.began) }

func (r *run) wrong(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.wrongs = append(r.wrongs, fmt.Sprintf("%7.3fs ", r.now().Seconds())+fmt.Sprintf(format, args...))
}

func (r *run) count(what string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.counts[what]++
}

func (r *run) fault(what string, n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.faults[what] += n
}

func (r *run) token(login string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.tokens[login]
}

func (r *run) record(o *op) {
	r.mu.Lock()
	r.history = append(r.history, o)
	t := r.known[o.Case]
	r.mu.Unlock()
	if t != nil {
		t.saw(o.State)
	}
}

func (r *run) learn(t *target) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.known[t.id] == nil {
		r.known[t.id] = t
		r.targets = append(r.targets, t)
	}
}

// adopt adds the payments and reports that a case shows.
func (r *run) adopt(t *target, o *op) {
	t.saw(o.State)
	for _, k := range o.children {
		r.learn(&target{id: k.ID, ref: k.Ref, workflow: k.Workflow, purse: t.purse, seen: k.State})
	}
}

// pick prefers young cases, so that many clients meet at few.
func (r *run) pick(dice *rand.Rand) *target {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := len(r.targets)
	if n == 0 {
		return nil
	}
	if dice.IntN(3) > 0 {
		return r.targets[n-1-dice.IntN(min(n, 24))]
	}
	return r.targets[dice.IntN(n)]
}

// teach keeps an action's example values for clients that are not offered it.
func (r *run) teach(workflow string, a offer) map[string]any {
	fields := a.Fields.example()
	if answers, ok := fields["answers"].(map[string]any); ok && workflow == "grant" {
		answers["requested_fen"] = requested
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.examples[workflow+" "+a.Name] = fields
	return maps.Clone(fields)
}

func (r *run) fields(workflow, action string) map[string]any {
	r.mu.Lock()
	defer r.mu.Unlock()
	return maps.Clone(r.examples[workflow+" "+action])
}

func (r *run) together(n int, fn func(c *client)) {
	var g sync.WaitGroup
	for i := range n {
		g.Go(func() { fn(newClient(r, i)) })
	}
	g.Wait()
}

// prepare signs everybody in and creates the purses, before any fault.
func (r *run) prepare(ctx context.Context, purses, cases, awards int) error {
	c := newClient(r, 900)
	for _, login := range slices.Concat(insiders, outsiders, []string{"secadmin"}) {
		a, err := c.must(ctx, "POST", "/sessions", "", map[string]any{"login": login, "password": "incubase-demo"})
		if err != nil {
			return err
		}
		r.tokens[login] = a.Token
	}
	var me struct{ Organization string }
	if err := r.get(ctx, c, "/me", "certifier", &me); err != nil {
		return err
	}
	r.organization = me.Organization
	for n := range projects {
		p, err := c.must(ctx, "POST", "/organizations/"+r.organization+"/projects", "applicant",
			map[string]any{"title": fmt.Sprintf("折磨试验 torture %d-%d", r.seed, n+1),
				"topics": []string{"left_behind_children"}})
		if err != nil {
			return err
		}
		r.projects = append(r.projects, p.ID)
	}
	for range purses {
		if err := r.addPurse(ctx, c, awards); err != nil {
			return fmt.Errorf("open a round: %w", err)
		}
	}
	errs := make([]error, purses*cases)
	var g sync.WaitGroup
	for w := range 4 {
		g.Go(func() {
			mine := newClient(r, 910+w)
			for i := w; i < len(errs); i += 4 {
				errs[i] = mine.prepare(ctx, r.purses[i/cases], i%cases < awards-1)
			}
		})
	}
	g.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return r.advance(ctx, c, "P9D")
}

func (r *run) get(ctx context.Context, c *client, path, login string, out any) error {
	// the fields are not those of a reply
	raw, err := c.raw(ctx, path, login)
	if err != nil {
		return err
	}
	return json.Unmarshal(raw, out)
}

// projects is about the number of applications in a round: each project may have one there.
const projects = 60

// project returns the next project. Repeated ones allow a draft, but no submission.
func (r *run) project() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.opened++
	return r.projects[r.opened%len(r.projects)]
}

// requested by each application, in fen.
const requested = 2_000_000

func (r *run) addPurse(ctx context.Context, c *client, awards int) error {
	var clock struct{ Now time.Time }
	if err := r.get(ctx, c, "/demo/clock", "officer", &clock); err != nil {
		return err
	}
	form, err := os.ReadFile("../walk/form.json")
	if err != nil {
		return err
	}
	workdays := func(n int) string { return fmt.Sprintf("%dwd", n) }
	rules := map[string]any{"min_reviews": 2, "pass_points": 6000, "notice_period": workdays(1),
		"correction_period": workdays(5), "cosign_period": workdays(1),
		"cosign_silence": "lapse", "cosigners": "none", "sign_period": workdays(10), "report_period": workdays(60),
		"award_ceiling_fen": 0, "max_awards": 0,
		"tranches": []any{map[string]any{"share_bp": 6000, "reports": 0}, map[string]any{"share_bp": 4000,
			"reports": 1}},
		"anonymous_objections": false, "allow_provisional": true, "basis": []any{}}
	p := &purse{total: int64(awards) * requested, storm: make(chan struct{})}
	a, err := c.must(ctx, "POST", "/rounds", "officer",
		map[string]any{"name": map[string]string{"zh": "折磨批次", "en": "Torture"}, "kind": "grant", "region": "230302",
			"opens_at": clock.Now.Add(-time.Hour), "closes_at": clock.Now.AddDate(2, 0, 0), "total_fen": p.total, "rules": rules,
			"form": json.RawMessage(form)})
	if err != nil {
		return err
	}
	p.id, p.ref = a.ID, a.Ref
	for _, login := range []string{"reviewer1", "reviewer2"} {
		me, err := c.must(ctx, "GET", "/me", login, nil)
		if err != nil {
			return err
		}
		if _, err := c.must(ctx, "POST", "/users/"+me.ID+"/roles", "secadmin", map[string]any{"role": "reviewer",
			"round": p.id}); err != nil {
			return err
		}
	}
	r.purses = append(r.purses, p)
	_, err = c.must(ctx, "POST", "/rounds/"+p.id+"/actions/open", "officer", map[string]any{})
	return err
}

// prepare carries a new application through review, and to its notice if it is proposed.
func (c *client) prepare(ctx context.Context, p *purse, proposed bool) error {
	t := c.open(ctx, p)
	if t == nil {
		return fmt.Errorf("open an application: %w", errUnanswered)
	}
	steps := []struct{ login, action string }{{"certifier", "submit"}, {"officer", "admit"}, {"reviewer1", "declare"},
		{"reviewer1", "score"},
		{"reviewer2", "declare"}, {"reviewer2", "score"}}
	if proposed {
		steps = append(steps, struct{ login, action string }{"officer", "propose"})
	}
	for _, s := range steps {
		o := c.read(ctx, t, s.login)
		if o == nil {
			return errUnanswered
		}
		for _, a := range o.offers {
			c.run.teach("grant", a)
		}
		if a := c.act(ctx, t, s.login, s.action, 0, c.run.fields("grant", s.action)); a == nil || a.Status >= 300 {
			return fmt.Errorf("%s on %s: %d %s %s", s.action, t.ref, a.Status, a.Problem, a.detail)
		}
	}
	c.run.mu.Lock()
	defer c.run.mu.Unlock()
	if proposed {
		p.ready = append(p.ready, t)
	} else {
		p.scored = append(p.scored, t)
	}
	return nil
}

func (r *run) advance(ctx context.Context, c *client, by string) error {
	_, err := c.must(ctx, "POST", "/demo/clock", "officer", map[string]any{"advance": by})
	return err
}
