package e2e

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/lib/pq"

	"incubase/cmd/e2e/process"
	"incubase/db/dbtest"
)

// TestAStartWaitsForTheDatabase: a server that starts before its database says so and waits. It gives up at once when
// told not to wait, or when the database refuses it.
func TestAStartWaitsForTheDatabase(t *testing.T) {
	t.Parallel()
	at, err := pq.NewConfig(dbtest.Empty(t).OwnerURL)
	if err != nil {
		t.Fatal(err)
	}
	through := func(user, host string, port uint16) string {
		words := fmt.Sprintf("user='%s' dbname='%s' host='%s' port=%d sslmode=disable", user, at.Database, host, port)
		if at.Password != "" {
			words += fmt.Sprintf(" password='%s'", at.Password)
		}
		return words
	}
	gate := process.Folder(t)
	for name, c := range map[string]struct {
		url, want string
		args      []string
	}{
		"not to wait":  {through(at.User, gate, 5432), gate, []string{"--database-wait", "0s"}},
		"no such user": {through("nobody_of_that_name", at.Host, at.Port), "nobody_of_that_name", nil},
	} {
		cmd := process.Build(t).Command(append([]string{"serve", "--data", process.Folder(t), "--listen", "127.0.0.1:0",
			"--database-url", c.url}, c.args...)...)
		late := time.AfterFunc(40*time.Second, func() { _ = cmd.Process.Kill() })
		out, _ := cmd.CombinedOutput()
		late.Stop()
		if code := cmd.ProcessState.ExitCode(); code != failed || !strings.Contains(string(out), c.want) ||
			strings.Contains(string(out), "waiting for it") {
			t.Errorf("%s: exit %d, it should name %s:\n%s", name, code, c.want, out)
		}
	}

	s := process.Build(t).Server(t, process.Folder(t), "--database-url", through(at.User, gate, 5432))
	s.Start()
	s.Until("the database is away")
	if code, body := s.Get("/healthz"); code != http.StatusOK {
		t.Error("/healthz of a start that waits: ", code, body)
	}
	if code, body := s.Get("/readyz"); code != http.StatusServiceUnavailable || !strings.Contains(body, "正在启动") {
		t.Error("/readyz of a start that waits: ", code, body)
	}
	l, err := net.Listen("unix", filepath.Join(gate, ".s.PGSQL.5432"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	network, address := "tcp", net.JoinHostPort(at.Host, strconv.Itoa(int(at.Port)))
	if strings.HasPrefix(at.Host, "/") {
		network, address = "unix", fmt.Sprintf("%s/.s.PGSQL.%d", at.Host, at.Port)
	}
	go func() {
		for near, err := l.Accept(); err == nil; near, err = l.Accept() {
			far, err := net.Dial(network, address)
			if err != nil {
				_ = near.Close()
				continue
			}
			go func() { _, _ = io.Copy(near, far); _ = near.Close() }()
			go func() { _, _ = io.Copy(far, near); _ = far.Close() }()
		}
	}()
	s.Until("is ready")
	if said := s.Log(); strings.Count(said, "the database is away") != 1 {
		t.Error("it does not say once that it waits: ", said)
	}
	if code, body := s.Get("/readyz"); code != http.StatusOK {
		t.Error(code, body)
	}
}
