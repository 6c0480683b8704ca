package main

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"incubase/cmd/incubase/app"
)

// TestMain lets the test binary be the program itself, as a process of its own.
func TestMain(m *testing.M) {
	if os.Getenv("BE_INCUBASE") != "" {
		var env []string
		for _, kv := range os.Environ() {
			if !strings.HasPrefix(kv, "BE_INCUBASE=") {
				env = append(env, kv)
			}
		}
		os.Exit(run(context.Background(), os.Args[1:], env, os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

// program is the command as a process.
func program(t *testing.T, env []string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), append(env, "BE_INCUBASE=1")...)
	return cmd
}

// dataFolder is one that PostgreSQL's user can reach too.
func dataFolder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", "incubase-test-")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

func TestWrongSettingsAreNamed(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "settings.yaml")
	if err := os.WriteFile(file, []byte("listen: 127.0.0.1:0\nlisten-to: x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = taken.Close() }) // after the parallel cases
	for _, tt := range []struct {
		name string
		env  []string
		args []string
		code int
		want string
	}{
		{"an unknown flag", nil, []string{"serve", "--lisen", "x"}, exitUsage, "--lisen"},
		{"a setting that only commands make themselves", nil, []string{"serve", "--unbound"}, exitUsage, "--unbound"},
		{"an unknown variable", []string{"INCUBASE_LISTN=x"}, []string{"serve"}, exitUsage, "INCUBASE_LISTN"},
		{"an unknown name in the file", nil, []string{"serve", "--config", file}, exitUsage, "listen-to"},
		{"a file that is not there", nil, []string{"serve", "--config=/nowhere.yaml"}, exitUsage, "/nowhere.yaml"},
		{"a wrong value", nil, []string{"serve", "--session-idle", "soon"}, exitUsage, "session-idle"},
		{"a wrong value in a variable", []string{"INCUBASE_LOG_LEVEL=loud"}, []string{"serve"}, exitUsage, "log-level"},
		{"an address without a port", nil, []string{"serve", "--listen", "localhost"}, exitUsage, "--listen"},
		{"the demonstration for everybody", nil, []string{"serve", "--demo", "--listen", "0.0.0.0:8080"}, exitUsage,
			"loopback"},
		{"a port in use", nil, []string{"serve", "--data", dataFolder(t), "--listen", taken.Addr().String()}, exitFailed,
			taken.Addr().String()},
		{"a port of the figures in use", nil, []string{"serve", "--data", dataFolder(t), "--listen", "127.0.0.1:0",
			"--metrics-listen", taken.Addr().String()}, exitFailed, "--metrics-listen"},
		{"an owner's address alone", nil, []string{"migrate", "--database-owner-url", "postgres://x"}, exitUsage,
			"--database-url"},
		{"no such command", nil, []string{"sevre"}, exitUsage, "sevre"},
		{"a definition that is not sound", nil, []string{"workflow", "check", file}, exitFailed, "unknown field"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			cmd := program(t, tt.env, tt.args...)
			out, _ := cmd.CombinedOutput()
			if code := cmd.ProcessState.ExitCode(); code != tt.code || !strings.Contains(string(out), tt.want) {
				t.Errorf("exit %d, want %d; it should name %q:\n%s", code, tt.code, tt.want, out)
			}
		})
	}
}

func TestHelpListsEverySettingWithItsDefault(t *testing.T) {
	t.Parallel()
	out, err := program(t, nil, "serve", "--help").CombinedOutput()
	if err != nil {
		t.Fatal(err)
	}
	flat := strings.Join(strings.Fields(string(out)), " ")
	for _, want := range []string{"--data", "default: ./data", "INCUBASE_DATA", "--listen", "127.0.0.1:8080",
		"INCUBASE_LISTEN", "--database-url", "--metrics-listen", "--session-idle=30m", "--config"} {
		if !strings.Contains(flat, want) {
			t.Errorf("--help does not say %q", want)
		}
	}
}

// daemon is a serving process.
type daemon struct {
	cmd *exec.Cmd
	url string
	mu  sync.Mutex
	out bytes.Buffer
}

func (d *daemon) Write(b []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.out.Write(b)
}

func (d *daemon) said() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.out.String()
}

func serveProcess(t *testing.T, dir string, env []string, args ...string) *daemon {
	t.Helper()
	return serveAt(t, dir, freeAddress(t), env, args...)
}

// freeAddress is one that nobody listens on now.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func serveAt(t *testing.T, dir, address string, env []string, args ...string) *daemon {
	t.Helper()
	d := startAt(t, dir, address, env, args...)
	d.until(t, "is ready")
	return d
}

// startAt does not wait until it is ready.
func startAt(t *testing.T, dir, address string, env []string, args ...string) *daemon {
	t.Helper()
	d := &daemon{url: "http://" + address}
	d.cmd = program(t, env, append([]string{"serve", "--data", dir, "--listen", address}, args...)...)
	d.cmd.Stdout, d.cmd.Stderr = d, d
	if err := d.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.cmd.Process.Kill(); _ = d.cmd.Wait() })
	return d
}

// until waits for words: for as long as a start with the demonstration takes among other tests, not for as long as it
// should.
func (d *daemon) until(t *testing.T, words string) {
	t.Helper()
	for end := time.Now().Add(3 * time.Minute); !strings.Contains(d.said(), words); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%q was not said: %s", words, d.said())
		}
	}
}

func (d *daemon) get(t *testing.T, path string) (int, string) {
	t.Helper()
	resp, err := http.Get(d.url + path)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(b)
}

// TestStopsAndRecovers: TERM stops in order; kill -9 of server and database is recovered from by the next start; a
// second start on the folder says so and leaves the first alone; tools use the running server.
func TestStopsAndRecovers(t *testing.T) {
	t.Parallel()
	dir := dataFolder(t)
	file := filepath.Join(dir, "settings.yaml")
	if err := os.WriteFile(file, []byte("log-format: text\nlog-level: error\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	// Flags win over variables, variables over the file.
	first := serveProcess(t, dir, []string{"INCUBASE_CONFIG=" + file, "INCUBASE_LOG_LEVEL=info"}, "--log-format", "json")
	if code, body := first.get(t, "/readyz"); code != http.StatusOK || !strings.Contains(body, "ok") {
		t.Fatal(code, body)
	}
	if !strings.Contains(first.said(), `"level":"INFO"`) {
		t.Error("flag, variable and file do not take precedence in that order:", first.said())
	}
	second := program(t, nil, "serve", "--data", dir, "--listen", "127.0.0.1:0")
	out, _ := second.CombinedOutput()
	if second.ProcessState.ExitCode() != exitFailed || !strings.Contains(string(out),
		strconv.Itoa(first.cmd.Process.Pid)) {
		t.Errorf("a second start: %s", out)
	}
	if out, err := program(t, nil, "audit", "verify", "--data", dir).CombinedOutput(); err != nil {
		t.Errorf("verify beside the running server: %v %s", err, out)
	}
	if code, _ := first.get(t, "/healthz"); code != http.StatusOK {
		t.Fatal("the first server was disturbed:", code)
	}
	if err := first.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := first.cmd.Wait(); err != nil {
		t.Errorf("TERM: %v %s", err, first.said())
	}
	if app.Exists(filepath.Join(dir, "pg", "postmaster.pid")) {
		t.Error("the database was not stopped in order")
	}

	third := serveProcess(t, dir, nil)
	b, err := os.ReadFile(filepath.Join(dir, "pg", "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.SplitN(string(b), "\n", 2)[0])
	if err != nil {
		t.Fatal(err)
	}
	_ = third.cmd.Process.Kill()
	_ = syscall.Kill(pid, syscall.SIGKILL)
	_ = third.cmd.Wait()
	fourth := serveProcess(t, dir, nil)
	if code, body := fourth.get(t, "/readyz"); code != http.StatusOK {
		t.Fatal("after kill -9 of everything:", code, body)
	}
	if out, err := program(t, nil, "check", "--data", dir).CombinedOutput(); err != nil {
		t.Errorf("check: %v %s", err, out)
	}
}
