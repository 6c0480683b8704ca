package bench

import (
	"bytes"
	"crypto/rand"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lib/pq"

	"incubase/db/accounts"
	"incubase/workflow"
)

const home = "230302" // a tenth of all cases is in this county

// work is one kind of request. turn counts a client's requests.
type work struct {
	name, floor string  // floor: a script of the folder floors
	goal        float64 // minimum share of the floor; 0: none
	do          func(c *client, who, turn int) error
}

type client struct {
	http.Client
	address string
	bytes   int64 // of all answers
}

func newClient(address string) *client {
	return &client{Client: http.Client{Timeout: time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: 2}},
		address: address}
}

// send returns the body of a successful answer. It retries while the server is busy.
func (c *client) send(method, path, token string, body any) ([]byte, error) {
	sent, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	for key, last := workflow.NewID(time.Now()), time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		status, b, err := c.once(method, path, token, key, sent)
		if err == nil && status/100 != 2 && (status != http.StatusServiceUnavailable || time.Now().After(last)) {
			err = fmt.Errorf("%s %s: %d: %.300s", method, path, status, b)
		}
		if err != nil || status/100 == 2 {
			return b, err
		}
	}
}

func (c *client) once(method, path, token, key string, body []byte) (status int, b []byte, err error) {
	r, err := http.NewRequest(method, "http://"+c.address+path, nil)
	if err != nil {
		return 0, nil, err
	}
	r.Header.Set("Authorization", "Bearer "+token)
	r.AddCookie(&http.Cookie{Name: "incubase", Value: token})
	if method != http.MethodGet {
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Idempotency-Key", key)
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	}
	a, err := c.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer func() { _ = a.Body.Close() }()
	b, err = io.ReadAll(a.Body)
	c.bytes += int64(len(b))
	return a.StatusCode, b, err
}

type crowd struct {
	officer, analyst, decider string // tokens
	cases, hot                []string
}

// person inserts a session; the database keeps the token's hash.
func person(t *testing.T, owner *sql.DB, role, region string) string {
	t.Helper()
	var b [32]byte
	_, _ = rand.Read(b[:])
	token, id := base64.RawURLEncoding.EncodeToString(b[:]), workflow.NewID(time.Now())
	hash := accounts.TokenHash(token)
	for _, s := range []struct {
		text string
		args []any
	}{
		{`insert into users (id, login, name) values ($1, $2, '测量员')`, []any{id, "bench-" + id}},
		{`insert into role_grants (id, user_id, role, region) values ($1, $1, $2, $3)`, []any{id, role, region}},
		{`insert into sessions (id, token_hash, user_id, idle, expires_at)
			values ($1, $2, $1, interval '12 hours', now() + interval '12 hours')`, []any{id, hash[:]}},
	} {
		if _, err := owner.Exec(s.text, s.args...); err != nil {
			t.Fatal(err)
		}
	}
	return token
}

func refs(t *testing.T, owner *sql.DB, where string, limit int) (out []string) {
	t.Helper()
	var list pq.StringArray
	if err := owner.QueryRow(
		`select coalesce(array_agg(ref::text), '{}') from (select ref from cases where workflow = 'grant'
		and not imported and `+where+` order by md5(id::text) limit $1) x`, limit).Scan(&list); err != nil {
		t.Fatal(err)
	}
	return list
}

func newCrowd(t *testing.T, owner *sql.DB) *crowd {
	t.Helper()
	m := &crowd{officer: person(t, owner, "officer", home), analyst: person(t, owner, "analyst", ""),
		decider: person(t, owner, "decider", "")}
	m.cases = refs(t, owner, "stage <> '' and county = '"+home+"'", 2000)
	m.hot = refs(t, owner, "state = 'reviewed' and not exists (select 1 from timers x where x.case_id = cases.id)", 4000)
	if len(m.cases) == 0 || len(m.hot) < most {
		t.Fatalf("%d cases of the county, %d that can be suspended: too few", len(m.cases), len(m.hot))
	}
	return m
}

func (m *crowd) works() []*work {
	get := func(path, token, says string) func(*client, int, int) error {
		return func(c *client, _, _ int) error {
			b, err := c.send("GET", path, token, nil)
			if err == nil && !bytes.Contains(b, []byte(says)) {
				err = fmt.Errorf("%s has no %q: %.300s", path, says, b)
			}
			return err
		}
	}
	turns := make([]atomic.Int64, len(m.hot))
	return []*work{
		{name: "list page of 50", floor: "list", goal: 0.25, do: get("/api/v1/cases?limit=50", m.officer, "GA-")},
		{name: "list page of 50, HTML", floor: "list", do: get("/cases", m.officer, "GA-")},
		{name: "case with time line, 2 requests", floor: "case", goal: 0.5, do: func(c *client, who, turn int) error {
			path := "/api/v1/cases/" + m.cases[(who*7919+turn)%len(m.cases)]
			if _, err := c.send("GET", path, m.officer, nil); err != nil {
				return err
			}
			_, err := c.send("GET", path+"/events", m.officer, nil)
			return err
		}},
		{name: "board of a province", floor: "board", do: get("/api/v1/board?region="+home[:2], m.analyst, "items")},
		{name: "board of the country", floor: "country", do: get("/api/v1/board", m.analyst, "items")},
		{name: "transition", floor: "transition", goal: 0.6, do: func(c *client, who, turn int) error {
			share := max(1, len(m.hot)/most) // each client has its own cases
			i := (who*share + turn%share) % len(m.hot)
			action := []string{"suspend", "resume"}[turns[i].Load()%2]
			_, err := c.send("POST", "/api/v1/cases/"+m.hot[i]+"/actions/"+action, m.decider, map[string]any{"note": "核查"})
			if err == nil {
				turns[i].Add(1)
			}
			return err
		}},
	}
}

// bulk returns the cost of a case in an act of many beside that of single acts.
func (m *crowd) bulk(t *testing.T, c *client, owner *sql.DB) string {
	t.Helper()
	list := refs(t, owner, "state = 'proposed' and not exists (select 1 from objections o where o.case_id = cases.id)",
		400)
	half := len(list) / 2
	if half == 0 {
		return "no awards wait for their decision: the bulk act was not measured"
	}
	at := time.Now()
	for _, ref := range list[:half] {
		if _, err := c.send("POST", "/api/v1/cases/"+ref+"/actions/confirm", m.decider, map[string]any{}); err != nil {
			t.Error(err)
		}
	}
	single := time.Since(at)
	at = time.Now()
	done, err := c.bulk("confirm", m.decider, list[half:])
	together := time.Since(at)
	if err != nil || done != len(list)-half {
		t.Errorf("bulk: %d of %d: %v", done, len(list)-half, err)
	}
	return fmt.Sprintf("%d confirmed one by one, %d in one act: %.2f times as fast per case",
		half, len(list)-half, single.Seconds()/float64(half)/(together.Seconds()/float64(len(list)-half)))
}

// bulk acts on many cases and returns how many were done, waiting for a job to end.
func (c *client) bulk(action, token string, ids []string) (done int, err error) {
	var a struct {
		Items []struct {
			Done bool `json:"done"`
		} `json:"items"`
		Job *struct {
			ID string `json:"id"`
		} `json:"job"`
		State string `json:"state"`
	}
	b, err := c.send("POST", "/api/v1/cases/bulk/"+action, token, map[string]any{"ids": ids})
	if err == nil {
		err = json.Unmarshal(b, &a)
	}
	for job := a.Job; job != nil && a.State != "done" && err == nil; time.Sleep(20 * time.Millisecond) {
		if b, err = c.send("GET", "/api/v1/jobs/"+job.ID, token, nil); err == nil {
			err = json.Unmarshal(b, &a)
		}
	}
	for _, x := range a.Items {
		if x.Done {
			done++
		}
	}
	return done, err
}
