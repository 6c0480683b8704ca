package scale

import (
	"crypto/rand"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lib/pq"

	"incubase/db"
	"incubase/workflow"
)

const home = "230302" // the county that a tenth of all cases is of

// crowd is everybody who sends requests, signed in, and what they send them about.
type crowd struct {
	officer, province, country, decider string // tokens
	cases, etags                        []string
	hot                                 []string        // that can be suspended and resumed
	halted                              map[string]bool // of them those that are suspended
	deep                                []string        // cursors
	bodies                              []body
	answers                             string
}

// body is an organization that applies.
type body struct {
	preparer, certifier string
	round, organization string
	projects            []string // of each one application can be submitted in the round
	next                *atomic.Int64
}

// open asks for an application of another project each time.
func (b *body) open() string {
	project := b.projects[int(b.next.Add(1))%len(b.projects)]
	return fmt.Sprintf(`{"workflow":"grant","round":%q,"organization":%q,"project":%q}`, b.round, b.organization, project)
}

// signIn opens a session as signing in does: the database keeps the hash of its token.
func signIn(t *testing.T, owner *sql.DB, user string) string {
	t.Helper()
	var b [32]byte
	_, _ = rand.Read(b[:])
	token := base64.RawURLEncoding.EncodeToString(b[:])
	hash := db.TokenHash(token)
	if _, err := owner.Exec(`insert into sessions (id, token_hash, user_id, idle, expires_at) values ($1, $2, $3, interval '12 hours', now() + interval '12 hours')`,
		workflow.NewID(time.Now()), hash[:], user); err != nil {
		t.Fatal(err)
	}
	return token
}

// person with a role over a region, "" the country.
func person(t *testing.T, owner *sql.DB, role, region string) (token string) {
	t.Helper()
	id := workflow.NewID(time.Now())
	login := "scale-" + role + "-" + region + hex.EncodeToString([]byte(id[30:]))
	for _, s := range []struct {
		text string
		args []any
	}{
		{`insert into users (id, login, name) values ($1, $2, '测量员')`, []any{id, login}},
		{`insert into role_grants (id, user_id, role, region) values ($1, $1, $2, $3)`, []any{id, role, region}},
	} {
		if _, err := owner.Exec(s.text, s.args...); err != nil {
			t.Fatal(err)
		}
	}
	return signIn(t, owner, id)
}

func strings_(t *testing.T, owner *sql.DB, query string, args ...any) (out []string) {
	t.Helper()
	rows, err := owner.Query(query, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		out = append(out, s)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// gather finds what there is to ask for.
func gather(t *testing.T, owner *sql.DB, address string) *crowd {
	t.Helper()
	m := &crowd{officer: person(t, owner, "officer", home), province: person(t, owner, "officer", home[:2]), country: person(t, owner, "analyst", ""), decider: person(t, owner, "decider", ""), halted: map[string]bool{}}
	m.cases = strings_(t, owner, `select ref from cases where workflow = 'grant' and county = $1 and stage <> '' order by md5(id::text) limit 2000`, home)
	// An earlier run may have left some suspended: they are resumed first.
	m.hot = strings_(t, owner, `select ref from cases where workflow = 'grant' and (state = 'reviewed' or state = 'suspended' and stored_state = 'reviewed') order by md5(id::text) limit 4000`)
	for _, ref := range strings_(t, owner, `select ref from cases where workflow = 'grant' and state = 'suspended' and stored_state = 'reviewed'`) {
		m.halted[ref] = true
	}
	if len(m.hot) < 64 {
		t.Fatalf("only %d cases can be suspended: clients would meet on them", len(m.hot))
	}
	// The server closes a connection that asks nothing for ten seconds, and the questions above take longer among a million cases.
	c, err := dial(address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.c.Close() }()
	for _, ref := range m.cases[:min(500, len(m.cases))] {
		if err := c.send(200, request("GET", "/cases/"+ref, m.officer, "")); err != nil {
			t.Fatal(err)
		}
		m.etags = append(m.etags, c.etag)
	}
	m.deepen(t, c)
	m.applicants(t, owner, c)
	return m
}

// deepen walks the county's cases and keeps cursors far down: in the middle of up to 20,000.
func (m *crowd) deepen(t *testing.T, c *client) {
	t.Helper()
	var all []string
	for next := ""; len(all) < 100; {
		if err := c.send(200, request("GET", "/cases?limit=200&cursor="+url.QueryEscape(next), m.officer, "")); err != nil {
			t.Fatal(err)
		}
		var page struct{ Next *string }
		if err := json.Unmarshal(c.body.Bytes(), &page); err != nil {
			t.Fatal(err)
		}
		if page.Next == nil {
			break
		}
		next = *page.Next
		all = append(all, next)
	}
	if len(all) == 0 {
		t.Fatal("all cases of the county stand on one page: there is no deep one")
	}
	m.deep = all[len(all)/2 : len(all)/2+max(1, len(all)/4)]
}

// applicants have an organization with a project, and an open round that it can apply to.
func (m *crowd) applicants(t *testing.T, owner *sql.DB, c *client) {
	t.Helper()
	rows, err := owner.Query(`select p.user_id, q.user_id, o.id, j.id, r.id from organizations o
		join role_grants p on p.organization_id = o.id and p.role = 'preparer'
		join role_grants q on q.organization_id = o.id and q.role = 'certifier' and q.user_id <> p.user_id
		cross join lateral (select id from projects where organization_id = o.id and topics <> '{}' order by id limit 1) j
		join lateral (select id from rounds r where r.kind = 'grant' and r.state = 'open' and r.region in (o.county, o.city) order by id limit 1) r on true
		where o.standing = 'good' order by md5(o.id::text) limit 256`)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var preparer, certifier, organization, project, round string
		if err := rows.Scan(&preparer, &certifier, &organization, &project, &round); err != nil {
			t.Fatal(err)
		}
		m.bodies = append(m.bodies, body{preparer, certifier, round, organization, []string{project}, new(atomic.Int64)})
	}
	if err := rows.Err(); err != nil || len(m.bodies) == 0 {
		t.Fatal("nobody can apply: ", err)
	}
	for i := range m.bodies {
		b := &m.bodies[i]
		b.preparer, b.certifier = signIn(t, owner, b.preparer), signIn(t, owner, b.certifier)
		var more pq.StringArray
		if err := owner.QueryRow(`with more as (insert into projects (id, organization_id, title, topics, region, province, city, county)
			select gen_random_uuid(), organization_id, left(title, 150) || ' ' || md5(random()::text), topics, region, province, city, county
			from projects, generate_series(1, 64) where id = $1 returning id) select array_agg(id::text) from more`, b.projects[0]).Scan(&more); err != nil {
			t.Fatal(err)
		}
		b.projects = append(b.projects, more...)
	}
	m.answers = m.example(t, c)
}

// example are the form's own answers, at two kilobytes.
func (m *crowd) example(t *testing.T, c *client) string {
	t.Helper()
	if err := c.send(201, request("POST", "/cases", m.bodies[0].preparer, m.bodies[0].open(), "Idempotency-Key", key())); err != nil {
		t.Fatal(err)
	}
	var opened struct{ ID string }
	_ = json.Unmarshal(c.body.Bytes(), &opened)
	if err := c.send(200, request("GET", "/cases/"+opened.ID, m.bodies[0].certifier, "")); err != nil {
		t.Fatal(err)
	}
	var shown struct {
		Actions []struct {
			Name   string
			Fields struct {
				Properties map[string]struct{ Examples []json.RawMessage }
			}
		}
	}
	if err := json.Unmarshal(c.body.Bytes(), &shown); err != nil {
		t.Fatal(err)
	}
	for _, a := range shown.Actions {
		if a.Name != "submit" || len(a.Fields.Properties["answers"].Examples) == 0 {
			continue
		}
		var answers map[string]any
		if err := json.Unmarshal(a.Fields.Properties["answers"].Examples[0], &answers); err != nil {
			t.Fatal(err)
		}
		s, _ := answers["summary"].(string)
		b, _ := json.Marshal(answers)
		answers["summary"] = s + strings.Repeat("陪伴独居老人，", max(0, (2000-len(b))/21))
		b, _ = json.Marshal(answers)
		return fmt.Sprintf(`{"fields":{"answers":%s}}`, b)
	}
	t.Fatalf("nothing can be submitted: %.2000s", c.body.String())
	return ""
}

var keys atomic.Int64

// key of a command: it ends in twelve hexadecimal digits.
func key() string { return fmt.Sprintf("scale-%d-%012x", time.Now().UnixNano(), keys.Add(1)) }

// pick spreads clients and their turns over a list.
func pick[T any](list []T, who, n int) T { return list[(who*7919+n)%len(list)] }

// works are the rows of the table.
func (m *crowd) works() []*work {
	get := func(name string, path func(who, n int) string, token string) *work {
		return &work{name: name, floor: "same", do: func(c *client, who, n int) error { return c.send(200, request("GET", path(who, n), token, "")) }}
	}
	fixed := func(path string) func(int, int) string { return func(int, int) string { return path } }
	return []*work{
		get("queue page of 50, first", fixed("/cases?limit=50"), m.officer),
		get("queue page of 50, deep", func(who, n int) string { return "/cases?limit=50&cursor=" + url.QueryEscape(pick(m.deep, who, n)) }, m.officer),
		get("queue page of 50, of a province", fixed("/cases?limit=50"), m.province),
		{name: "case and its time line, 2 requests", floor: "same", do: func(c *client, who, n int) error {
			ref := pick(m.cases, who, n)
			if err := c.send(200, request("GET", "/cases/"+ref, m.officer, "")); err != nil {
				return err
			}
			return c.send(200, request("GET", "/cases/"+ref+"/events", m.officer, ""))
		}},
		{name: "case that has not changed", floor: "same", do: func(c *client, who, n int) error {
			i := (who*7919 + n) % len(m.etags)
			return c.send(304, request("GET", "/cases/"+m.cases[i], m.officer, "", "If-None-Match", m.etags[i]))
		}},
		get("board of the country", fixed("/board"), m.country),
		get("board of a province", fixed("/board?region="+home[:2]), m.country),
		get("board of a city", fixed("/board?region="+home[:4]), m.country),
		get("board of a county", fixed("/board?region="+home), m.country),
		m.transition(),
		{name: "open an application", floor: "same", do: m.open, vary: func(c *client) []string {
			var opened struct{ ID string }
			_ = json.Unmarshal(c.body.Bytes(), &opened)
			return []string{opened.ID, c.key}
		}},
		{name: "open and submit 2 KB, 2 requests", do: func(c *client, who, n int) error {
			if err := m.open(c, who, n); err != nil {
				return err
			}
			var opened struct{ ID string }
			if err := json.Unmarshal(c.body.Bytes(), &opened); err != nil {
				return err
			}
			return c.send(200, request("POST", "/cases/"+opened.ID+"/actions/submit", pick(m.bodies, who, n).certifier, m.answers, "Idempotency-Key", key()))
		}},
	}
}

func (m *crowd) open(c *client, who, n int) error {
	b := pick(m.bodies, who, n)
	c.key = key()
	return c.send(201, request("POST", "/cases", b.preparer, b.open(), "Idempotency-Key", c.key))
}

// transition suspends cases and resumes them; each client has its own, whatever their number.
func (m *crowd) transition() *work {
	turns := make([]atomic.Int64, len(m.hot))
	for i, ref := range m.hot {
		if m.halted[ref] {
			turns[i].Store(1)
		}
	}
	return &work{name: "transition", floor: "bare", do: func(c *client, who, n int) error {
		share := max(1, len(m.hot)/64)
		i := (who*share + n%share) % len(m.hot)
		action := "suspend"
		if turns[i].Load()%2 == 1 {
			action = "resume"
		}
		err := c.send(200, request("POST", "/cases/"+m.hot[i]+"/actions/"+action, m.decider, `{"note":"核查"}`, "Idempotency-Key", key()))
		if err == nil {
			turns[i].Add(1)
		}
		return err
	}}
}
