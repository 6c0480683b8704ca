package torture

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"incubase/cmd/e2e/process"
)

// cluster is a database on three nodes with two servers: the first names the nodes, the second knows HAProxy alone.
// Clients come through HAProxy too.
type cluster struct {
	*nodes
	servers [2]*process.Server
	front   string
}

// drill is one fault of a cluster.
type drill struct {
	name        string
	fault, heal func(c *cluster, primary, standby int)
	moves       bool // another node becomes the primary
	first       bool // the list of nodes begins with the primary
	front       bool // the servers themselves are taken away: the clients' way through HAProxy counts
}

var drills = []drill{
	{name: "postmaster killed", moves: true,
		fault: func(c *cluster, primary, _ int) { c.signal(primary, syscall.SIGKILL, false) }},
	{name: "primary's power off", moves: true,
		fault: func(c *cluster, primary, _ int) { c.powerOff(primary) },
		heal:  func(c *cluster, primary, _ int) { c.powerOn(primary) }},
	{name: "switchover", moves: true,
		fault: func(c *cluster, primary, _ int) { c.switchover(primary) }},
	{name: "standby's power off",
		fault: func(c *cluster, _, standby int) { c.powerOff(standby) },
		heal:  func(c *cluster, _, standby int) { c.powerOn(standby) }},
	{name: "primary cut from its peers", moves: true,
		fault: func(c *cluster, primary, _ int) { c.cutFromPeers(primary) },
		heal:  func(c *cluster, primary, _ int) { c.joinPeers(primary) }},
	{name: "first of the list silent", moves: true, first: true,
		fault: func(c *cluster, primary, _ int) { c.line(primary, "down") },
		heal:  func(c *cluster, primary, _ int) { c.line(primary, "up") }},
	{name: "PostgreSQL frozen", moves: true,
		fault: func(c *cluster, primary, _ int) { c.signal(primary, syscall.SIGSTOP, true) },
		heal:  func(c *cluster, primary, _ int) { c.signal(primary, syscall.SIGCONT, true) }},
	{name: "a server killed", front: true,
		fault: func(c *cluster, _, _ int) { c.servers[0].Kill() },
		heal:  func(c *cluster, _, _ int) { c.servers[0].Start(); c.servers[0].Ready(time.Minute) }},
	{name: "rolling restart", front: true,
		fault: func(c *cluster, _, _ int) {
			for _, s := range c.servers {
				if err := s.Stop(); err != nil {
					c.t.Errorf("a server told to stop: %v", err)
				}
				s.Start()
				s.Ready(time.Minute)
			}
		}},
}

const (
	crew = 8 // clients of a drill: what is measured is the outage, not the load
	// back is how soon after the new primary lists and writes are to be answered, by themselves.
	back = 5 * time.Second
)

// TestCluster runs the drills of CLUSTER, "all" or a part of a name, and looks up every acknowledged act after each.
func TestCluster(t *testing.T) {
	wanted := os.Getenv("CLUSTER")
	if wanted == "" {
		t.Skip("three nodes take their time: make cluster, or CLUSTER=all")
	}
	if why := unable(); why != "" {
		t.Skip(why)
	}
	dir := process.Folder(t)
	c := &cluster{nodes: newNodes(t, dir), front: process.Address(t)}
	t.Logf("SEED=%d, %s, pg%d leads", seed(t), programs(), c.leader(0))
	for i := range c.servers {
		c.servers[i] = c.server()
		c.servers[i].Args = append(c.servers[i].Args, addresses((i+1)%2)...)
	}
	c.balance(c.front, c.servers[0].Address, c.servers[1].Address)
	for _, s := range c.servers {
		s.Start()
		s.Ready(3 * time.Minute)
	}
	var table strings.Builder
	for i, d := range drills {
		if wanted != "all" && !strings.Contains(d.name, wanted) {
			continue
		}
		table.WriteString(c.run(t, d, seed(t)+uint64(i)))
	}
	if table.Len() == 0 {
		t.Fatalf("no drill is named %q", wanted)
	}
	t.Logf("seconds; \"list\" is the server that names the nodes, \"proxy\" the one behind HAProxy\n%s%s", tableHead,
		table.String())
	for i, s := range c.servers {
		if panicked(s) {
			t.Errorf("server %d panicked", i+1)
		}
		if t.Failed() {
			t.Logf("server %d said last:\n%s", i+1, process.Tail(s.Log(), 3000))
		}
	}
}

const tableHead = "| fault | new primary | write, list | lists, list | write, proxy | lists, proxy | back | acts |" +
	" lost | doubled | porcupine |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n"

// server returns a server without a database. All share keys and files.
func (c *cluster) server() *process.Server {
	return newServer(c.t, "", "", "--demo", "--drain-delay", "3s", "--attachments", filepath.Join(c.dir, "attachments"),
		"--row-key", filepath.Join(c.dir, "row.key"), "--signing-key", filepath.Join(c.dir, "signing.key"))
}

// addresses are the settings of a server that reaches the database in one way; its boards are read on a standby.
func addresses(first int) []string {
	standby := strings.Replace(through(first, "incubase_server"), "read-write", "prefer-standby", 1)
	return []string{"--database-url", through(first, "incubase_server"), "--database-owner-url",
		through(first, "incubase_owner"), "--database-read-url", strings.Replace(standby, ":5000/", ":5001/", 1)}
}

// run runs one drill and returns its row of the table.
func (c *cluster) run(t *testing.T, d drill, seed uint64) string {
	t.Helper()
	c.well()
	if s := c.servers[0]; d.first {
		if err := s.Stop(); err != nil {
			t.Errorf("a server told to stop: %v", err)
		}
		s.Args = slices.Concat(s.Args[:len(s.Args)-len(addresses(1))], addresses(c.leader(0)))
		s.Start()
	}
	for _, s := range c.servers {
		s.Ready(time.Minute)
	}
	r := newRun(t, seed)
	r.database, r.srv = func(role string) string { return through(1, role) }, c.servers[0]
	r.front = newWire(t, c.front)
	if err := r.prepare(t.Context(), 1, 8, 3); err != nil {
		t.Fatalf("%s: prepare: %v", d.name, err)
	}

	playing, stop := context.WithCancel(t.Context())
	answered, enough := context.WithTimeout(t.Context(), 4*time.Minute)
	defer enough()
	probes := []*probe{{at: c.servers[0].Address}, {at: c.servers[1].Address}, {at: c.front}}
	var all sync.WaitGroup
	for i, p := range probes {
		all.Go(func() { p.write(playing, answered, r, 960+i) })
		all.Go(func() { p.list(playing, r, 970+i) })
	}
	all.Go(func() { r.together(crew, func(c *client) { c.play(playing, answered) }) })

	time.Sleep(5 * time.Second)
	primary := c.leader(0)
	standby := c.synchronous(0)
	began := r.now()
	d.fault(c, primary, standby)
	moved := began
	leads := ""
	if d.moves {
		if !c.await(90*time.Second, func() bool { return c.leader(primary) > 0 }) {
			r.wrong("no other node leads 90 s after the fault")
		}
		moved = r.now()
		leads = fmt.Sprintf("%.1f", (moved - began).Seconds())
	}
	if d.first { // a server that starts now meets the silent node first
		late := c.server()
		late.Args = append(late.Args, addresses(primary)...)
		late.Start()
		asked := time.Now()
		late.Ready(time.Minute)
		t.Logf("a server that starts beside the silent node is ready after %.1f s", time.Since(asked).Seconds())
		if err := late.Stop(); err != nil {
			t.Errorf("the server that started beside the silent node: %v", err)
		}
	}
	time.Sleep(10 * time.Second)
	if d.heal != nil {
		d.heal(c, primary, standby)
	}
	time.Sleep(8 * time.Second)
	ended := r.now()
	stop()
	all.Wait()
	c.well()

	db := c.direct()
	defer func() { _ = db.Close() }()
	r.settle(db)
	verdict := r.judge(db)
	row := fmt.Sprintf("| %s | %s ", d.name, leads)
	var worst time.Duration
	for i, p := range probes[:2] {
		if d.front {
			p = probes[2]
		}
		if i == 0 || !d.front {
			for what, acks := range map[string][]time.Duration{"writes": p.writes, "lists": p.lists} {
				again := answer(acks, moved, ended)
				worst = max(worst, again-moved)
				if again-moved > back {
					r.wrong("%s of %s are back only %.1f s after the new primary", what, p.name(i), (again - moved).Seconds())
				} else if later := longest(acks, again, ended); later > back {
					r.wrong("%s of %s are away again, for %.1f s", what, p.name(i), later.Seconds())
				}
			}
		}
		row += fmt.Sprintf("| %.1f | %.1f ", longest(p.writes, began, ended).Seconds(),
			longest(p.lists, began, ended).Seconds())
	}
	acts := 0
	for _, o := range r.history {
		if o.Kind != "read" && o.Status > 0 && o.Status < 300 {
			acts++
		}
	}
	row += fmt.Sprintf("| %.1f | %d | %d | %d | %v |\n", max(0, worst).Seconds(), acts, r.counts["lost"],
		r.counts["doubled"], verdict)
	t.Log(row)
	if len(r.wrongs) > 0 {
		r.report(verdict)
		r.keep()
		c.keep(seed)
		t.Errorf("%s: %d promises broken; again with SEED=%d", d.name, len(r.wrongs), seed)
	}
	if acts < 100 || verdict == porcupine.Ok && r.counts["operations checked for linearizability"] < 100 {
		t.Errorf("%s has lost its teeth: %d acts", d.name, acts)
	}
	return row
}

// keep copies the logs of the nodes and of the second server to where the history lies.
func (c *cluster) keep(seed uint64) {
	to := filepath.Join(os.TempDir(), fmt.Sprintf("incubase-torture-%d", seed))
	logs, _ := filepath.Glob(filepath.Join(c.dir, "*.log"))
	for _, log := range logs {
		b, _ := os.ReadFile(log)
		_ = os.WriteFile(filepath.Join(to, filepath.Base(log)), b, 0o600)
	}
	_ = os.WriteFile(filepath.Join(to, "server2.log"), []byte(c.servers[1].Log()), 0o600)
}

// direct returns a superuser's pool on the primary.
func (c *cluster) direct() *sql.DB {
	pool, err := sql.Open("postgres", fmt.Sprintf("postgres://postgres:%s@%s:5432/incubase?sslmode=disable", secret,
		host(c.leader(0))))
	if err != nil {
		c.t.Fatal(err)
	}
	pool.SetMaxOpenConns(3)
	return pool
}

// probe asks one server again and again, and keeps when it was answered well.
type probe struct {
	at            string
	writes, lists []time.Duration
}

func (p *probe) name(i int) string {
	return []string{"the server with the list", "the server behind HAProxy"}[i]
}

// write opens applications until playing ends. Each goes into the history, and is looked up like the acts of others.
func (p *probe) write(playing, answered context.Context, r *run, n int) {
	c := newClient(r, n)
	c.to, c.http.Timeout = p.at, 5*time.Second
	for playing.Err() == nil {
		body, _ := json.Marshal(map[string]any{"workflow": "grant", "round": r.purses[0].id,
			"organization": r.organization, "project": r.project()})
		o := &op{Kind: "open", Workflow: "grant", Action: "create", Login: "certifier", Key: c.key()}
		c.insist(answered, o, "POST", "/cases", body)
		r.record(o)
		if o.Status == 201 {
			p.writes = append(p.writes, o.Return)
		} else if o.Problem != "unanswered" {
			r.wrong("open an application: %d %s %s", o.Status, o.Problem, o.detail)
		}
		time.Sleep(150 * time.Millisecond)
	}
}

func (p *probe) list(playing context.Context, r *run, n int) {
	c := newClient(r, n)
	c.to, c.http.Timeout = p.at, 5*time.Second
	for playing.Err() == nil {
		if status, _ := c.send(playing, "GET", "/cases?limit=20", "officer", "", nil); status == 200 {
			p.lists = append(p.lists, r.now())
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// answer returns the first answer from a moment on, or the end.
func answer(acks []time.Duration, from, to time.Duration) time.Duration {
	for _, at := range acks {
		if at >= from && at < to {
			return at
		}
	}
	return to
}

// longest returns the longest interval without an answer.
func longest(acks []time.Duration, from, to time.Duration) (most time.Duration) {
	last := from
	for at := answer(acks, from, to); ; at = answer(acks, at+1, to) {
		if most = max(most, at-last); at == to {
			return most
		}
		last = at
	}
}

// TestGapsOfAnswers: an outage until the end counts, answers before the fault do not.
func TestGapsOfAnswers(t *testing.T) {
	acks := []time.Duration{1, 2, 3, 9, 10, 11}
	for i := range acks {
		acks[i] *= time.Second
	}
	if got := longest(acks, 2*time.Second, 12*time.Second); got != 6*time.Second {
		t.Error("longest:", got)
	}
	if got := answer(acks, 4*time.Second, 12*time.Second); got != 9*time.Second {
		t.Error("answer:", got)
	}
	if got := longest(acks, 2*time.Second, 20*time.Second); got != 9*time.Second {
		t.Error("until the end:", got)
	}
	if got := answer(nil, 0, 4*time.Second); got != 4*time.Second {
		t.Error("never answered:", got)
	}
}
