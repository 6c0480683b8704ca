package torture

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	_ "github.com/lib/pq"

	"incubase/db/embedded"
)

// build compiles the program with its crash points, once.
var build = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "incubase-torture-bin-")
	if err != nil {
		return "", err
	}
	bin := filepath.Join(dir, "incubase")
	out, err := exec.Command("go", "build", "-tags", "torture", "-o", bin, "incubase/cmd/incubase").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build the program: %w\n%s", err, out)
	}
	return bin, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if bin, err := build(); err == nil {
		_ = os.RemoveAll(filepath.Dir(bin))
	}
	os.Exit(code)
}

func folder(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", "incubase-torture-")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

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

func (p *postgres) pid() int {
	b, _ := os.ReadFile(filepath.Join(p.dir, "pg", "postmaster.pid"))
	first, _, _ := strings.Cut(string(b), "\n")
	pid, _ := strconv.Atoi(strings.TrimSpace(first))
	return pid
}

// kill ends the postmaster as a power cut would for its clients, and starts it again.
func (p *postgres) kill() error {
	if pid := p.pid(); pid > 0 {
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

// server is the program as a process that is restarted whenever it ends.
type server struct {
	t                   testing.TB
	bin, data, listen   string
	args, env           []string
	mu                  sync.Mutex
	cmd                 *exec.Cmd
	out                 bytes.Buffer
	starts              int
	crashes             map[string]int // by crash point
	ended               chan struct{}
	stopping, unwelcome bool
}

// newServer starts the program on a database. Restarts keep its address.
func newServer(t testing.TB, databaseURL, ownerURL string, env []string, args ...string) *server {
	t.Helper()
	bin, err := build()
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &server{t: t, bin: bin, data: folder(t), listen: l.Addr().String(), env: env, args: args,
		crashes: map[string]int{}}
	_ = l.Close()
	if databaseURL != "" {
		s.args = append(s.args, "--database-url", databaseURL, "--database-owner-url", ownerURL)
	}
	return s
}

// Write keeps the output and counts the crash points in it.
func (s *server) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.out.Len() > 4<<20 {
		rest := bytes.Clone(s.out.Bytes()[2<<20:])
		s.out.Reset()
		s.out.Write(rest)
	}
	for line := range strings.Lines(string(b)) {
		if point, ok := strings.CutPrefix(line, "crash point: "); ok {
			s.crashes[strings.TrimSpace(point)]++
		}
		if strings.Contains(line, "panic:") || strings.Contains(line, "fatal error:") {
			s.unwelcome = true
		}
	}
	return s.out.Write(b)
}

func (s *server) said() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.out.String()
}

// launch starts the process without waiting until it is ready.
func (s *server) launch(env ...string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopping {
		return nil
	}
	cmd := exec.Command(s.bin, append([]string{"serve", "--data", s.data, "--listen", s.listen, "--log-level", "warn",
		"--organization-drafts", "0", "--organization-projects", "0"}, s.args...)...)
	for _, kv := range os.Environ() {
		if !strings.HasPrefix(kv, "INCUBASE_") {
			cmd.Env = append(cmd.Env, kv)
		}
	}
	cmd.Env = append(append(cmd.Env, s.env...), env...)
	cmd.Stdout, cmd.Stderr = s, s
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		return err
	}
	s.cmd, s.ended = cmd, make(chan struct{})
	s.starts++
	go func(ended chan struct{}) { _ = cmd.Wait(); close(ended) }(s.ended)
	return nil
}

func (s *server) ready(within time.Duration) {
	s.t.Helper()
	for end := time.Now().Add(within); ; time.Sleep(20 * time.Millisecond) {
		if s.healthy() {
			return
		}
		if time.Now().After(end) {
			s.t.Fatalf("the server was not ready within %s:\n%s", within, tail(s.said(), 4000))
		}
	}
}

func (s *server) healthy() bool {
	c := http.Client{Timeout: 2 * time.Second}
	r, err := c.Get("http://" + s.listen + "/readyz")
	if err != nil {
		return false
	}
	_ = r.Body.Close()
	return r.StatusCode == http.StatusOK
}

// kill ends the process with SIGKILL and waits for it.
func (s *server) kill() {
	s.mu.Lock()
	cmd, ended := s.cmd, s.ended
	s.mu.Unlock()
	if cmd != nil {
		_ = cmd.Process.Kill()
		<-ended
	}
}

func (s *server) halt() {
	s.mu.Lock()
	s.stopping = true
	cmd, ended := s.cmd, s.ended
	s.mu.Unlock()
	if cmd == nil {
		return
	}
	_ = cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-ended:
	case <-time.After(25 * time.Second):
		_ = cmd.Process.Kill()
		<-ended
	}
}

// keep restarts the process until the context ends.
func (s *server) keep(ctx context.Context, env func() []string) {
	for ctx.Err() == nil {
		s.mu.Lock()
		ended := s.ended
		s.mu.Unlock()
		select {
		case <-ctx.Done():
			return
		case <-ended:
			if err := s.launch(env()...); err != nil {
				s.t.Error("start the server again:", err)
				return
			}
		}
	}
}

func (s *server) resident() int64 {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", s.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	f := strings.Fields(string(b))
	pages, _ := strconv.ParseInt(f[1], 10, 64)
	return pages * int64(os.Getpagesize())
}

func tool(s *server, args ...string) (string, error) {
	cmd := exec.Command(s.bin, append(args, "--data", s.data)...)
	cmd.Env = slices.DeleteFunc(os.Environ(), func(kv string) bool { return strings.HasPrefix(kv, "INCUBASE_") })
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func tail(s string, n int) string { return s[max(0, len(s)-n):] }
