package db_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"incubase/db/accounts"
	"incubase/db/dbtest"
	"incubase/db/pg"
	"incubase/workflow"
)

// counter counts round trips: messages that ask the server for an answer (Sync or a simple query).
type counter struct{ turns atomic.Int64 }

func (c *counter) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return &countedConn{Conn: conn, c: c}, nil
}

type countedConn struct {
	net.Conn
	c *counter
}

func (c *countedConn) Write(b []byte) (int, error) {
	for rest := b; len(rest) >= 5; {
		if rest[0] == 'S' || rest[0] == 'Q' {
			c.c.turns.Add(1)
		}
		n := int(binary.BigEndian.Uint32(rest[1:5])) + 1
		if n <= 0 || n > len(rest) {
			break
		}
		rest = rest[n:]
	}
	return c.Conn.Write(b)
}

// A transition takes three round trips: session, case, commit.
func TestATransitionIsThreeTurns(t *testing.T) {
	t.Parallel()
	c := &counter{}
	f := dbtest.New(t, dbtest.Options{DB: pg.Options{Dialer: c, MaxReads: 1, MaxWrites: 1}})
	warm, ref := f.NewGrant(), f.NewGrant()
	f.Walk(warm, "applied")
	f.Walk(ref, "applied")
	for _, name := range []string{"checker", "officer"} {
		hash := accounts.TokenHash(name)
		if _, err := f.Owner(t).Exec(
			`insert into sessions (id, token_hash, user_id, idle, expires_at) values ($1, $2, $3, '1 hour',
				now() + interval '1 hour')`,
			workflow.NewID(time.Now()), hash[:], f.Actor(name).ID); err != nil {
			t.Fatal(err)
		}
	}
	admit := func(ref string) {
		s, err := f.SessionActor(t.Context(), "checker")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Desk.Do(t.Context(), s.Actor, workflow.Command{Ref: ref, Action: "admit",
			Key: "admit " + ref}); err != nil {
			t.Fatal(err)
		}
	}
	show := func(ref string) {
		t.Helper()
		if _, err := f.Desk.Show(t.Context(), f.Actor("officer"), ref); err != nil {
			t.Fatal(err)
		}
	}
	admit(warm) // statements are prepared at their first use
	show(warm)
	before := c.turns.Load()
	admit(ref)
	if n := c.turns.Load() - before; n != 3 {
		t.Errorf("session, load and commit took %d turns, not 3", n)
	}
	before = c.turns.Load()
	show(ref)
	if n := c.turns.Load() - before; n != 1 {
		t.Errorf("showing a case took %d turns, not 1", n)
	}
}

// cutter is a dialer that can lose the server's answer: what is sent arrives, the reply does not.
type cutter struct {
	mu   sync.Mutex
	when string // recognises a prepared call by a word in its parameters
	cut  int
	hold bool // keep the connection open and silent, like a stopped server
}

func (c *cutter) arm(word string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.when, c.cut = word, 0
}

func (c *cutter) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	var d net.Dialer
	server, err := d.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	client, inner := net.Pipe()
	go c.forward(inner, server)
	return client, nil
}

// forward copies both ways until a marked statement was answered, then hangs up instead of passing the answer on, or
// stays silent until the client gives up.
func (c *cutter) forward(client, server net.Conn) {
	marked, gone := make(chan struct{}, 1), make(chan struct{})
	go func() {
		defer close(gone)
		defer server.Close()
		buf := make([]byte, 1<<20)
		for {
			n, err := client.Read(buf)
			if err != nil {
				return
			}
			if c.hit(buf[:n]) {
				marked <- struct{}{}
			}
			if _, err := server.Write(buf[:n]); err != nil {
				return
			}
		}
	}()
	defer client.Close()
	r := bufio.NewReader(server)
	buf := make([]byte, 1<<20)
	for {
		n, err := r.Read(buf)
		if err != nil {
			return
		}
		select {
		case <-marked:
			for !readyForQuery(buf[:n]) && err == nil { // sent after the commit
				n, err = r.Read(buf)
			}
			if c.hold {
				<-gone
			}
			return
		default:
		}
		if _, err := client.Write(buf[:n]); err != nil {
			return
		}
	}
}

// readyForQuery reports whether an answer is complete: PostgreSQL ends it with message Z of one byte.
func readyForQuery(b []byte) bool {
	return len(b) >= 6 && bytes.HasPrefix(b[len(b)-6:], []byte("Z\x00\x00\x00\x05"))
}

func (c *cutter) hit(b []byte) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.when == "" || !bytes.Contains(b, []byte(c.when)) {
		return false
	}
	c.cut++
	c.when = ""
	return true
}

func TestALostAnswerIsFoundAgainAndNothingIsDoneTwice(t *testing.T) {
	t.Parallel()
	c := &cutter{}
	f := dbtest.New(t, dbtest.Options{DB: pg.Options{Dialer: c}})
	ref := f.NewGrant()
	f.Walk(ref, "applied")
	version := f.Case(ref).Version

	c.arm(`"state":"screened"`)
	r, err := f.Desk.Do(t.Context(), f.Actor("checker"), workflow.Command{Ref: ref, Action: "admit", Key: "lost-answer"})
	if err != nil {
		t.Fatalf("the desk did not find the truth: %v", err)
	}
	if c.cut != 1 {
		t.Fatalf("%d answers were cut, not 1", c.cut)
	}
	if !r.Replay || r.View.Case.State != "screened" {
		t.Errorf("answered replay=%v state=%s", r.Replay, r.View.Case.State)
	}
	if v := f.Case(ref).Version; v != version+1 {
		t.Errorf("the version went from %d to %d: not exactly one effect", version, v)
	}
	again, err := f.Desk.Do(t.Context(), f.Actor("checker"), workflow.Command{Ref: ref, Action: "admit",
		Key: "lost-answer"})
	if err != nil || again.Event.Hash != r.Event.Hash {
		t.Errorf("the client's own retry: %v", err)
	}
	sound(t, f)
}

func TestALostAnswerWithoutAKeyIsUnknown(t *testing.T) {
	t.Parallel()
	c := &cutter{}
	f := dbtest.New(t, dbtest.Options{DB: pg.Options{Dialer: c}})
	ref := f.NewGrant()
	f.Walk(ref, "applied")
	version := f.Case(ref).Version
	c.arm(`"state":"screened"`)
	_, err := f.Desk.Do(t.Context(), f.Actor("checker"), workflow.Command{Ref: ref, Action: "admit"})
	if !errors.Is(err, workflow.ErrUnknown) {
		t.Errorf("answered %v, not outcome unknown", err)
	}
	if v := f.Case(ref).Version; v != version+1 {
		t.Errorf("the version went from %d to %d", version, v)
	}
}

func TestAServerThatSaysNothingIsUnknownInTime(t *testing.T) {
	t.Parallel()
	c := &cutter{hold: true}
	f := dbtest.New(t, dbtest.Options{DB: pg.Options{Dialer: c, WriteTimeout: 2 * time.Second}})
	ref := f.NewGrant()
	f.Walk(ref, "applied")
	version := f.Case(ref).Version
	c.arm(`"state":"screened"`)
	begun := time.Now()
	_, err := f.Desk.Do(t.Context(), f.Actor("checker"), workflow.Command{Ref: ref, Action: "admit"})
	if !errors.Is(err, workflow.ErrUnknown) {
		t.Errorf("answered %v, not outcome unknown", err)
	}
	if d := time.Since(begun); d > 15*time.Second {
		t.Errorf("waited %s", d)
	}
	if v := f.Case(ref).Version; v != version+1 {
		t.Errorf("the version went from %d to %d", version, v)
	}
}

// A server told to stop waiting for its standby commits alone and only warns (01000). A trigger warns likewise here.
func TestAnUnconfirmedCommitIsNotCalledDone(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t)
	ref := f.NewGrant()
	f.Walk(ref, "applied")
	for _, s := range []string{
		`create function warn() returns trigger language plpgsql as $$ begin
			raise warning using errcode = '01000', message = 'canceling wait for synchronous replication due to user request';
			return new; end $$`,
		`create trigger warn before insert on events for each row execute function warn()`,
	} {
		if _, err := f.Owner(t).Exec(s); err != nil {
			t.Fatal(err)
		}
	}
	commit := decide(t, f, ref, "checker", "admit", "doubtful")
	if err := f.DB.Commit(t.Context(), commit); !errors.Is(err, workflow.ErrUnknown) {
		t.Errorf("answered %v, not outcome unknown", err)
	}
	if s := f.Case(ref).State; s != "screened" {
		t.Errorf("the case is %s: the test shows nothing", s)
	}
	// The next statement on that connection is judged by itself.
	if _, err := f.Owner(t).Exec(`drop trigger warn on events`); err != nil {
		t.Fatal(err)
	}
	for range 4 {
		if err := f.SaveDraft(t.Context(), workflow.Draft{Case: f.ID(ref), Actor: f.Actor("reviewer1").ID, Slot: "score",
			Body: []byte(`{"points":1}`), At: f.Clock.Now()}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAServerThatHangsIsBusyInTime(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t, dbtest.Options{DB: pg.Options{WriteTimeout: 2 * time.Second}})
	ref := f.NewGrant()
	f.Walk(ref, "applied")
	tx, err := f.Owner(t).BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(`select 1 from cases where ref = $1 for update`, ref); err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	_, err = f.Try("checker", ref, "admit", nil)
	if !errors.Is(err, workflow.ErrBusy) { // the server timed out itself: nothing was done
		t.Errorf("answered %v, not busy", err)
	}
	if d := time.Since(begun); d > 15*time.Second {
		t.Errorf("took %s", d)
	}
	_ = tx.Rollback()
	f.Do("checker", ref, "admit", nil)
}

func TestAClientThatGoesAwayDoesNotCancelItsCommit(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t)
	ref := f.NewGrant()
	f.Walk(ref, "applied")
	tx, err := f.Owner(t).BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(`select 1 from cases where ref = $1 for update`, ref); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		_, err := f.Desk.Do(ctx, f.Actor("checker"), workflow.Command{Ref: ref, Action: "admit", Key: "gone"})
		done <- err
	}()
	other := make(chan error, 1) // as long as the commit, and cancelled with its client
	go func() {
		_, err := f.Server(t).ExecContext(ctx, `select 1 from cases where ref = $1 for update`, ref)
		other <- err
	}()
	blocked(t, f.Database, 2)
	cancel()
	if err := <-other; err == nil {
		t.Error("a statement that was called off went on")
	}
	blocked(t, f.Database, 1)
	_ = tx.Rollback()
	if err := <-done; err != nil {
		t.Errorf("the commit was given up: %v", err)
	}
	if s := f.Case(ref).State; s != "screened" {
		t.Errorf("the case is %s", s)
	}
}

func TestAConnectionThatDiedWhileIdleIsNotNoticed(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t)
	ref := f.NewGrant()
	f.Walk(ref, "applied")
	if _, err := f.Owner(t).Exec(
		`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()
			and pid <> pg_backend_pid()`); err != nil {
		t.Skipf("may not end the connections of others here: %v", err)
	}
	pool, connections := f.Owner(t), -1
	for end := time.Now().Add(30 * time.Second); connections != 0 && time.Now().Before(end); {
		if err := pool.QueryRow(`select count(*) from pg_stat_activity where datname = current_database()
			and pid <> pg_backend_pid()`).Scan(&connections); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := f.Try("checker", ref, "admit", nil); err != nil {
		t.Errorf("after a restart of the server: %v", err)
	}
}
