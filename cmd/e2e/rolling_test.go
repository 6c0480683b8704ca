package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"incubase/cmd/e2e/process"
	"incubase/cmd/incubase/app/apptest"
	"incubase/cmd/incubase/demo"
)

// balancer asks each server on /readyz and uses a ready one, the other only if no connection could be made: nothing is
// sent twice.
type balancer struct {
	backends []*backend
	turn     atomic.Int64
}

type backend struct {
	address string
	ready   atomic.Bool
	proxy   *httputil.ReverseProxy
}

var errNoConnection = errors.New("no connection")

func newBalancer(t *testing.T, addresses ...string) (*balancer, string) {
	t.Helper()
	b := &balancer{}
	for _, a := range addresses {
		b.backends = append(b.backends, newBackend(a))
	}
	stop := make(chan struct{})
	var looking sync.WaitGroup
	for _, x := range b.backends {
		looking.Go(func() { x.look(stop) })
	}
	s := httptest.NewServer(b)
	t.Cleanup(func() { s.Close(); close(stop); looking.Wait() })
	return b, s.URL
}

// haproxy runs HAProxy with the configuration of docs/operating.md.
func haproxy(t *testing.T, addresses ...string) string {
	t.Helper()
	page, err := os.ReadFile("../../docs/operating.md")
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(page), "```\nbackend incubase\n")
	backend, _, ok := strings.Cut(after, "```")
	if !ok {
		t.Fatal("docs/operating.md has no configuration")
	}
	backend = strings.NewReplacer("127.0.0.1:8081", addresses[0], "127.0.0.1:8082", addresses[1]).Replace(backend)
	front := process.Address(t)
	file := t.TempDir() + "/haproxy.cfg"
	text := "defaults\n  mode http\n  timeout connect 2s\n  timeout client 60s\n  timeout server 60s\nfrontend all\n  " +
		"bind " + front +
		"\n  default_backend incubase\nbackend incubase\n" + backend
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("haproxy", "-db", "-f", file)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	apptest.WaitFor(t, "HAProxy", func() bool {
		resp, err := http.Get("http://" + front + "/readyz")
		if err == nil {
			_ = resp.Body.Close()
		}
		return err == nil && resp.StatusCode == http.StatusOK
	})
	return "http://" + front
}

func newBackend(address string) *backend {
	x := &backend{address: address, proxy: httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: address})}
	x.proxy.Transport = &http.Transport{MaxIdleConnsPerHost: 64}
	x.proxy.ErrorHandler = func(w http.ResponseWriter, r *http.Request, err error) {
		var dial *net.OpError
		if errors.As(err, &dial) && dial.Op == "dial" {
			*r.Context().Value(failedKey{}).(*error) = errNoConnection
			return
		}
		http.Error(w, "proxy: "+err.Error(), http.StatusBadGateway)
	}
	return x
}

func (x *backend) look(stop <-chan struct{}) {
	client := &http.Client{Timeout: time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	for {
		resp, err := client.Get("http://" + x.address + "/readyz")
		if err == nil {
			_ = resp.Body.Close()
		}
		x.ready.Store(err == nil && resp.StatusCode == http.StatusOK)
		select {
		case <-stop:
			return
		case <-time.After(100 * time.Millisecond):
		}
	}
}

type failedKey struct{}

func (b *balancer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	for range 100 {
		for range b.backends {
			x := b.backends[int(b.turn.Add(1))%len(b.backends)]
			if !x.ready.Load() {
				continue
			}
			var failed error
			out := r.Clone(context.WithValue(r.Context(), failedKey{}, &failed))
			out.Body = io.NopCloser(bytes.NewReader(body))
			x.proxy.ServeHTTP(w, out)
			if failed == nil {
				return
			}
		}
		time.Sleep(20 * time.Millisecond) // both are restarting, or are said to be
	}
	http.Error(w, "proxy: no server is ready", http.StatusServiceUnavailable)
}

// tally is what the clients saw.
type tally struct {
	mu     sync.Mutex
	took   []time.Duration
	posts  int
	opened []string
	failed []string
}

func (c *tally) note(took time.Duration, post bool, ref, problem string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.took = append(c.took, took)
	if post {
		c.posts++
	}
	if ref != "" {
		c.opened = append(c.opened, ref)
	}
	if problem != "" {
		c.failed = append(c.failed, problem)
	}
}

func (c *tally) count() int { c.mu.Lock(); defer c.mu.Unlock(); return len(c.took) }

// client sends requests, half of them writes under a key, until most are sent.
func (c *tally) client(n, most int, base, org string, token func(string) string) {
	http1 := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 1}, Timeout: 30 * time.Second}
	send := func(method, path, login, key string, body any) (out map[string]any) {
		b, _ := json.Marshal(body)
		r, err := http.NewRequest(method, base+"/api/v1"+path, bytes.NewReader(b))
		if err != nil {
			c.note(0, false, "", err.Error())
			return nil
		}
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", "Bearer "+token(login))
		if key != "" {
			r.Header.Set("Idempotency-Key", key)
		}
		start := time.Now()
		resp, err := http1.Do(r)
		if err != nil {
			c.note(time.Since(start), method == "POST", "", method+" "+path+": "+err.Error())
			return nil
		}
		defer resp.Body.Close()
		all, err := io.ReadAll(resp.Body)
		problem := ""
		if err != nil || resp.StatusCode >= 300 || json.Unmarshal(all, &out) != nil {
			problem = fmt.Sprintf("%s %s: %d %.300s %v", method, path, resp.StatusCode, all, err)
		}
		ref := ""
		if path == "/cases" && method == "POST" {
			ref, _ = out["ref"].(string)
		}
		c.note(time.Since(start), method == "POST", ref, problem)
		return out
	}
	for i := 0; c.count() < most; i++ {
		key := fmt.Sprintf("rolling-%d-%d", n, i)
		ref, _ := send("POST", "/cases", "certifier", key, map[string]any{"workflow": "harbor_application",
			"organization": org})["ref"].(string)
		if ref == "" {
			continue
		}
		send("GET", "/cases/"+ref, "certifier", "", nil)
		send("POST", "/cases/"+ref+"/actions/submit", "certifier", key+"-submit", map[string]any{})
		send("GET", "/cases?limit=5", "officer", "", nil)
	}
}

// TestRollingRestart: two servers on one database behind a proxy are restarted in turn under load; no request fails,
// and each write happens once. `make rolling` sends 20,000 requests, INCUBASE_ROLLING_PROXY=haproxy through HAProxy.
func TestRollingRestart(t *testing.T) { // alone: answers that come late because of other tests would count as failed
	requests, err := strconv.Atoi(os.Getenv("INCUBASE_ROLLING"))
	if err != nil {
		requests = 1200
	}
	s := newSite(t, demo.LoadPeople)
	s.foreign("harbor_application")
	org := s.Want(200, "GET", "/me", "certifier", nil).Body["organization"].(string)
	tokens := map[string]string{"certifier": s.Token("certifier"), "officer": s.Token("officer")}

	folder := process.Folder(t)
	program := process.Build(t)
	program.Env = append(program.Env, "INCUBASE_DATABASE_URL="+s.DB.URL, "INCUBASE_DATABASE_OWNER_URL="+s.DB.OwnerURL,
		"INCUBASE_SIGNING_KEY="+folder+"/signing.key", "INCUBASE_ROW_KEY="+apptest.RowKeyFile(t, folder),
		"INCUBASE_ATTACHMENTS="+folder+"/attachments")
	var servers []*process.Server
	var addresses []string
	for i := range 2 {
		server := program.Serve(t, folder+"/"+strconv.Itoa(i), "--drain-delay", "500ms", "--log-level", "error")
		servers, addresses = append(servers, server), append(addresses, server.Address)
	}
	var url string
	used := func(int) { time.Sleep(500 * time.Millisecond) } // HAProxy does not say when it has looked
	if os.Getenv("INCUBASE_ROLLING_PROXY") == "haproxy" {
		url = haproxy(t, addresses...)
	} else {
		var b *balancer
		b, url = newBalancer(t, addresses...)
		used = func(i int) {
			apptest.WaitFor(t, "the proxy to use a server again", b.backends[i].ready.Load)
		}
	}
	var seen tally
	var clients sync.WaitGroup
	start := time.Now()
	for n := range 8 {
		clients.Go(func() { seen.client(n, requests, url, org, func(login string) string { return tokens[login] }) })
	}
	restarts := 0
	for seen.count() < requests || restarts < 2 {
		server := servers[restarts%2]
		if err := server.Stop(); err != nil {
			t.Errorf("a server that was told to stop: %v\n%s", err, server.Log())
		}
		server.Start()
		server.Ready(time.Minute)
		used(restarts % 2)
		restarts++
	}
	clients.Wait()
	slices.Sort(seen.took)
	t.Logf("%d requests (%d writes) in %v, %d restarts, %d failed; median %v, 99%% %v, slowest %v", len(seen.took),
		seen.posts,
		time.Since(start).Round(time.Millisecond), restarts, len(seen.failed), seen.took[len(seen.took)/2],
		seen.took[len(seen.took)*99/100], seen.took[len(seen.took)-1])
	for i, f := range seen.failed {
		if i < 10 {
			t.Error(f)
		}
	}
	var cases, submitted int
	if err := s.Owner.QueryRow(
		`select count(*), count(*) filter (where state = 'submitted') from cases where workflow = 'harbor_application'`).Scan(
		&cases, &submitted); err != nil {
		t.Fatal(err)
	}
	if cases != len(seen.opened) || submitted != cases {
		t.Errorf("%d cases were opened, there are %d, %d of them submitted", len(seen.opened), cases, submitted)
	}
	s.Verified()
}
