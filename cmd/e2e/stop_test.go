package e2e

import (
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"incubase/cmd/e2e/process"
)

func TestMain(m *testing.M) { process.Main(m) }

const failed = 1

// TestStopsAndRecovers: SIGTERM stops in order; after kill -9 of server and database the next start recovers; a second
// start on the folder is refused and harmless; tools use the running server.
func TestStopsAndRecovers(t *testing.T) {
	t.Parallel()
	dir := process.Folder(t)
	file := filepath.Join(dir, "settings.yaml")
	if err := os.WriteFile(file, []byte("log-format: text\nlog-level: error\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	// Flags win over variables, variables over the file.
	program := process.Build(t)
	first := program.Server(t, dir, "--log-format", "json")
	first.Start("INCUBASE_CONFIG="+file, "INCUBASE_LOG_LEVEL=info")
	first.Ready(3 * time.Minute)
	if code, body := first.Get("/readyz"); code != http.StatusOK || !strings.Contains(body, "ok") {
		t.Fatal(code, body)
	}
	if !strings.Contains(first.Log(), `"level":"INFO"`) {
		t.Error("flag, variable and file do not take precedence in that order:", first.Log())
	}
	second := program.Command("serve", "--data", dir, "--listen", "127.0.0.1:0")
	out, _ := second.CombinedOutput()
	if second.ProcessState.ExitCode() != failed || !strings.Contains(string(out), strconv.Itoa(first.PID())) {
		t.Errorf("a second start: %s", out)
	}
	if out, err := program.Run("audit", "verify", "--data", dir); err != nil {
		t.Errorf("verify beside the running server: %v %s", err, out)
	}
	if code, _ := first.Get("/healthz"); code != http.StatusOK {
		t.Fatal("the first server was disturbed:", code)
	}
	if err := first.Stop(); err != nil {
		t.Errorf("TERM: %v %s", err, first.Log())
	}
	if process.Postmaster(dir) != 0 {
		t.Error("the database was not stopped in order")
	}

	third := program.Serve(t, dir)
	pid := process.Postmaster(dir)
	_ = syscall.Kill(third.PID(), syscall.SIGKILL)
	_ = syscall.Kill(pid, syscall.SIGKILL)
	third.Kill()
	fourth := program.Serve(t, dir)
	if code, body := fourth.Get("/readyz"); code != http.StatusOK {
		t.Fatal("after kill -9 of everything:", code, body)
	}
	if out, err := program.Run("check", "--data", dir); err != nil {
		t.Errorf("check: %v %s", err, out)
	}
}
