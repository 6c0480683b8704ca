package scale

import (
	"bytes"
	"database/sql"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lib/pq"

	"incubase/db/embedded"
)

// asked is a statement as the server sent it.
type asked struct {
	text string
	args []*string // as text; nil is null
	once bool      // on a connection that plans each statement once, as all that serve these requests do
	walk bool      // and along an index in its order
}

// ear is a proxy to PostgreSQL that writes down what is asked.
type ear struct {
	listener net.Listener
	socket   string
	mu       sync.Mutex
	heard    []asked
	failed   error
}

func listenIn(t *testing.T, socket string) *ear {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	e := &ear{listener: l, socket: socket}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go e.join(c)
		}
	}()
	return e
}

func (e *ear) url(role string) string {
	return fmt.Sprintf("postgres://%s@%s/%s?sslmode=disable", role, e.listener.Addr(), embedded.Database)
}

func (e *ear) join(near net.Conn) {
	far, err := net.Dial("unix", e.socket)
	if err != nil {
		_ = near.Close()
		return
	}
	go func() { _, _ = io.Copy(near, far); _ = near.Close() }()
	defer func() { _ = far.Close() }()
	names, once, walk := map[string]string{}, false, false
	for first := true; ; first = false {
		head := make([]byte, 5)
		if first { // the first message has no type
			head = head[:4]
		}
		if _, err := io.ReadFull(near, head); err != nil {
			return
		}
		body := make([]byte, binary.BigEndian.Uint32(head[len(head)-4:])-4)
		if _, err := io.ReadFull(near, body); err != nil {
			return
		}
		if first {
			once = bytes.Contains(body, []byte("plan_cache_mode\x00force_generic_plan\x00"))
			walk = bytes.Contains(body, []byte("enable_bitmapscan\x00off\x00"))
		} else {
			e.hear(head[0], message(body), names, asked{once: once, walk: walk})
		}
		if _, err := far.Write(append(head, body...)); err != nil {
			return
		}
	}
}

// message is what is left of one to read.
type message []byte

func (m *message) text() string {
	s, rest, _ := strings.Cut(string(*m), "\x00")
	*m = message(rest)
	return s
}

func (m *message) int16() int { n := int(binary.BigEndian.Uint16(*m)); *m = (*m)[2:]; return n }

func (m *message) value() *string {
	n := int32(binary.BigEndian.Uint32(*m))
	*m = (*m)[4:]
	if n < 0 {
		return nil
	}
	s := string((*m)[:n])
	*m = (*m)[n:]
	return &s
}

func (e *ear) hear(kind byte, m message, names map[string]string, a asked) {
	e.mu.Lock()
	defer e.mu.Unlock()
	switch kind {
	case 'P':
		name := m.text()
		names[name] = m.text()
	case 'B':
		m.text()
		a.text = names[m.text()]
		for range m.int16() {
			if m.int16() != 0 {
				e.failed = fmt.Errorf("a value was sent in binary: %s", a.text)
			}
		}
		for range m.int16() {
			a.args = append(a.args, m.value())
		}
		e.heard = append(e.heard, a)
	case 'Q':
		a.text = m.text()
		e.heard = append(e.heard, a)
	}
}

// during is what is asked while something is done, and a moment after.
func (e *ear) during(t *testing.T, do func() error) []asked {
	t.Helper()
	e.mu.Lock()
	e.heard = nil
	e.mu.Unlock()
	if err := do(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(20 * time.Millisecond)
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.failed != nil {
		t.Fatal(e.failed)
	}
	return e.heard
}

// variations is from how many different requests of a kind the floor is made.
const variations = 24

// script is pgbench's, with the statements of as many requests of a kind as variations: prepared once a connection, as the
// server has them, and run with the values that it sent, one request or another by chance. What only happens beside them
// (noise) is left out. born are the cases that were opened meanwhile.
func (e *ear) script(t *testing.T, owner *sql.DB, address, file string, w *work, noise map[string]bool) (statements int, born []string) {
	t.Helper()
	c, err := dial(address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.c.Close() }()
	var prepare, run strings.Builder
	known := map[string]string{}
	kinds := map[string][]string{}
	for n := range variations {
		heard := e.during(t, func() error { return w.do(c, n%64, n/64) })
		var vary []string
		if w.vary != nil {
			vary = w.vary(c)
			born = append(born, vary[0])
		}
		fmt.Fprintf(&run, "\\%s :v = %d\n", map[bool]string{true: "if", false: "elif"}[n == 0], n)
		statements = 0
		for _, a := range heard {
			if noise[a.text] {
				continue
			}
			statements++
			if turns.MatchString(a.text) { // begins and ends a transaction: nothing to prepare
				fmt.Fprintf(&run, "%s;\n", strings.TrimSuffix(strings.TrimSpace(a.text), ";"))
				continue
			}
			if !a.once {
				t.Fatalf("%s: planned anew for each request, which pgbench here does not: %s", w.name, a.text)
			}
			if known[a.text] == "" {
				known[a.text] = fmt.Sprintf("floor_%d", len(known))
				text := remarks.ReplaceAllString(a.text, "")
				kinds[a.text] = parameters(t, owner, text)
				fmt.Fprintf(&prepare, "prepare %s as %s;\n", known[a.text], text)
				if a.walk { // what is planned at the first run; the other statements are found by key
					prepare.WriteString("set enable_bitmapscan = off;\n")
				}
			}
			fmt.Fprintf(&run, "execute %s%s;\n", known[a.text], values(a, kinds[a.text], vary))
		}
		if statements == 0 {
			t.Fatalf("%s asks nothing", w.name)
		}
	}
	text := fmt.Sprintf("\\set n :n + 1\n\\if :n = 1\n%s\\endif\n\\set a random(1, 281474976710655)\n\\set v random(0, %d)\n%s\\endif\n", prepare.String(), variations-1, run.String())
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return statements, born
}

// parameters are the types of a statement's parameters.
func parameters(t *testing.T, owner *sql.DB, text string) (kinds []string) {
	t.Helper()
	c, err := owner.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	if _, err := c.ExecContext(t.Context(), "prepare floor_kinds as "+text); err != nil {
		t.Fatal(err)
	}
	if err := c.QueryRowContext(t.Context(), "select parameter_types::text[] from pg_prepared_statements where name = 'floor_kinds'").Scan(pq.Array(&kinds)); err != nil {
		t.Fatal(err)
	}
	if _, err := c.ExecContext(t.Context(), "deallocate floor_kinds"); err != nil {
		t.Fatal(err)
	}
	return kinds
}

var (
	remarks = regexp.MustCompile(`--[^\n]*`)
	turns   = regexp.MustCompile(`(?i)^\s*(begin|commit|rollback)\b`)
	escapes = strings.NewReplacer(`\`, `\\`, `'`, `''`, ":", `\x3a`, "\n", `\n`) // a colon would be a variable of pgbench
)

// values are what a statement was sent with. In what varies, the last twelve characters are random hexadecimal digits.
func values(a asked, kinds, vary []string) string {
	if len(a.args) == 0 {
		return ""
	}
	out := make([]string, len(a.args))
	for i, v := range a.args {
		if v == nil {
			out[i] = "null"
			continue
		}
		out[i] = "E'" + escapes.Replace(*v) + "'"
		for _, token := range vary {
			if strings.Contains(*v, token) {
				out[i] = strings.ReplaceAll(out[i], token, token[:len(token)-12]+`' || lpad(to_hex(:a), 12, '0') || E'`)
			}
		}
		if strings.Contains(out[i], "to_hex") {
			out[i] = "(" + out[i] + ")::" + kinds[i]
		}
	}
	return "(" + strings.Join(out, ", ") + ")"
}

// forget takes away the cases that a floor has opened, whose events have the hashes of others: they are born like those that
// the server opened while it was listened to, with another end of the id. As the superuser, past the foreign keys: several of
// them are looked up without an index, because nothing else ever deletes.
func forget(t *testing.T, super *sql.DB, born []string) {
	t.Helper()
	starts := make([]string, len(born))
	for i, id := range born {
		starts[i] = id[:24]
	}
	tx, err := super.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.ExecContext(t.Context(), `set local session_replication_role = replica`); err != nil {
		t.Fatal(err)
	}
	if _, err := tx.ExecContext(t.Context(), `create temp table floor_born on commit drop as select id from cases where left(id::text, 24) = any ($1) and id <> all ($2)`, pq.Array(starts), pq.Array(born)); err != nil {
		t.Fatal(err)
	}
	for _, table := range []string{"event_payloads", "events", "duties", "timers", "case_parties", "case_words", "outbox", "cases"} {
		column := map[bool]string{true: "id", false: "case_id"}[table == "cases"]
		if _, err := tx.ExecContext(t.Context(), "delete from "+table+" where "+column+" in (select id from floor_born)"); err != nil {
			t.Fatal(err)
		}
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
}

// bare is the floor of a transition: a guarded update of its row, with event and message, in one statement. Each client
// has rows of its own and counts their versions. The same statements as the server's cannot be repeated: each is good for
// one version of one case.
const (
	bareTables = `drop table if exists floor_case, floor_event, floor_outbox;
		create table floor_case (id int primary key, state text not null, version int not null, updated_at timestamptz not null) with (fillfactor = 85);
		create table floor_event (case_id int not null, seq int not null, action text, from_state text, to_state text, at timestamptz, body text, primary key (case_id, seq));
		create table floor_outbox (id bigint generated always as identity primary key, case_id int not null, body jsonb not null);
		insert into floor_case select n, 'a', 1, now() from generate_series(1, 4000) n;
		analyze floor_case; grant all on floor_case, floor_event, floor_outbox to public`
	bare = `\set n :n + 1
\set id :client_id * 62 + (:n - 1) % 62 + 1
\set v (:n - 1) / 62 + 1
with m as (update floor_case set state = 'b', version = version + 1, updated_at = now() where id = :id and version = :v returning id, version),
e as (insert into floor_event select id, version, 'act', 'a', 'b', now(), '{"note":"办理"}' from m)
insert into floor_outbox (case_id, body) select id, '{"to":"b"}' from m;
`
)

var progress = regexp.MustCompile(`(?m)^progress: ([0-9.]+) s, ([0-9.]+) tps`)

// warm is how long pgbench runs before it counts: every connection prepares and plans anew, as those of the server did once.
const warm = 3

// pgbench runs a script for a while and says how many a second, and the processor time of PostgreSQL for each.
func pgbench(t *testing.T, p *postgres, mode, file string, clients int, each time.Duration) (rate, us float64) {
	t.Helper()
	seconds := max(2, int(each.Seconds()))
	how := []string{"-T", strconv.Itoa(warm + seconds), "-P", "1"}
	if each < time.Second {
		how = []string{"-t", "5"} // only tries whether it runs
	}
	cmd := exec.Command(programOf("pgbench"), append(how, "-n", "-M", mode, "-c", strconv.Itoa(clients), "-j", "2", "-D", "n=0", "-f", file, p.url(embedded.ServerRole))...)
	cmd.Env = append(os.Environ(), "PGOPTIONS=-c jit=off -c timezone=UTC -c plan_cache_mode=force_generic_plan")
	if each < time.Second {
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("pgbench: %v\n%.3000s", err, out)
		}
		return 0, 0
	}
	used := make(chan time.Duration, 1)
	go func() {
		time.Sleep(warm * time.Second)
		before := p.cpu()
		time.Sleep(time.Duration(seconds)*time.Second - 200*time.Millisecond)
		used <- p.cpu() - before
	}()
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("pgbench: %v\n%.3000s", err, out)
	}
	cpu := <-used
	n := 0
	for _, line := range progress.FindAllSubmatch(out, -1) {
		at, _ := strconv.ParseFloat(string(line[1]), 64)
		if tps, _ := strconv.ParseFloat(string(line[2]), 64); at > warm+0.5 {
			rate, n = rate+tps, n+1
		}
	}
	rate /= float64(max(1, n))
	return rate, per(cpu, int(rate*(float64(seconds)-0.2)))
}

// programOf is where Debian and the path have it, "" where nothing does.
func programOf(name string) string {
	if path, err := exec.LookPath(name); err == nil {
		return path
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	if len(found) == 0 {
		return ""
	}
	return found[len(found)-1]
}
