package torture

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	_ "github.com/lib/pq"

	"incubase/cmd/e2e/process"
	"incubase/db/embedded"
)

// build compiles the program with its crash points, once.
func build(t testing.TB) process.Program {
	t.Helper()
	return process.Build(t, "-tags", "torture")
}

func TestMain(m *testing.M) { process.Main(m) }

// postgres is a PostgreSQL that is killed and restarted.
type postgres struct {
	t    testing.TB
	dir  string
	wire *wire
	mu   sync.Mutex
	s    *embedded.Server
}

func newPostgres(t testing.TB, dir string) *postgres {
	t.Helper()
	p := &postgres{t: t, dir: dir, wire: newWire(t, "")}
	if err := p.start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.stop)
	return p
}

func (p *postgres) start() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	s, err := embedded.Start(context.Background(), embedded.Options{Dir: p.dir})
	if err != nil {
		return err
	}
	p.s = s
	p.wire.toSocket(filepath.Join(p.socket(), ".s.PGSQL.5432"))
	return nil
}

func (p *postgres) socket() string {
	u, err := url.Parse(p.s.URL("", ""))
	if err != nil {
		return ""
	}
	return u.Query().Get("host")
}

func (p *postgres) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.s == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	if err := p.s.Stop(ctx); err != nil {
		p.t.Error("stop PostgreSQL:", err)
	}
	p.s = nil
}

// kill ends the postmaster as a power cut would for its clients, and starts it again.
func (p *postgres) kill() error {
	if pid := process.Postmaster(p.dir); pid > 0 {
		_ = syscall.Kill(pid, syscall.SIGKILL)
	}
	p.stop()
	for end := time.Now().Add(30 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		err := p.start() // PostgreSQL refuses while old children are still ending
		if err == nil || time.Now().After(end) {
			return err
		}
	}
}

// throughWire returns the database's address for the server.
func (p *postgres) throughWire(role string) string {
	return fmt.Sprintf("postgres://%s@%s/%s?sslmode=disable", role, p.wire.address(), embedded.Database)
}

// direct returns a superuser's pool past the wire.
func (p *postgres) direct() *sql.DB {
	p.mu.Lock()
	defer p.mu.Unlock()
	pool, err := sql.Open("postgres", p.s.URL(embedded.Superuser, embedded.Database))
	if err != nil {
		p.t.Fatal(err)
	}
	pool.SetMaxOpenConns(3)
	return pool
}

// newServer returns a server of the program, on a database where one is named. It is told to stop when the test ends.
func newServer(t testing.TB, databaseURL, ownerURL string, args ...string) *process.Server {
	t.Helper()
	args = append([]string{"--log-level", "warn", "--organization-drafts", "0", "--organization-projects", "0"}, args...)
	if databaseURL != "" {
		args = append(args, "--database-url", databaseURL, "--database-owner-url", ownerURL)
	}
	s := build(t).Server(t, process.Folder(t), args...)
	t.Cleanup(func() { _ = s.Stop() })
	return s
}

// keep starts the server again whenever it has ended, until the context does.
func keep(ctx context.Context, s *process.Server, env func() []string) {
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
			return
		case <-s.Ended():
			s.Start(env()...)
		}
	}
}

// crashed counts the crash points that the log of a server names.
func crashed(s *process.Server) map[string]int {
	points := map[string]int{}
	for line := range strings.Lines(s.Log()) {
		if point, ok := strings.CutPrefix(line, "crash point: "); ok {
			points[strings.TrimSpace(point)]++
		}
	}
	return points
}

// panicked reports whether the log of a server has a panic.
func panicked(s *process.Server) bool {
	return strings.Contains(s.Log(), "panic:") || strings.Contains(s.Log(), "fatal error:")
}

// resident returns the bytes of memory that a server holds.
func resident(s *process.Server) int64 {
	now, _ := s.Memory()
	return int64(now * (1 << 20))
}
