package bench

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	_ "github.com/lib/pq"

	"incubase/cmd/e2e/process"
	"incubase/db/embedded"
)

// build returns the program that is measured: INCUBASE_BENCH_BINARY, or one built as `make build` does.
func build(t *testing.T) process.Program {
	t.Helper()
	if bin := os.Getenv("INCUBASE_BENCH_BINARY"); bin != "" {
		return process.Program{Path: bin}
	}
	return process.Build(t, "-trimpath", "-ldflags", "-s -w")
}

func TestMain(m *testing.M) { process.Main(m) }

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
	master := process.Postmaster(p.dir)
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

// serve starts the program on a database, waits until it is ready, and returns how long that took.
func serve(t *testing.T, dir, databaseURL, ownerURL string, args ...string) (*process.Server, time.Duration) {
	t.Helper()
	s := build(t).Server(t, filepath.Join(dir, "data"), append([]string{"--database-url", databaseURL,
		"--database-owner-url", ownerURL, "--session-idle", "12h", "--verify-every", "0s", "--organization-drafts", "0",
		"--second-factor", "optional"}, args...)...)
	t.Cleanup(func() { _ = s.Stop() })
	begun := time.Now()
	s.Start()
	s.Ready(2 * time.Minute)
	return s, time.Since(begun)
}

// cpu returns the processor time of a server.
func cpu(s *process.Server) time.Duration {
	own, _, _ := stat(s.PID())
	return own
}

// peak returns the most that a command held, in MiB.
func peak(cmd *exec.Cmd) float64 {
	use, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	return float64(use.Maxrss) / 1024
}
