package dbtest

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"incubase/db/embedded"
)

// Pair is a primary and its standby, of one test alone: the log of other tests' databases would keep a standby busy.
// The server's role is a member of pg_monitor.
type Pair struct {
	Primary, Standby *embedded.Server
	copied           string // folder of the standby
}

func NewPair(t testing.TB) *Pair {
	t.Helper()
	base, err := folder()
	if err != nil {
		t.Fatal(err)
	}
	of := func(name string) string {
		dir, err := os.MkdirTemp(base, strconv.Itoa(os.Getpid())+"-"+name+"-")
		if err == nil {
			err = os.Chmod(dir, 0o755) // PostgreSQL may run as another user
		}
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = os.RemoveAll(dir) })
		return dir
	}
	first := of("primary")
	p := &Pair{copied: of("standby")}
	o := embedded.Options{Dir: first, Unsafe: true}
	if p.Primary, err = embedded.Start(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	p.Admin(t, p.Primary, "grant pg_monitor to "+embedded.ServerRole)
	p.stop(t, p.Primary) // a copy of its folder is the standby
	copied := filepath.Join(p.copied, "pg")
	if out, err := exec.Command("cp", "-a", filepath.Join(first, "pg"), copied).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if err := os.WriteFile(filepath.Join(copied, "standby.signal"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if p.Primary, err = embedded.Start(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.stop(t, p.Primary) })
	p.Return(t)
	t.Cleanup(func() { p.stop(t, p.Standby) })
	return p
}

// Return starts the standby, again after Away.
func (p *Pair) Return(t testing.TB) {
	t.Helper()
	socket, err := Socket(p.Primary)
	if err != nil {
		t.Fatal(err)
	}
	p.Standby, err = embedded.Start(t.Context(), embedded.Options{Dir: p.copied, Unsafe: true,
		Follow: fmt.Sprintf("host=%s user=%s", socket, embedded.Superuser)})
	if err != nil {
		t.Fatal(err)
	}
}

func (p *Pair) Away(t testing.TB) {
	t.Helper()
	p.stop(t, p.Standby)
}

func (p *Pair) stop(t testing.TB, s *embedded.Server) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := s.Stop(ctx); err != nil {
		t.Error(err)
	}
}

// Admin runs statements as the superuser.
func (p *Pair) Admin(t testing.TB, on *embedded.Server, statements ...string) {
	t.Helper()
	pool, err := sql.Open("postgres", on.URL(embedded.Superuser, "postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = pool.Close() }()
	for _, st := range statements {
		if _, err := pool.ExecContext(t.Context(), st); err != nil {
			t.Fatalf("%s: %v", st, err)
		}
	}
}

// Socket returns the folder of a server's socket.
func Socket(s *embedded.Server) (string, error) {
	u, err := url.Parse(s.URL(embedded.Superuser, "postgres"))
	if err != nil {
		return "", err
	}
	return u.Query().Get("host"), nil
}
