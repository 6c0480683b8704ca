package bench

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lib/pq"
	"github.com/xuri/excelize/v2"

	"incubase/cmd/e2e/process"
	"incubase/db/dbtest/many"
	"incubase/db/embedded"
	"incubase/workflow/credit"
)

const most = 16 // clients

// TestBench prints the table of docs/performance.md for each number of cases. The ordinary run only tries the
// measuring itself, with few cases.
//
// INCUBASE_BENCH=10000,100000     numbers of cases
// INCUBASE_BENCH_BINARY=PATH      program to measure; default: one built from here
// INCUBASE_BENCH_SECONDS=5        time of each row
// INCUBASE_BENCH_DATA=DIR         keeps filled databases for the next run
// INCUBASE_BENCH_OUT=FILE         copy of the table
func TestBench(t *testing.T) {
	sizes, each, out := []string{"1000"}, 100*time.Millisecond, io.Writer(os.Stdout)
	if s := os.Getenv("INCUBASE_BENCH"); s != "" {
		sizes, each = strings.Split(s, ","), 5*time.Second
	}
	if s, err := strconv.Atoi(os.Getenv("INCUBASE_BENCH_SECONDS")); err == nil {
		each = time.Duration(s) * time.Second
	}
	if name := os.Getenv("INCUBASE_BENCH_OUT"); name != "" {
		f, err := os.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = f.Close() }()
		out = io.MultiWriter(out, f)
	}
	var before []row
	for _, size := range sizes {
		n, err := strconv.Atoi(size)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(size, func(t *testing.T) { before = measure(t, out, n, each, before) })
	}
}

// row is a line of the table. Times are in milliseconds, processor time in microseconds a request.
type row struct {
	*work
	clients                             int
	rate, p50, p99, server, pg, kb      float64
	floor, floorPG, floorP50, smallRate float64
}

func (x row) String() string {
	cell := func(n float64, digits int) string {
		if n == 0 {
			return ""
		}
		return strconv.FormatFloat(n, 'f', digits, 64)
	}
	share := 0.0
	if x.floor > 0 {
		share = x.rate / x.floor
	}
	smaller := 0.0
	if x.smallRate > 0 {
		smaller = x.rate / x.smallRate
	}
	return "| " + strings.Join([]string{x.name, strconv.Itoa(x.clients), cell(x.rate, 0), cell(x.p50, 1), cell(x.p99, 1),
		cell(x.server, 0),
		cell(x.pg, 0), cell(x.kb, 1), cell(x.floor, 0), cell(share, 2), cell(x.goal, 2), cell(x.floorP50, 2),
		cell(smaller, 2)}, " | ") + " |"
}

func measure(t *testing.T, out io.Writer, n int, each time.Duration, before []row) (rows []row) {
	dir := folder(t, n)
	p := startPostgres(t, dir)
	server, owner := p.url(embedded.ServerRole), p.connect(t, embedded.OwnerRole)
	filled := filepath.Join(dir, "filled")
	if _, err := os.Stat(filled); err != nil {
		s, _ := serve(t, dir, server, p.url(embedded.OwnerRole), "--demo")
		_ = s.Stop()
		at := time.Now()
		if err := many.Fill(t.Context(), many.Options{URL: p.url(embedded.Superuser), Cases: n, Home: home}); err != nil {
			t.Fatal(err)
		}
		// notices of the demonstration's awards are over then
		if _, err := owner.Exec("update domain_clock set microseconds = microseconds + 7 * 86400000000"); err != nil {
			t.Fatal(err)
		}
		t.Logf("%d cases in %s", n, time.Since(at).Round(time.Second))
		if err := os.WriteFile(filled, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var starts []float64
	for range 5 {
		s, took := serve(t, dir, server, p.url(embedded.OwnerRole))
		starts = append(starts, took.Seconds()*1000)
		_ = s.Stop()
	}
	slices.Sort(starts)
	hot := prepareFloors(t, p)
	s, _ := serve(t, dir, server, p.url(embedded.OwnerRole))
	m := newCrowd(t, owner)
	say := func(format string, args ...any) { _, _ = fmt.Fprintf(out, format+"\n", args...) }
	say("\n### %d cases\n\n| work | clients | a second | p50 ms | p99 ms | server us | PostgreSQL us | KB | floor a "+
		"second | of the floor | goal "+
		"| floor ms | of the size before |\n|%s", n, strings.Repeat(" --- |", 13))
	for _, w := range m.works() {
		for _, clients := range []int{1, most} {
			x := row{work: w, clients: clients}
			x.measure(t, p, s, each)
			x.floor, x.floorPG, x.floorP50 = pgbench(t, p, w.floor, clients, hot, each)
			if len(rows) < len(before) {
				x.smallRate = before[len(rows)].rate
			}
			rows = append(rows, x)
			say("%s", x)
		}
	}
	_, held := s.Memory()
	say("\n- Start beside a running database: %.0f ms (median of %d), memory at most %.0f MiB, binary %.1f MiB.",
		starts[len(starts)/2], len(starts), held, size(t))
	say("- Awards: %s.", m.bulk(t, newClient(s.Address), owner))
	_ = s.Stop()
	say("- Import of organizations: %s.", imports(t, p, dir, each < time.Second))
	return rows
}

// measure runs concurrent clients, after a third of the time to warm up.
func (x *row) measure(t *testing.T, p *postgres, s *process.Server, each time.Duration) {
	t.Helper()
	turn := make([]int, x.clients)
	x.burst(t, s, turn, each/3)
	own, pg := cpu(s), p.cpu()
	took, size := x.burst(t, s, turn, each)
	if len(took) == 0 {
		t.Fatalf("%s: nothing was done", x.name)
	}
	n := float64(len(took))
	x.server, x.pg = float64((cpu(s)-own).Microseconds())/n, float64((p.cpu()-pg).Microseconds())/n
	slices.Sort(took)
	x.rate, x.kb = n/each.Seconds(), float64(size)/n/1024
	x.p50, x.p99 = took[len(took)/2].Seconds()*1000, took[len(took)*99/100].Seconds()*1000
}

func (x *row) burst(t *testing.T, s *process.Server, turn []int, each time.Duration) (took []time.Duration,
	size int64) {
	t.Helper()
	var mu sync.Mutex
	var all sync.WaitGroup
	for who := range turn {
		all.Go(func() {
			c := newClient(s.Address)
			defer c.CloseIdleConnections()
			var mine []time.Duration
			var err error
			for end := time.Now().Add(each); err == nil && time.Now().Before(end); turn[who]++ {
				at := time.Now()
				if err = x.do(c, who, turn[who]); err == nil {
					mine = append(mine, time.Since(at))
				}
			}
			mu.Lock()
			defer mu.Unlock()
			took, size = append(took, mine...), size+c.bytes
			if err != nil {
				t.Errorf("%s: %v", x.name, err)
			}
		})
	}
	all.Wait()
	return took, size
}

func folder(t *testing.T, n int) string {
	t.Helper()
	dir, err := os.Getenv("INCUBASE_BENCH_DATA"), error(nil)
	if dir != "" {
		dir = filepath.Join(dir, strconv.Itoa(n))
		err = os.MkdirAll(dir, 0o755)
	} else if dir, err = os.MkdirTemp("/tmp", "incubase-bench-"); err == nil {
		t.Cleanup(func() { _ = os.RemoveAll(dir) })
		err = os.Chmod(dir, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func script(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("floors", name+".sql"))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// prepareFloors creates the floors' tables and returns their number of cases.
func prepareFloors(t *testing.T, p *postgres) (hot int) {
	t.Helper()
	super := p.connect(t, embedded.Superuser)
	if _, err := super.Exec(script(t, "prepare")); err != nil {
		t.Fatal(err)
	}
	var columns pq.StringArray
	if err := super.QueryRow(`select array_agg(attname::text), (select count(*) from floor.hot) from pg_attribute
		where attrelid = 'cases'::regclass and attnum > 0 and not attisdropped`).Scan(&columns, &hot); err != nil {
		t.Fatal(err)
	}
	if _, err := super.Exec(strings.ReplaceAll(script(t, "fill"), ":columns", strings.Join(columns, ", "))); err != nil {
		t.Fatal(err)
	}
	return hot
}

var (
	tps     = regexp.MustCompile(`(?m)^tps = ([0-9.]+)`)
	latency = regexp.MustCompile(`(?m)^latency average = ([0-9.]+) ms`)
)

// pgbench returns a floor's rate, PostgreSQL's processor time and the time of each.
func pgbench(t *testing.T, p *postgres, name string, clients, hot int, each time.Duration) (rate, us, ms float64) {
	t.Helper()
	program := programOf("pgbench")
	if program == "" {
		t.Log("no pgbench, so no floors: Debian has it in postgresql-contrib or in postgresql-15 itself")
		return 0, 0, 0
	}
	cpu, seconds, long := p.cpu(), max(1, int(each.Seconds())), []string{"-t", "5"} // -t 5 only tries that it runs
	if each >= time.Second {
		long = []string{"-T", strconv.Itoa(seconds)}
	}
	cmd := exec.Command(program, append(long, "-n", "-M", "prepared", "-c", strconv.Itoa(clients), "-j", "2",
		"-D", "hot="+strconv.Itoa(hot), "-f", filepath.Join("floors", name+".sql"), p.url(embedded.ServerRole))...)
	cmd.Env = append(os.Environ(), "PGOPTIONS=-c jit=off -c timezone=UTC -c plan_cache_mode=force_generic_plan")
	out, err := cmd.CombinedOutput()
	found, took := tps.FindSubmatch(out), latency.FindSubmatch(out)
	if err != nil || found == nil || took == nil {
		t.Fatalf("pgbench: %v\n%.3000s", err, out)
	}
	rate, _ = strconv.ParseFloat(string(found[1]), 64)
	ms, _ = strconv.ParseFloat(string(took[1]), 64)
	return rate, float64((p.cpu() - cpu).Microseconds()) / (rate * float64(seconds)), ms
}

func programOf(name string) string {
	if path, err := exec.LookPath(name); err == nil {
		return path
	}
	if found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name); len(found) > 0 {
		return found[len(found)-1]
	}
	return ""
}

func size(t *testing.T) float64 {
	t.Helper()
	i, err := os.Stat(build(t).Path)
	if err != nil {
		t.Fatal(err)
	}
	return float64(i.Size()) / (1 << 20)
}

// imports measures a table of organizations and one of ten times as many.
func imports(t *testing.T, p *postgres, dir string, few bool) string {
	t.Helper()
	counts := []int{1000, 10_000}
	if few {
		counts = []int{10, 100}
	}
	var said []string
	serial := int(time.Now().Unix()) % 100_000 * 1000
	for _, n := range counts {
		f := excelize.NewFile()
		_ = f.SetSheetRow("Sheet1", "A1", &[]string{"name", "kind", "credit_code", "region"})
		for i := range n {
			serial++
			_ = f.SetSheetRow("Sheet1", "A"+strconv.Itoa(i+2), &[]string{fmt.Sprintf("第%d号导入社工中心", serial), "service_org",
				credit.Generate("52", home, serial), home})
		}
		file := filepath.Join(dir, "organizations.xlsx")
		if err := f.SaveAs(file); err != nil {
			t.Fatal(err)
		}
		cmd := build(t).Command("import", "organizations", file, "--data", filepath.Join(dir, "data"),
			"--database-url", p.url(embedded.ServerRole), "--database-owner-url", p.url(embedded.OwnerRole))
		at := time.Now()
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Errorf("import: %v\n%.2000s", err, out)
		}
		said = append(said, fmt.Sprintf("%d in %.1f s with at most %.0f MiB", n, time.Since(at).Seconds(), peak(cmd)))
	}
	return strings.Join(said, ", ")
}
