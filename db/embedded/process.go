package embedded

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// own takes the lock of a data folder. The system releases it when the process ends in any way.
func own(dir string) (*os.File, error) {
	path := filepath.Join(dir, "owner.lock")
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the lock of the data folder: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		b, _ := os.ReadFile(path)
		_ = f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("%w: %s (process %s); stop it first, or choose another folder with --data", ErrInUse, dir,
				strings.TrimSpace(string(b)))
		}
		return nil, fmt.Errorf("lock the data folder: %w", err)
	}
	if f.Truncate(0) == nil {
		_, _ = f.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	}
	return f, nil
}

// release unlocks at once. Closing alone would not: a child that another goroutine is forking holds a copy of the
// descriptor, and the lock, until its exec.
func release(lock *os.File) error {
	return errors.Join(syscall.Flock(int(lock.Fd()), syscall.LOCK_UN), lock.Close())
}

type process struct {
	cmd *exec.Cmd
	mu  sync.Mutex
	out bytes.Buffer
}

// Write keeps the last output of the postmaster for error messages.
func (p *process) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.out.Len() > 64<<10 {
		p.out.Reset()
	}
	return p.out.Write(b)
}

func (p *process) lastWords() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	lines := strings.Split(strings.TrimSpace(p.out.String()), "\n")
	return strings.Join(lines[max(0, len(lines)-4):], " | ")
}

// interrupt requests a fast shutdown.
func (p *process) interrupt() { _ = p.cmd.Process.Signal(syscall.SIGINT) }

// launch starts the postmaster, which gets SIGINT when this process dies. The signal follows the forking thread, so
// that thread is kept. Its own process group shields it from the terminal's Ctrl-C.
func launch(bin, data, socket string, who identity, o Options, done chan struct{}) (*process, error) {
	p := &process{}
	p.cmd = exec.Command(filepath.Join(bin, "postgres"), arguments(data, socket, o)...)
	p.cmd.Stdout, p.cmd.Stderr = p, p
	p.cmd.Dir = data
	p.cmd.Env = environment(bin)
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGINT, Credential: who.credential}
	started := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := p.cmd.Start()
		started <- err
		if err == nil {
			_ = p.cmd.Wait()
			close(done)
		}
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start PostgreSQL: %w", err)
	}
	return p, nil
}

func arguments(data, socket string, o Options) []string {
	connections := o.MaxConnections
	if connections == 0 {
		connections = 100
	}
	settings := map[string]string{
		"listen_addresses": "", "unix_socket_directories": socket, "unix_socket_permissions": "0700",
		"max_connections": strconv.Itoa(connections), "shared_buffers": "64MB", "timezone": "UTC", "log_timezone": "UTC",
		"log_min_messages": "warning", "max_wal_size": "1GB", "random_page_cost": "1.1",
	}
	if o.Unsafe {
		for _, k := range []string{"fsync", "full_page_writes", "synchronous_commit"} {
			settings[k] = "off"
		}
	}
	if o.Follow != "" {
		settings["primary_conninfo"] = o.Follow
	}
	args := []string{"-D", data}
	for k, v := range settings {
		args = append(args, "-c", k+"="+v)
	}
	return args
}

// environment returns the environment without variables that would mislead the programs.
func environment(bin string) []string {
	out := []string{"LC_ALL=C.UTF-8", "TZ=UTC"}
	for _, kv := range os.Environ() {
		if !strings.HasPrefix(kv, "PG") && !strings.HasPrefix(kv, "LC_") && !strings.HasPrefix(kv, "TZ=") &&
			!strings.HasPrefix(kv, "LD_LIBRARY_PATH=") {
			out = append(out, kv)
		}
	}
	if lib := filepath.Join(filepath.Dir(bin), "lib"); strings.Contains(bin, fetchedFolder) {
		out = append(out, "LD_LIBRARY_PATH="+lib)
	}
	return out
}

// clearStale removes what a killed postmaster left; the lock is ours. It waits for a postmaster of this cluster that
// is shutting down. A zombie counts as gone (PostgreSQL would take it for alive); an unrelated process with the same
// number is left alone.
func clearStale(data string) error {
	b, err := os.ReadFile(filepath.Join(data, "postmaster.pid"))
	if err != nil {
		return nil
	}
	lines := strings.Split(string(b), "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(lines[0]))
	if err != nil || pid <= 0 {
		return os.Remove(filepath.Join(data, "postmaster.pid"))
	}
	for end := time.Now().Add(30 * time.Second); ours(pid, data); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			return fmt.Errorf("an older PostgreSQL (process %d) still runs on %s; stop it with: kill -INT %d", pid, data, pid)
		}
		_ = syscall.Kill(pid, syscall.SIGINT)
	}
	if len(lines) > 4 && lines[4] != "" {
		_ = os.RemoveAll(lines[4]) // our socket folder
	}
	if err := os.Remove(filepath.Join(data, "postmaster.pid")); err != nil && !os.IsNotExist(err) {
		return fmt.Errorf("clear what a killed PostgreSQL left: %w", err)
	}
	return nil
}

// ours reports whether a live process of that number works in the cluster's folder.
func ours(pid int, data string) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		if _, noProc := os.Stat("/proc/self/stat"); noProc != nil { // without /proc the number must do
			return syscall.Kill(pid, 0) == nil
		}
		return false
	}
	if i := bytes.LastIndexByte(stat, ')'); i < 0 || i+2 >= len(stat) || stat[i+2] == 'Z' {
		return false
	}
	cwd, err := os.Readlink(fmt.Sprintf("/proc/%d/cwd", pid))
	return err == nil && cwd == data
}

// initialize creates the cluster atomically: initdb works aside and the result is renamed.
func initialize(ctx context.Context, bin, data string, who identity) error {
	if _, err := os.Stat(filepath.Join(data, "PG_VERSION")); err == nil {
		return nil
	}
	fresh := data + ".new"
	if err := os.RemoveAll(fresh); err != nil {
		return fmt.Errorf("clear an unfinished cluster: %w", err)
	}
	if err := who.mkdir(fresh); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, filepath.Join(bin, "initdb"), "-D", fresh, "-U", Superuser, "--auth=trust",
		"--locale=C.UTF-8", "--encoding=UTF8", "--data-checksums", "--no-instructions")
	cmd.Env = environment(bin)
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: who.credential}
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w: %s", err, strings.TrimSpace(string(out)))
	}
	return os.Rename(fresh, data)
}
