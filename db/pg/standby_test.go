package pg_test

import (
	"context"
	"crypto/ed25519"
	"database/sql"
	"io"
	"log/slog"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"incubase/db"
	"incubase/db/dbtest"
	"incubase/db/embedded"
	"incubase/db/pg"
)

// path dials the present socket of a standby, and can be slow or fall silent: nothing arrives any more.
type path struct {
	first, now string
	silent     atomic.Bool
	dialed     atomic.Int32
	delay      atomic.Int64 // of each answer
	mu         sync.Mutex
}

func (p *path) lead(to string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.now = to
}

func (p *path) DialContext(ctx context.Context, kind, address string) (net.Conn, error) {
	var d net.Dialer
	if !strings.HasPrefix(address, p.first) {
		return d.DialContext(ctx, kind, address)
	}
	p.mu.Lock()
	p.dialed.Add(1)
	address = p.now + strings.TrimPrefix(address, p.first)
	p.mu.Unlock()
	c, err := d.DialContext(ctx, kind, address)
	return &quiet{Conn: c, path: p}, err
}

func (p *path) Dial(kind, address string) (net.Conn, error) {
	return p.DialContext(context.Background(), kind, address)
}

func (p *path) DialTimeout(kind, address string, _ time.Duration) (net.Conn, error) {
	return p.DialContext(context.Background(), kind, address)
}

type quiet struct {
	net.Conn
	path *path
}

func (c *quiet) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	time.Sleep(time.Duration(c.path.delay.Load()))
	for n > 0 && c.path.silent.Load() {
		time.Sleep(time.Millisecond)
	}
	return n, err
}

// spread is an installation whose roots are written to the primary and read from a standby where that may be.
type spread struct {
	*db.DB
	t    *testing.T
	key  ed25519.PrivateKey
	last int64
}

func (s *spread) write() {
	s.t.Helper()
	r, err := s.SignRoot(s.t.Context(), time.Now(), s.key)
	if err != nil {
		s.t.Fatal(err)
	}
	s.last = r.ID
}

// read reads what was written last and returns how long that took.
func (s *spread) read() time.Duration {
	s.t.Helper()
	begun := time.Now()
	ctx, cancel := context.WithTimeout(s.t.Context(), 2500*time.Millisecond)
	defer cancel()
	r, err := s.Spread.LastRoot(ctx)
	if err != nil {
		s.t.Fatal(err)
	}
	if r == nil || r.ID != s.last {
		s.t.Fatalf("root %d was written last, and %v is read", s.last, r)
	}
	return time.Since(begun)
}

// used waits until a read runs on the standby.
func (s *spread) used() {
	s.t.Helper()
	before, _, _ := s.StandbyReads()
	for until := time.Now().Add(20 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		s.read()
		if now, _, _ := s.StandbyReads(); now > before {
			return
		}
		if time.Now().After(until) {
			s.t.Fatal("no read runs on the standby")
		}
	}
}

// replay of a standby.
type replay struct {
	t    *testing.T
	pool *sql.DB
}

func (r replay) say(statement string, answer any) {
	if err := r.pool.QueryRowContext(r.t.Context(), statement).Scan(answer); err != nil {
		r.t.Errorf("%s: %v", statement, err)
	}
}

func (r replay) pause() {
	var void string
	r.say("select pg_wal_replay_pause()", &void)
	for paused := false; !paused && !r.t.Failed(); {
		r.say("select pg_get_wal_replay_pause_state() = 'paused'", &paused)
	}
}

func (r replay) resume() {
	var void string
	r.say("select pg_wal_replay_resume()", &void)
}

// resumeBefore resumes when a read has looked at the standby once and waits for it.
func (r replay) resumeBefore() {
	for waits, until := false, time.Now().Add(time.Second); !waits && time.Now().Before(until); {
		r.say(`select exists (select from pg_stat_activity where state = 'idle in transaction'
			and query like '%pg_last_wal_replay_lsn() >= $1%')`, &waits)
	}
	r.resume()
}

// Every reader reads what was written before, wherever the read runs, and whatever befalls the standby.
func TestReadsOfAStandby(t *testing.T) {
	t.Parallel()
	p := dbtest.NewPair(t)
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	const synchronous = "&synchronous_commit=on" // the servers of tests have it off
	err := db.Migrate(t.Context(), db.MigrateOptions{OwnerURL: p.Primary.URL(embedded.OwnerRole, embedded.Database),
		ServerURL: p.Primary.URL(embedded.ServerRole, embedded.Database), Log: log})
	if err != nil {
		t.Fatal(err)
	}
	socket := func() string {
		s, err := dbtest.Socket(p.Standby)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	way := &path{first: socket(), now: socket()}
	d, err := db.Open(t.Context(), pg.Options{URL: p.Primary.URL(embedded.ServerRole, embedded.Database) + synchronous,
		ReadURL: p.Standby.URL(embedded.ServerRole, embedded.Database), RowKey: dbtest.RowKey, MaxReads: 3, MaxWrites: 3,
		Dialer: way, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	d.RestStandby(500 * time.Millisecond)
	s := &spread{DB: d, t: t, key: ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))}
	s.write()
	d.LookAtStandby()
	s.used()

	for range 100 {
		s.write()
		s.read()
	}
	s.used()
	way.delay.Store(int64(5 * time.Millisecond))
	dialed := way.dialed.Load()
	for range 20 { // a request ends with its rows, and the connection serves the next one
		s.read()
	}
	if n := way.dialed.Load() - dialed; n > 10 {
		t.Errorf("%d connections to the standby for 20 reads", n)
	}
	way.delay.Store(0)

	replay := replay{t, dbtest.Plain(t, p.Standby.URL(embedded.Superuser, "postgres"))}
	replay.pause()
	there, _, _ := s.StandbyReads()
	s.write()
	s.read()
	if now, _, _ := s.StandbyReads(); now != there {
		t.Error("a read ran on a standby that was behind")
	}
	replay.resume()
	s.used()
	for range 3 { // what a read waited for is what it reads
		replay.pause()
		s.write()
		resumed := make(chan struct{})
		go func() { defer close(resumed); replay.resumeBefore() }()
		s.read()
		<-resumed
		s.used()
	}

	way.silent.Store(true)
	if took := s.read(); took > time.Second {
		t.Errorf("a silent standby held up a read for %s", took)
	}
	slow := 0 // the reads after it go to the primary at once, though the standby is looked at meanwhile
	for range 20 {
		if s.read() > 250*time.Millisecond {
			slow++
		}
		time.Sleep(50 * time.Millisecond)
	}
	if slow > 5 { // a busy machine
		t.Errorf("a standby known to be silent held up %d reads of 20", slow)
	}
	p.Away(t)
	way.silent.Store(false)
	s.write()
	s.read()
	p.Return(t)
	way.lead(socket())
	s.used()

	p.Admin(t, p.Standby, "select pg_promote()")
	before, _, failed := s.StandbyReads()
	for range 10 {
		s.write()
		s.read()
	}
	now, _, refused := s.StandbyReads()
	if now != before || refused < failed+10 {
		t.Errorf("%d reads believed a node of another timeline, %d did not", now-before, refused-failed)
	}
}
