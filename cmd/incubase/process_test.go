package main

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"incubase/cmd/e2e/process"
)

// TestMain lets the test binary be the program.
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

func self() process.Program { return process.Program{Path: os.Args[0], Env: []string{"BE_INCUBASE=1"}} }

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
		{"a port in use", nil, []string{"serve", "--data", process.Folder(t), "--listen", taken.Addr().String()}, exitFailed,
			taken.Addr().String()},
		{"a port of the figures in use", nil, []string{"serve", "--data", process.Folder(t), "--listen", "127.0.0.1:0",
			"--metrics-listen", taken.Addr().String()}, exitFailed, "--metrics-listen"},
		{"an owner's address alone", nil, []string{"migrate", "--database-owner-url", "postgres://x"}, exitUsage,
			"--database-url"},
		{"an address of a standby", nil, []string{"migrate", "--database-url",
			"postgres://x@h1,h2/db?target_session_attrs=standby"}, exitUsage, "--database-url: target_session_attrs=standby"},
		{"an empty host", []string{"INCUBASE_DATABASE_URL=postgres://x@h1,/db"}, []string{"migrate"}, exitUsage,
			"HOST:PORT,HOST:PORT"},
		{"no connection for reading", nil, []string{"serve", "--max-reads", "0"}, exitUsage, "--max-reads"},
		{"no such command", nil, []string{"sevre"}, exitUsage, "sevre"},
		{"a definition that is not sound", nil, []string{"workflow", "check", file}, exitFailed, "unknown field"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			cmd := self().Command(tt.args...)
			cmd.Env = append(cmd.Env, tt.env...)
			out, _ := cmd.CombinedOutput()
			if code := cmd.ProcessState.ExitCode(); code != tt.code || !strings.Contains(string(out), tt.want) {
				t.Errorf("exit %d, want %d; it should name %q:\n%s", code, tt.code, tt.want, out)
			}
		})
	}
}

func TestHelpListsEverySettingWithItsDefault(t *testing.T) {
	t.Parallel()
	out, err := self().Run("serve", "--help")
	if err != nil {
		t.Fatal(err)
	}
	flat := strings.Join(strings.Fields(out), " ")
	for _, want := range []string{"--data", "default: ./data", "INCUBASE_DATA", "--listen", "127.0.0.1:8080",
		"INCUBASE_LISTEN", "--database-url", "--metrics-listen", "--session-idle=30m", "--config"} {
		if !strings.Contains(flat, want) {
			t.Errorf("--help does not say %q", want)
		}
	}
}
