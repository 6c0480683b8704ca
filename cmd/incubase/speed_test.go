package main

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
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

	"incubase/cmd/incubase/demo"
	"incubase/db"
	"incubase/workflow"
)

// TestSpeedOfTheProcess measures the program as it is shipped, as a process of its own beside a running PostgreSQL, over
// kept HTTP connections: requests a second, processor time of the server and of PostgreSQL for each, against a floor that
// pgbench drives in the same run with the very statements that the request sends; then memory at 64 busy connections, and
// the time from exec to readiness. SPEED is the number of cases (make bench-http SPEED=100000); the figures are printed,
// and what must hold on any machine is asserted.
func TestSpeedOfTheProcess(t *testing.T) {
	said := os.Getenv("SPEED")
	if said == "" {
		t.Skip("a measurement: make bench-http, or SPEED=20000")
	}
	n, err := strconv.Atoi(said)
	if err != nil {
		t.Fatal("SPEED is a number of cases:", err)
	}
	s := newSite(t, demo.Load)
	s.multiply(n)
	b := newBench(t, s)
	t.Run("start", b.start)
	t.Run("reads", b.reads)
	t.Run("memory", b.memory)
}

// bench is the shipped program at work on a site's database.
type bench struct {
	*site
	program string
	floors  *recorded
	hot     []string // references of cases that take turns in being suspended and resumed
}

func newBench(t *testing.T, s *site) *bench {
	b := &bench{site: s, program: filepath.Join(t.TempDir(), "incubase"), floors: overhear(t, s)}
	build := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", b.program, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	if _, err := s.owner.Exec("analyze"); err != nil { // as an installation that has run for a minute
		t.Fatal(err)
	}
	if err := s.owner.QueryRow(`select array_to_string(array_agg(ref), ' ') from (select ref from cases where ref like 'GA-2001-%' and place like '%/funded'
		and county = '230302' order by ref limit 640) x`).Scan(newWords(&b.hot)); err != nil || len(b.hot) < 64 {
		t.Fatal("hot cases:", len(b.hot), err)
	}
	return b
}

// newWords scans words parted by blanks.
func newWords(into *[]string) *words { return &words{into} }

type words struct{ into *[]string }

func (w *words) Scan(v any) error {
	*w.into = strings.Fields(fmt.Sprintf("%s", v))
	return nil
}

// run starts the program and tells how long it took from exec until /readyz said 200.
func (b *bench) run(t *testing.T) (address string, pid int, ready time.Duration) {
	t.Helper()
	address = freeAddress(t)
	cmd := exec.Command(b.program, "serve", "--database-url", b.db.URL, "--database-owner-url", b.db.OwnerURL, "--data", dataFolder(t), "--listen", address,
		"--session-idle", "12h", "--log-format", "json")
	log, err := os.Create(filepath.Join(t.TempDir(), "log")) // as under systemd: to a file, not to a reader of ours
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout, cmd.Stderr = log, log
	begun := time.Now()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Signal(syscall.SIGTERM); _ = cmd.Wait(); _ = log.Close() })
	for time.Since(begun) < time.Minute {
		r, err := http.Get("http://" + address + "/readyz")
		if err == nil {
			_ = r.Body.Close()
			if r.StatusCode == http.StatusOK {
				return address, cmd.Process.Pid, time.Since(begun)
			}
		}
		time.Sleep(2 * time.Millisecond)
	}
	text, _ := os.ReadFile(log.Name())
	t.Fatalf("not ready: %s", text)
	return "", 0, 0
}

func (b *bench) start(t *testing.T) {
	took := make([]time.Duration, 7)
	for i := range took {
		t.Run(strconv.Itoa(i), func(t *testing.T) { _, _, took[i] = b.run(t) })
	}
	slices.Sort(took)
	t.Logf("from exec to readiness beside a running database, seven times: %s", took)
}

// wants is a request as it goes over the wire.
func (b *bench) wants(method, path, login, extra, body string) []byte {
	return []byte(method + " " + path + " HTTP/1.1\r\nHost: x\r\nAccept-Language: zh\r\nAuthorization: Bearer " + b.token(login) + "\r\n" + extra +
		"Content-Type: application/json\r\nContent-Length: " + strconv.Itoa(len(body)) + "\r\n\r\n" + body)
}

// wire is a kept connection that knows just enough of HTTP: a client that costs little beside what it measures.
type wire struct {
	net.Conn
	r *bufio.Reader
}

func dialWire(address string) (*wire, error) {
	c, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	return &wire{c, bufio.NewReaderSize(c, 64<<10)}, nil
}

// ask sends a request and reads its answer: the status, and the ETag.
func (w *wire) ask(request []byte) (status int, etag string, err error) {
	if _, err := w.Write(request); err != nil {
		return 0, "", err
	}
	line, err := w.r.ReadSlice('\n')
	if err != nil || len(line) < 12 {
		return 0, "", cmp.Or(err, io.ErrUnexpectedEOF)
	}
	status, _ = strconv.Atoi(string(line[9:12]))
	length, chunked := 0, false
	for {
		line, err := w.r.ReadSlice('\n')
		if err != nil {
			return status, etag, err
		}
		if len(line) <= 2 {
			break
		}
		if name, value, _ := strings.Cut(string(line), ":"); strings.EqualFold(name, "Content-Length") {
			length, _ = strconv.Atoi(strings.TrimSpace(value))
		} else if strings.EqualFold(name, "ETag") {
			etag = strings.TrimSpace(value)
		} else if strings.EqualFold(name, "Transfer-Encoding") {
			chunked = true
		}
	}
	if !chunked {
		_, err = w.r.Discard(length)
		return status, etag, err
	}
	for {
		line, err := w.r.ReadSlice('\n')
		if err != nil {
			return status, etag, err
		}
		size, err := strconv.ParseInt(strings.TrimSpace(string(line)), 16, 64)
		if err != nil {
			return status, etag, err
		}
		if _, err := w.r.Discard(int(size) + 2); err != nil || size == 0 {
			return status, etag, err
		}
	}
}

// load sends what next makes over so many connections for a while, and tells how many were answered as wanted, and how long
// the slowest hundredth took.
func load(t *testing.T, address string, clients int, length time.Duration, want int, next func(client, i int) []byte) (did int, p50, p99 time.Duration) {
	t.Helper()
	var wg sync.WaitGroup
	took, errs, end := make([][]time.Duration, clients), make([]error, clients), time.Now().Add(length)
	for k := range clients {
		wg.Add(1)
		go func() {
			defer wg.Done()
			w, err := dialWire(address)
			if err != nil {
				errs[k] = err
				return
			}
			defer w.Close()
			for i := 0; i%2 == 1 || time.Now().Before(end); i++ { // acts come in pairs
				request, begun := next(k, i), time.Now()
				status, _, err := w.ask(request)
				if err != nil || status != want {
					errs[k] = fmt.Errorf("answered %d, want %d: %w", status, want, err)
					return
				}
				took[k] = append(took[k], time.Since(begun))
			}
		}()
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			t.Fatal(err)
		}
	}
	all := slices.Concat(took...)
	slices.Sort(all)
	return len(all), all[len(all)/2], all[len(all)*99/100]
}

// same sends one request again and again.
func same(request []byte) func(int, int) []byte { return func(int, int) []byte { return request } }

const (
	heat    = time.Second
	measure = 4 * time.Second
)

// reads measures each kind of read, and an act, at 16 clients.
func (b *bench) reads(t *testing.T) {
	address, pid, _ := b.run(t)
	ref := b.hot[len(b.hot)-1]
	rows := []struct{ name, path, login string }{
		{"case", "/api/v1/cases/" + ref, "officer"}, {"case with time line", "/api/v1/cases/" + ref + "/events", "officer"},
		{"list of 50", "/api/v1/cases", "officer"}, {"list of 50, deep", "/api/v1/cases?cursor=" + b.deep(t), "officer"},
		{"board", "/api/v1/board?region=230302", "officer"},
	}
	for _, row := range rows {
		plain := b.wants("GET", row.path, row.login, "", "")
		w, err := dialWire(address)
		if err != nil {
			t.Fatal(err)
		}
		status, etag, err := w.ask(plain)
		_ = w.Close()
		if err != nil || status != http.StatusOK {
			t.Fatal(row.name, status, err)
		}
		floor := b.floors.floor(t, b, row.path, row.login)
		b.measure(t, row.name, address, pid, 200, floor, same(plain))
		b.measure(t, row.name+", unchanged", address, pid, 304, 0, same(b.wants("GET", row.path, row.login, "If-None-Match: "+etag+"\r\n", "")))
	}
	share := len(b.hot) / 16
	b.measure(t, "act", address, pid, 200, 0, func(client, i int) []byte {
		act := []string{"suspend", "resume"}[i%2]
		return b.wants("POST", "/api/v1/cases/"+b.hot[client*share+i/2%share]+"/actions/"+act, "decider", "Idempotency-Key: "+workflow.NewID(time.Now())+"\r\n", `{"note":"核查"}`)
	})
}

// deep is a cursor a thousand rows down.
func (b *bench) deep(t *testing.T) string {
	cursor := ""
	for range 5 {
		a := b.send("GET", "/cases?limit=200&cursor="+cursor, "officer", nil, nil)
		next, ok := a.body["next"].(string)
		if !ok {
			break
		}
		cursor = next
	}
	if cursor == "" {
		t.Fatal("there is no deep page")
	}
	return cursor
}

func (b *bench) measure(t *testing.T, name, address string, pid, want int, floor float64, next func(int, int) []byte) {
	t.Helper()
	load(t, address, 16, heat, want, next)
	before, own, pg, begun := mallocs(t, address), processCPU(pid), b.backendCPU(t), time.Now()
	did, p50, p99 := load(t, address, 16, measure, want, next)
	rate := float64(did) / time.Since(begun).Seconds()
	each := func(d time.Duration) float64 { return float64(d.Microseconds()) / float64(did) }
	ownTook, pgTook := processCPU(pid)-own, b.backendCPU(t)-pg
	after := mallocs(t, address)
	of := ""
	if floor > 0 {
		of = fmt.Sprintf("floor %6.0f/s  of floor %.2f", floor, rate/floor)
	}
	t.Logf("%-32s %7.0f/s  p50 %6.2f ms  p99 %6.2f ms  server %5.0f us  %5.0f allocations %6.1f KB  PostgreSQL %5.0f us  %s", name, rate,
		p50.Seconds()*1000, p99.Seconds()*1000, each(ownTook), (after[0]-before[0])/float64(did), (after[1]-before[1])/float64(did)/1024, each(pgTook), of)
}

// processCPU is the processor time of a process.
func processCPU(pid int) time.Duration {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	f := strings.Fields(string(b[strings.LastIndexByte(string(b), ')')+2:]))
	user, _ := strconv.Atoi(f[11])
	system, _ := strconv.Atoi(f[12])
	return time.Duration(user+system) * 10 * time.Millisecond
}

// backendCPU is the processor time of the database's sessions; 0 where the kernel does not tell.
func (b *bench) backendCPU(t *testing.T) (sum time.Duration) {
	t.Helper()
	rows, err := b.owner.Query(`select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var pid int
		if err := rows.Scan(&pid); err != nil {
			t.Fatal(err)
		}
		var ns int64
		if s, err := os.ReadFile(fmt.Sprintf("/proc/%d/schedstat", pid)); err == nil {
			_, _ = fmt.Sscan(string(s), &ns)
		}
		sum += time.Duration(ns)
	}
	return sum
}

// mallocs are the program's allocations so far, and their bytes.
func mallocs(t *testing.T, address string) (of [2]float64) {
	t.Helper()
	r, err := http.Get("http://" + address + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	for s := bufio.NewScanner(r.Body); s.Scan(); {
		for i, name := range []string{"go_memstats_mallocs_total ", "go_memstats_alloc_bytes_total "} {
			if v, ok := strings.CutPrefix(s.Text(), name); ok {
				of[i], _ = strconv.ParseFloat(v, 64)
			}
		}
	}
	return of
}

// memory keeps 64 connections busy with lists, cases, acts and pages, and prints what the process holds.
func (b *bench) memory(t *testing.T) {
	length := 20 * time.Second
	if s := os.Getenv("SPEED_BUSY"); s != "" {
		var err error
		if length, err = time.ParseDuration(s); err != nil {
			t.Fatal("SPEED_BUSY is a duration:", err)
		}
	}
	address, pid, _ := b.run(t)
	begun := resident(pid)
	ref, share := b.hot[len(b.hot)-1], len(b.hot)/64
	var requests [][]byte
	for _, path := range []string{"/api/v1/cases", "/api/v1/cases/" + ref, "/api/v1/cases/" + ref + "/events", "/api/v1/board?region=230302", "/api/v1/cases?limit=200"} {
		requests = append(requests, b.wants("GET", path, "officer", "", ""))
	}
	for _, path := range []string{"/cases", "/cases/" + ref, "/board", "/"} {
		requests = append(requests, []byte("GET "+path+" HTTP/1.1\r\nHost: x\r\nAccept-Language: zh\r\nCookie: incubase="+b.token("officer")+"\r\n\r\n"))
	}
	acts := b.wants("POST", "/api/v1/cases/%s/actions/%s", "decider", "Idempotency-Key: %s\r\n", `{"note":"核查"}`)
	over, most := make(chan struct{}), make(chan int)
	go func() {
		peak := 0
		for {
			select {
			case <-over:
				most <- peak
				return
			case <-time.After(100 * time.Millisecond):
				peak = max(peak, resident(pid))
			}
		}
	}()
	did, _, p99 := load(t, address, 64, length, 200, func(client, i int) []byte {
		if k := i % 12; k < 10 {
			return requests[(client+k)%len(requests)]
		}
		act := []string{"suspend", "resume"}[i%12-10]
		return fmt.Appendf(nil, string(acts), b.hot[client*share+i/12%share], act, workflow.NewID(time.Now()))
	})
	close(over)
	peak := <-most
	t.Logf("memory: %d MB at the start; 64 connections, %d requests in %s (p99 %s): at most %d MB, then %s", begun>>10, did, length, p99, peak>>10, memoryOf(pid))
}

// resident is what a process holds of the memory, in KB.
func resident(pid int) int {
	b, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	for line := range strings.Lines(string(b)) {
		if v, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			n, _ := strconv.Atoi(strings.Fields(v)[0])
			return n
		}
	}
	return 0
}

// memoryOf says what it is made of.
func memoryOf(pid int) string {
	b, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	var out []string
	for line := range strings.Lines(string(b)) {
		if strings.HasPrefix(line, "VmRSS:") || strings.HasPrefix(line, "RssAnon:") || strings.HasPrefix(line, "RssFile:") || strings.HasPrefix(line, "VmHWM:") {
			out = append(out, strings.Join(strings.Fields(line), " "))
		}
	}
	return strings.Join(out, ", ")
}

// recorded is the very work of a request in the database: a server in this process whose lines to the database are read.
type recorded struct {
	line *lineReader
	h    http.Handler
}

func overhear(t *testing.T, s *site) *recorded {
	t.Helper()
	line := &lineReader{texts: map[string]string{}}
	d, err := db.Open(t.Context(), db.Options{URL: s.db.URL, Dialer: line, MaxReads: 1, MaxWrites: 1, Log: s.in.log})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	in := &installation{db: d, log: s.in.log}
	if err := in.wire(t.Context()); err != nil {
		t.Fatal(err)
	}
	c := &serveCommand{SessionIdle: time.Hour, SessionAbsolute: time.Hour}
	found := sessions{d, db.SessionLimits{Idle: time.Hour, Absolute: time.Hour}}
	files, err := d.NewFiles(t.TempDir(), db.DefaultFileLimits)
	if err != nil {
		t.Fatal(err)
	}
	h, err := c.handler(in, files, found, newLive(in, found), func() {})
	if err != nil {
		t.Fatal(err)
	}
	return &recorded{line, h}
}

// floor is how many times a second PostgreSQL alone carries out what a request asks of it: pgbench, prepared, 16 clients.
// 0 where there is no pgbench.
func (r *recorded) floor(t *testing.T, b *bench, path, login string) float64 {
	t.Helper()
	program := pgbench()
	if program == "" {
		return 0
	}
	for range 2 { // statements are prepared at their first use
		r.line.reset()
		q := httptest.NewRequestWithContext(context.Background(), "GET", path, nil)
		q.Header.Set("Authorization", "Bearer "+b.token(login))
		w := httptest.NewRecorder()
		r.h.ServeHTTP(w, q)
		if w.Code != http.StatusOK {
			t.Fatal(path, w.Code, w.Body)
		}
	}
	script, args := r.line.script()
	file := filepath.Join(t.TempDir(), "floor.sql")
	if err := os.WriteFile(file, []byte(script), 0o600); err != nil {
		t.Fatal(err)
	}
	args = append([]string{"-n", "-M", "prepared", "-c", "16", "-j", "2", "-T", "4", "-f", file}, append(args, b.db.URL)...)
	cmd := exec.Command(program, args...)
	cmd.Env = append(os.Environ(), "PGOPTIONS=-c plan_cache_mode=force_generic_plan -c jit=off -c timezone=UTC")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("pgbench: %v\n%s\n%s", err, out, script)
	}
	for line := range strings.Lines(string(out)) {
		if v, ok := strings.CutPrefix(line, "tps = "); ok {
			rate, _ := strconv.ParseFloat(strings.Fields(v)[0], 64)
			return rate
		}
	}
	t.Fatalf("pgbench: %s", out)
	return 0
}

// pgbench is where Debian and the path have it, "" where nothing does.
func pgbench() string {
	if path, err := exec.LookPath("pgbench"); err == nil {
		return path
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/pgbench")
	if len(found) == 0 {
		return ""
	}
	return found[len(found)-1]
}
