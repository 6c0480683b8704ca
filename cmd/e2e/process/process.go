// Package process runs the program as its users do, for tests: it builds it, starts, stops and kills servers, reads
// their logs and signs in.
package process

import (
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
)

// builds is the folder of what Build compiles.
var builds string

// Main runs the tests of a package that calls Build.
func Main(m *testing.M) {
	var err error
	if builds, err = os.MkdirTemp("", "incubase-bin-"); err != nil {
		panic(err)
	}
	code := m.Run()
	_ = os.RemoveAll(builds)
	os.Exit(code)
}

// Program is a binary of the program, with what its environment needs.
type Program struct {
	Path string
	Env  []string
}

var building sync.Mutex

// Build compiles the program with arguments of go build, once in a test process.
func Build(t testing.TB, args ...string) Program {
	t.Helper()
	building.Lock()
	defer building.Unlock()
	p := Program{Path: filepath.Join(builds, "incubase"+strings.Join(args, ""))}
	if _, err := os.Stat(p.Path); err == nil {
		return p
	}
	args = append(append([]string{"build"}, args...), "-o", p.Path, "incubase/cmd/incubase")
	if out, err := exec.Command("go", args...).CombinedOutput(); err != nil {
		t.Fatalf("build the program: %v\n%s", err, out)
	}
	return p
}

// Command returns a command of the program, in the environment of the test without settings of the program.
func (p Program) Command(args ...string) *exec.Cmd {
	cmd := exec.Command(p.Path, args...)
	cmd.Env = append(slices.DeleteFunc(os.Environ(), func(kv string) bool { return strings.HasPrefix(kv, "INCUBASE_") }),
		p.Env...)
	return cmd
}

// Run runs a command of the program and returns what it prints.
func (p Program) Run(args ...string) (string, error) {
	out, err := p.Command(args...).CombinedOutput()
	return string(out), err
}

// Folder returns a folder that PostgreSQL's user can reach too.
func Folder(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", "incubase-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// Address returns a loopback address where nothing listens now.
func Address(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

// Postmaster returns the process of PostgreSQL that runs on a data folder, or 0.
func Postmaster(data string) int {
	b, _ := os.ReadFile(filepath.Join(data, "pg", "postmaster.pid"))
	first, _, _ := strings.Cut(string(b), "\n")
	pid, _ := strconv.Atoi(strings.TrimSpace(first))
	return pid
}

// Server is a serving process. Started again, it has the same address, data folder and log.
type Server struct {
	Program
	Data, Address, URL string
	Args               []string // besides --data and --listen
	Starts             int      // how often it was started

	t     testing.TB
	log   string
	mu    sync.Mutex // of what follows
	cmd   *exec.Cmd
	ended chan struct{}
	err   error // of the process that ended
}

// Server returns a server that is not started yet. It is killed when the test ends.
func (p Program) Server(t testing.TB, data string, args ...string) *Server {
	t.Helper()
	s := &Server{Program: p, Data: data, Address: Address(t), Args: args, t: t, log: filepath.Join(t.TempDir(), "log")}
	s.URL = "http://" + s.Address
	t.Cleanup(s.Kill)
	return s
}

// Serve starts a server and waits until it is ready.
func (p Program) Serve(t testing.TB, data string, args ...string) *Server {
	t.Helper()
	s := p.Server(t, data, args...)
	s.Start()
	s.Ready(3 * time.Minute) // with the demonstration, among other tests
	return s
}

// Start starts the process, with additions to its environment, and does not wait until it is ready.
func (s *Server) Start(env ...string) {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	out, err := os.OpenFile(s.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		s.t.Error(err)
		return
	}
	defer func() { _ = out.Close() }()
	cmd := s.Command(append([]string{"serve", "--data", s.Data, "--listen", s.Address}, s.Args...)...)
	cmd.Env = append(cmd.Env, env...)
	cmd.Stdout, cmd.Stderr = out, out
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		s.t.Error("start the server:", err)
		return
	}
	ended := make(chan struct{})
	s.cmd, s.ended = cmd, ended
	s.Starts++
	go func() {
		err := cmd.Wait()
		s.mu.Lock()
		s.err = err
		s.mu.Unlock()
		close(ended)
	}()
}

// Ready waits until the server says on /readyz that it is ready.
func (s *Server) Ready(within time.Duration) {
	s.t.Helper()
	for begun := time.Now(); !s.Healthy(); time.Sleep(min(20*time.Millisecond, time.Since(begun)/100)) {
		if time.Since(begun) > within {
			s.t.Fatalf("the server was not ready within %s:\n%s", within, Tail(s.Log(), 4000))
		}
	}
}

// Healthy reports whether the server is ready now.
func (s *Server) Healthy() bool {
	c := http.Client{Timeout: 2 * time.Second}
	r, err := c.Get(s.URL + "/readyz")
	if err != nil {
		return false
	}
	_ = r.Body.Close()
	return r.StatusCode == http.StatusOK
}

// Until waits for words in the log.
func (s *Server) Until(words string) {
	s.t.Helper()
	for end := time.Now().Add(3 * time.Minute); !strings.Contains(s.Log(), words); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			s.t.Fatalf("%q was not said: %s", words, s.Log())
		}
	}
}

// Log returns what all processes of the server have printed.
func (s *Server) Log() string {
	b, err := os.ReadFile(s.log)
	if err != nil {
		s.t.Error(err)
	}
	return string(b)
}

// Ended returns a channel that is closed when the process that runs now has ended.
func (s *Server) Ended() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ended
}

// PID returns the process that was started last.
func (s *Server) PID() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.cmd.Process.Pid
}

// signal sends a signal to the process, if there is one.
func (s *Server) signal(sig os.Signal) (ended <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cmd == nil {
		none := make(chan struct{})
		close(none)
		return none
	}
	_ = s.cmd.Process.Signal(sig) // it may have ended
	return s.ended
}

// Kill ends the process at once.
func (s *Server) Kill() { <-s.signal(syscall.SIGKILL) }

// Stop ends the process by SIGTERM and returns how it ended. One that does not end in 25 seconds is killed.
func (s *Server) Stop() error {
	select {
	case <-s.signal(syscall.SIGTERM):
	case <-time.After(25 * time.Second):
		s.Kill()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// Memory returns the MiB that the process holds, and the most that it has held.
func (s *Server) Memory() (now, most float64) {
	b, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.PID()))
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

// Tail returns the last n bytes of a text.
func Tail(s string, n int) string { return s[max(0, len(s)-n):] }
