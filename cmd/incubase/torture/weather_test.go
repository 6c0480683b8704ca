package torture

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"incubase/cmd/e2e/process"
)

// soon bounds every answer, whatever the database does: 3 s, and a margin for a busy machine.
const soon = 6 * time.Second

// weather is a server on a database with one kind of fault.
type weather struct {
	*run
	c     *client
	slow  time.Duration // the longest answer
	grant *target
}

// newWeather starts a server with the demonstration and signs everybody in.
func newWeather(t *testing.T, dir string) *weather {
	t.Helper()
	r := newRun(t, seed(t))
	r.pg = newPostgres(t, dir)
	r.database = r.pg.throughWire
	r.srv = newServer(t, r.pg.throughWire("incubase_server"), r.pg.throughWire("incubase_owner"), "--demo")
	r.srv.Start()
	r.srv.Ready(3 * time.Minute)
	r.front = newWire(t, r.srv.Address)
	w := &weather{run: r, c: newClient(r, 0)}
	if err := r.prepare(t.Context(), 1, 2, 3); err != nil {
		t.Fatalf("prepare: %v\n%s", err, process.Tail(r.srv.Log(), 3000))
	}
	w.grant = r.purses[0].ready[0]
	return w
}

type said struct {
	status int
	after  string
	body   reply
}

// ask sends one request and measures its time.
func (w *weather) ask(t *testing.T, method, path, login, key, body string) said {
	t.Helper()
	var content io.Reader = http.NoBody
	if body != "" {
		content = bytes.NewReader([]byte(body))
	}
	req, err := http.NewRequestWithContext(context.Background(), method, w.srv.URL+path, content)
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	if login != "" {
		req.Header.Set("Authorization", "Bearer "+w.token(login))
	}
	if key != "" {
		req.Header.Set("Idempotency-Key", key)
	}
	began := time.Now()
	res, err := (&http.Client{Timeout: time.Minute}).Do(req)
	took := time.Since(began)
	if err != nil {
		t.Fatalf("%s %s: no answer in %s: %v", method, path, took, err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	w.slow = max(w.slow, took)
	if took > soon {
		t.Errorf("%s %s was answered %d after %s", method, path, res.StatusCode, took)
	}
	s := said{status: res.StatusCode, after: res.Header.Get("Retry-After")}
	if strings.Contains(res.Header.Get("Content-Type"), "json") {
		_ = s.body.decode(res.StatusCode, b)
	}
	return s
}

func (w *weather) act(t *testing.T, ref, action, login, key string) said {
	t.Helper()
	return w.ask(t, "POST", "/api/v1/cases/"+ref+"/actions/"+action, login, key, `{"note":"试 a try"}`)
}

// busy checks that everything which needs the database answers 503 with Retry-After.
func (w *weather) busy(t *testing.T, key string) {
	t.Helper()
	for _, s := range []said{
		w.ask(t, "GET", "/api/v1/cases/"+w.grant.id, "officer", "", ""),
		w.ask(t, "GET", "/api/v1/board", "officer", "", ""),
		w.ask(t, "GET", "/cases/"+w.grant.ref, "officer", "", ""),
		w.ask(t, "GET", "/notices", "", "", ""),
		w.ask(t, "GET", "/readyz", "", "", ""),
		w.ask(t, "POST", "/api/v1/sessions", "", "", `{"login":"officer","password":"incubase-demo"}`),
		w.act(t, w.grant.id, "confirm", "decider", key),
	} {
		if s.status != http.StatusServiceUnavailable || s.after == "" {
			t.Errorf("answered %d with Retry-After %q, not 503", s.status, s.after)
		}
	}
	if s := w.ask(t, "GET", "/healthz", "", "", ""); s.status != http.StatusOK {
		t.Errorf("the process itself is alive and says %d", s.status)
	}
}

// recovers waits until the same process answers the same key, and finds exactly one effect.
func (w *weather) recovers(t *testing.T, action, login, key string) {
	t.Helper()
	for end := time.Now().Add(40 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		s := w.act(t, w.grant.id, action, login, key)
		if s.status == http.StatusOK {
			w.once(t, key, s)
			break
		}
		if s.status != http.StatusServiceUnavailable || time.Now().After(end) {
			t.Fatalf("%s after the weather: %d %s %s", action, s.status, s.body.Type, s.body.Detail)
		}
	}
	if w.srv.Starts != 1 {
		t.Errorf("the server was started %d times", w.srv.Starts)
	}
}

func (w *weather) once(t *testing.T, key string, s said) {
	t.Helper()
	db := w.pg.direct()
	defer db.Close()
	var keys, events int
	if err := db.QueryRow(
		`select (select count(*) from idempotency_keys where key = $1), (select count(*) from events where case_id = $2
			and seq = $3 and encode(hash, 'hex') = $4)`,
		key, w.grant.id, s.body.Event.Seq, s.body.Event.Hash).Scan(&keys, &events); err != nil {
		t.Fatal(err)
	}
	if keys != 1 || events != 1 {
		t.Errorf("acknowledged, and there are %d keys and %d events", keys, events)
	}
}

func (w *weather) ends(t *testing.T) {
	t.Helper()
	db := w.pg.direct()
	defer db.Close()
	w.settle(db)
	w.laws(db)
	w.program("check")
	w.program("audit", "verify")
	for _, s := range w.wrongs {
		t.Error(s)
	}
	t.Logf("the longest answer took %.2f s", w.slow.Seconds())
}

// A missing database means 503 at once, for reads and writes, and is found again without a restart.
func TestDatabaseAway(t *testing.T) {
	t.Parallel()
	w := newWeather(t, process.Folder(t))
	w.pg.stop()
	w.busy(t, "away")
	if err := w.pg.start(); err != nil {
		t.Fatal(err)
	}
	w.recovers(t, "confirm", "decider", "away")
	w.ends(t)
}

// A database that is silent, slow or waits for a lock delays no answer beyond three seconds.
func TestDatabaseSlow(t *testing.T) {
	t.Parallel()
	w := newWeather(t, process.Folder(t))
	w.pg.wire.hold(time.Hour)
	w.busy(t, "silent")
	w.pg.wire.calm()
	w.recovers(t, "confirm", "decider", "silent")

	w.pg.wire.delay.Store(int64(900 * time.Millisecond))
	done, busy := 0, 0
	for i := range 6 {
		switch s := w.ask(t, "GET", "/api/v1/cases/"+w.grant.id, "officer", "", ""); {
		case s.status == http.StatusOK:
			done++
		case s.status == http.StatusServiceUnavailable && s.after != "":
			busy++
		default:
			t.Errorf("read %d over a slow line: %d", i, s.status)
		}
	}
	w.act(t, w.grant.id, "suspend", "decider", "slow")
	w.pg.wire.calm()
	w.recovers(t, "suspend", "decider", "slow")
	t.Logf("over a slow line %d reads were answered, %d refused as busy", done, busy)

	db := w.pg.direct()
	defer db.Close()
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(`select 1 from cases where id = $1 for update`, w.grant.id); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if s := w.act(t, w.grant.id, "resume", "decider", "locked"); s.status != http.StatusServiceUnavailable ||
			s.after == "" {
			t.Errorf("behind a lock: %d, Retry-After %q", s.status, s.after)
		}
	}
	if s := w.ask(t, "GET", "/api/v1/cases/"+w.grant.id, "officer", "", ""); s.status != http.StatusOK {
		t.Errorf("reading waits for a writer's lock: %d", s.status)
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	w.recovers(t, "resume", "decider", "locked")
	w.ends(t)
}

// A full disk under the database leaves no act half done or wrongly acknowledged: 503 until there is space, then the
// same key succeeds on the same server.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	small := filepath.Join(process.Folder(t), "small")
	if err := os.Mkdir(small, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("tmpfs", small, "tmpfs", 0, "size=400m,mode=0755"); err != nil {
		t.Skipf("a small disk cannot be mounted here (%v): a full one is tried where it can", err)
	}
	t.Cleanup(func() { // after everything there has stopped
		if err := syscall.Unmount(small, 0); err != nil {
			_ = syscall.Unmount(small, syscall.MNT_DETACH)
		}
	})
	w := newWeather(t, small)
	full := fill(t, filepath.Join(small, "ballast"))
	acknowledged, busy := 0, 0
	versions := map[int]string{}
	action := map[bool]string{true: "suspend", false: "resume"}
	if s := w.act(t, w.grant.id, "confirm", "decider", "before"); s.status == http.StatusOK {
		acknowledged++
		versions[s.body.Event.Seq] = s.body.Event.Hash
	}
	for i := 0; i < 4000 && busy < 30; i++ {
		key := fmt.Sprintf("full-%d", i)
		s := w.act(t, w.grant.id, action[acknowledged%2 == 1], "decider", key)
		switch {
		case s.status == http.StatusOK:
			acknowledged++
			versions[s.body.Event.Seq] = s.body.Event.Hash
		case s.status == http.StatusServiceUnavailable && s.after != "":
			busy++
		default:
			t.Fatalf("on a full disk: %d %s %s", s.status, s.body.Type, s.body.Detail)
		}
	}
	if busy == 0 {
		t.Fatalf("the disk was never full: %d acts, %d bytes of ballast", acknowledged, full)
	}
	t.Logf("%d bytes of ballast; %d acts were acknowledged on what was left, then %d answered 503", full, acknowledged,
		busy)
	if err := os.Remove(filepath.Join(small, "ballast")); err != nil {
		t.Fatal(err)
	}
	back := "by itself"
	select {
	case <-w.pg.s.Done(): // PostgreSQL ends when it cannot write its log; an operator restarts it
		back = "when it was started again"
		w.pg.stop()
		if err := w.pg.start(); err != nil {
			t.Fatal(err)
		}
	case <-time.After(2 * time.Second):
	}
	t.Logf("with room, PostgreSQL came back %s", back)
	w.kept(t, versions)
	w.grant = w.purses[0].ready[1]
	w.recovers(t, "confirm", "decider", "room")
	w.ends(t)
}

// kept checks every acknowledged event.
func (w *weather) kept(t *testing.T, versions map[int]string) {
	t.Helper()
	db := w.pg.direct()
	defer db.Close()
	var ready error
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		if ready = db.Ping(); ready == nil {
			break
		}
	}
	for seq, hash := range versions {
		var there sql.NullString
		if err := db.QueryRow(`select encode(hash, 'hex') from events where case_id = $1 and seq = $2`, w.grant.id,
			seq).Scan(&there); err != nil || there.String != hash {
			t.Errorf("event %d was acknowledged and is not there: %v %v", seq, err, ready)
		}
	}
}

func fill(t *testing.T, path string) (n int64) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, size := range []int{1 << 20, 1 << 12} {
		block := make([]byte, size)
		for {
			m, err := f.Write(block)
			n += int64(m)
			if err != nil {
				break
			}
		}
	}
	const room = 1 << 20 // space for some acts, so that they fill the disk
	if err := f.Truncate(n - room); err != nil {
		t.Fatal(err)
	}
	return n - room
}
