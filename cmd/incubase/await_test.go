package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/lib/pq"

	"incubase/db/dbtest"
)

// TestAStartWaitsForTheDatabase: started before it, as after a power cut, the server says so, and is ready once it is there;
// told not to wait it gives up at once, and so it does where the database says no.
func TestAStartWaitsForTheDatabase(t *testing.T) {
	t.Parallel()
	d := dbtest.Empty(t)
	at, err := pq.NewConfig(d.OwnerURL)
	if err != nil {
		t.Fatal(err)
	}
	gate := dataFolder(t)
	url := fmt.Sprintf("postgres://%s@/%s?host=%s&sslmode=disable", at.User, at.Database, gate)
	for name, c := range map[string]struct {
		url, want string
		args      []string
	}{
		"not to wait":  {url, "", []string{"--database-wait", "0s"}},
		"no such user": {strings.Replace(d.OwnerURL, at.User+"@", "nobody_of_that_name@", 1), "nobody_of_that_name", nil},
	} {
		cmd := program(t, nil, append([]string{"serve", "--data", dataFolder(t), "--listen", "127.0.0.1:0", "--database-url", c.url}, c.args...)...)
		begun := time.Now()
		out, _ := cmd.CombinedOutput()
		if code := cmd.ProcessState.ExitCode(); code != exitFailed || !strings.Contains(string(out), c.want) || strings.Contains(string(out), "waiting for it") || time.Since(begun) > 30*time.Second {
			t.Errorf("%s: exit %d after %s:\n%s", name, code, time.Since(begun), out)
		}
	}
	opened := make(chan net.Listener, 1)
	go func() {
		time.Sleep(1500 * time.Millisecond)
		l, err := net.Listen("unix", filepath.Join(gate, ".s.PGSQL.5432"))
		if err != nil {
			t.Error(err)
		}
		opened <- l
		for {
			near, err := l.Accept()
			if err != nil {
				return
			}
			network, address := "tcp", fmt.Sprintf("%s:%d", at.Host, at.Port)
			if strings.HasPrefix(at.Host, "/") {
				network, address = "unix", fmt.Sprintf("%s/.s.PGSQL.%d", at.Host, at.Port)
			}
			far, err := net.Dial(network, address)
			if err != nil {
				t.Error(err)
				return
			}
			go func() { _, _ = io.Copy(near, far); _ = near.Close() }()
			go func() { _, _ = io.Copy(far, near); _ = far.Close() }()
		}
	}()
	s := serveProcess(t, dataFolder(t), nil, "--database-url", url)
	if said := s.said(); strings.Count(said, "the database is away") != 1 {
		t.Error("it does not say once that it waits: ", said)
	}
	if code, body := s.get(t, "/readyz"); code != http.StatusOK {
		t.Error(code, body)
	}
	_ = (<-opened).Close()
}
