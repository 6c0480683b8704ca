package bench

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"net"
	"net/http"
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

// build returns INCUBASE_BENCH_BINARY, or a program compiled once.
var build = sync.OnceValues(func() (string, error) {
	if bin := os.Getenv("INCUBASE_BENCH_BINARY"); bin != "" {
		return bin, nil
	}
	dir, err := os.MkdirTemp("", "incubase-bench-bin-")
	if err != nil {
		return "", err
	}
	bin := filepath.Join(dir, "incubase")
	out, err := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", bin,
		"incubase/cmd/incubase").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build the program: %w\n%s", err, out)
	}
	return bin, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if bin, err := build(); err == nil && os.Getenv("INCUBASE_BENCH_BINARY") == "" {
		_ = os.RemoveAll(filepath.Dir(bin))
	}
	os.Exit(code)
}

type postgres struct {
	dir string
	s   *embedded.Server
}

func startPostgres(t *testing.T, dir string) *postgres {
	t.Helper()
	s, err := embedded.Start(context.Background(), embedded.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
		defer cancel()
		if err := s.Stop(ctx); err != nil {
			t.Error("stop PostgreSQL:", err)
		}
	})
	return &postgres{dir, s}
}

func (p *postgres) url(role string) string { return p.s.URL(role, embedded.Database) }

func (p *postgres) connect(t *testing.T, role string) *sql.DB {
	t.Helper()
	pool, err := sql.Open("postgres", p.url(role))
	if err != nil {
		t.Fatal(err)
	}
	pool.SetMaxOpenConns(2)
	t.Cleanup(func() { _ = pool.Close() })
	return pool
}

// cpu returns the processor time of PostgreSQL: the postmaster, its ended and its living children. A child that ends
// meanwhile would be in neither sum, so the count is repeated.
func (p *postgres) cpu() time.Duration {
	b, _ := os.ReadFile(filepath.Join(p.dir, "pg", "postmaster.pid"))
	first, _, _ := strings.Cut(string(b), "\n")
	master, _ := strconv.Atoi(strings.TrimSpace(first))
	for try := 0; ; try++ {
		own, gone, _ := stat(master)
		sum := own + gone
		found, _ := filepath.Glob("/proc/[0-9]*/stat")
		for _, name := range found {
			pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(name)))
			if own, _, parent := stat(pid); parent == master {
				sum += own
			}
		}
		if _, now, _ := stat(master); now == gone || try == 50 {
			return sum
		}
	}
}

// stat returns the processor time of a process and of its ended children, and its parent.
func stat(pid int) (own, children time.Duration, parent int) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, 0, 0
	}
	f := strings.Fields(string(b[bytes.LastIndexByte(b, ')')+1:]))
	tick := func(i int) time.Duration {
		n, _ := strconv.ParseInt(f[i], 10, 64)
		return time.Duration(n) * 10 * time.Millisecond // USER_HZ is 100 everywhere
	}
	parent, _ = strconv.Atoi(f[1])
	return tick(11) + tick(12), tick(13) + tick(14), parent
}

type server struct {
	cmd     *exec.Cmd
	address string
	log     string
	ready   time.Duration // from start to ready
}

func serve(t *testing.T, dir, databaseURL, ownerURL string, args ...string) *server {
	t.Helper()
	bin, err := build()
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &server{address: l.Addr().String(), log: filepath.Join(dir, "serve.log")}
	_ = l.Close()
	out, err := os.Create(s.log)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = out.Close() }()
	s.cmd = exec.Command(bin, append([]string{"serve", "--data", filepath.Join(dir, "data"), "--listen", s.address,
		"--database-url", databaseURL,
		"--database-owner-url", ownerURL, "--session-idle", "12h", "--verify-every", "0s", "--organization-drafts", "0",
		"--second-factor", "optional"}, args...)...)
	s.cmd.Env = environment()
	s.cmd.Stdout, s.cmd.Stderr = out, out
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	begun := time.Now()
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.stop)
	for c := (http.Client{Timeout: 2 * time.Second}); ; time.Sleep(time.Millisecond) {
		if r, err := c.Get("http://" + s.address + "/readyz"); err == nil {
			_ = r.Body.Close()
			if r.StatusCode == http.StatusOK {
				s.ready = time.Since(begun)
				return s
			}
		}
		if time.Since(begun) > 2*time.Minute {
			b, _ := os.ReadFile(s.log)
			t.Fatalf("the server was not ready in time:\n%s", b)
		}
	}
}

func environment() []string {
	return slices.DeleteFunc(os.Environ(), func(kv string) bool { return strings.HasPrefix(kv, "INCUBASE_") })
}

func (s *server) stop() {
	if s.cmd == nil {
		return
	}
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	_ = s.cmd.Wait()
	s.cmd = nil
}

func (s *server) cpu() time.Duration {
	own, _, _ := stat(s.cmd.Process.Pid)
	return own
}

// memory returns resident and peak memory in MiB.
func (s *server) memory() (now, most float64) {
	b, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	for line := range strings.Lines(string(b)) {
		f := strings.Fields(line)
		switch f[0] {
		case "VmRSS:":
			now, _ = strconv.ParseFloat(f[1], 64)
		case "VmHWM:":
			most, _ = strconv.ParseFloat(f[1], 64)
		}
	}
	return now / 1024, most / 1024
}

func peak(cmd *exec.Cmd) float64 {
	use, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	return float64(use.Maxrss) / 1024
}
