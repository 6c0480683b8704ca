package scale

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"incubase/db/dbtest"
	"incubase/db/dbtest/many"
	"incubase/db/embedded"
)

// TestScale measures every kind of request among many cases, at several numbers of clients, each beside its floor, and
// prints tables for docs/performance.md. Nothing may go wrong meanwhile, and the boards must be exact at the end.
//
//	INCUBASE_SCALE=10000,100000   how many cases; none: a few, for a moment each, which only tries the measuring itself
//	INCUBASE_SCALE_SECONDS=3      how long each row is measured
//	INCUBASE_SCALE_DATA=DIR       keeps filled databases there, and takes them from there
//	INCUBASE_SCALE_OUT=FILE       writes the tables there too
//	INCUBASE_SCALE_ROWS=WORD      only rows whose name has it; -: none, the cases are made and verified
func TestScale(t *testing.T) {
	sizes, clients, each := []int{2000}, []int{4}, 100*time.Millisecond
	if s := os.Getenv("INCUBASE_SCALE"); s != "" {
		sizes, clients, each = nil, []int{1, 16, 64}, 3*time.Second
		for _, x := range strings.Split(s, ",") {
			n, err := strconv.Atoi(strings.TrimSpace(x))
			if err != nil {
				t.Fatal("INCUBASE_SCALE: ", err)
			}
			sizes = append(sizes, n)
		}
	}
	if s, err := strconv.Atoi(os.Getenv("INCUBASE_SCALE_SECONDS")); err == nil {
		each = time.Duration(s) * time.Second
	}
	out := io.Writer(os.Stdout)
	if name := os.Getenv("INCUBASE_SCALE_OUT"); name != "" {
		f, err := os.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = f.Close() }()
		out = io.MultiWriter(out, f)
	}
	var all []*result
	for _, n := range sizes {
		t.Run(strconv.Itoa(n), func(t *testing.T) {
			r := measure(t, n, clients, each)
			if len(r.rows) > 0 {
				r.table(out)
				all = append(all, r)
			}
		})
	}
	compare(out, all)
}

// folder is one that PostgreSQL's user can reach too.
func folder(t *testing.T, n int) string {
	t.Helper()
	if kept := os.Getenv("INCUBASE_SCALE_DATA"); kept != "" {
		dir := filepath.Join(kept, strconv.Itoa(n))
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		return dir
	}
	dir, err := os.MkdirTemp("/tmp", "incubase-scale-")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// row is one line of the table.
type row struct {
	work                 string
	clients, statements  int
	rate, p50, p99       float64 // a second, ms
	server, postgres     float64 // us of processor time
	floor, floorPostgres float64
	memory               float64 // MiB
	wrong                int
	firstWrong           error
}

type result struct {
	cases    int
	fill     many.Report
	rows     []row
	most     float64 // MiB
	ready    []time.Duration
	verified string
}

// fill makes the demonstration and its copies, unless they are there.
func fill(t *testing.T, p *postgres, dir string, n int) (r many.Report) {
	t.Helper()
	name := filepath.Join(dir, "filled.json")
	if b, err := os.ReadFile(name); err == nil {
		if err := json.Unmarshal(b, &r); err != nil {
			t.Fatal(err)
		}
		return r
	}
	serve(t, dir, p.url(embedded.ServerRole), p.url(embedded.OwnerRole), "--demo").stop()
	r, err := many.Fill(t.Context(), many.Options{URL: p.url(embedded.OwnerRole), Cases: n, Home: home, Log: t.Logf})
	if err != nil {
		t.Fatal(err)
	}
	b, _ := json.Marshal(r)
	if err := os.WriteFile(name, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return r
}

func measure(t *testing.T, n int, clients []int, each time.Duration) *result {
	dir := folder(t, n)
	p := startPostgres(t, dir)
	r := &result{cases: n, fill: fill(t, p, dir, n)}
	t.Logf("%d cases, %d reports and payments, %d events in %s", n, r.fill.Children, r.fill.Events, r.fill.Took.Round(time.Second))
	if os.Getenv("INCUBASE_SCALE_ROWS") == "-" {
		r.verify(t, p, dir)
		t.Log(r.verified)
		return r
	}
	for range 5 {
		s := serve(t, dir, p.url(embedded.ServerRole), p.url(embedded.OwnerRole))
		r.ready = append(r.ready, s.ready)
		s.stop()
	}
	slices.Sort(r.ready)
	m, floors := listen(t, p, dir)
	s := serve(t, dir, p.url(embedded.ServerRole), p.url(embedded.OwnerRole))
	for _, w := range m.works() {
		if !strings.Contains(w.name, os.Getenv("INCUBASE_SCALE_ROWS")) {
			continue
		}
		begin := make([]int, 64)
		if _, errs, _ := burst(s.address, w, 16, begin, each/3); len(errs) > 0 { // every connection has its statements then
			t.Errorf("%s: %d went wrong: %v", w.name, len(errs), errs[0])
		}
		for _, c := range clients {
			x := one(t, p, s, w, c, begin, each, floors[w.name])
			if x.wrong > 0 {
				t.Errorf("%s, %d clients: %d went wrong: %v", w.name, c, x.wrong, x.firstWrong)
			}
			r.rows = append(r.rows, x)
			t.Log(x.String())
		}
	}
	exact(t, p, s, m)
	_, r.most = s.memory()
	s.stop()
	r.verify(t, p, dir)
	return r
}

// verify has the program recompute everything.
func (r *result) verify(t *testing.T, p *postgres, dir string) {
	t.Helper()
	for _, args := range [][]string{{"check"}, {"audit", "verify"}} {
		bin, _ := build()
		at := time.Now()
		cmd := exec.Command(bin, append(args, "--data", filepath.Join(dir, "data"), "--row-key", filepath.Join(dir, "none"), // copies are bound by nobody
			"--database-url", p.url(embedded.ServerRole), "--database-owner-url", p.url(embedded.OwnerRole))...)
		cmd.Env = environment()
		said, err := cmd.CombinedOutput()
		if err != nil {
			t.Errorf("incubase %s: %v\n%.2000s", strings.Join(args, " "), err, said)
		}
		r.verified += fmt.Sprintf("`incubase %s` (%.1f s): %s. ", strings.Join(args, " "), time.Since(at).Seconds(), strings.TrimSpace(string(said)))
	}
}

// floorOf is what pgbench runs for a kind of work.
type floorOf struct {
	file, mode string
	statements int
	born       []string
}

// listen hears out what each kind of request asks of the database, on a server of its own.
func listen(t *testing.T, p *postgres, dir string) (*crowd, map[string]floorOf) {
	t.Helper()
	owner := p.connect(t, embedded.OwnerRole)
	if programOf("pgbench") == "" {
		t.Log("no pgbench: no floors")
	}
	e := listenIn(t, p.socket())
	s := serve(t, dir, e.url(embedded.ServerRole), p.url(embedded.OwnerRole))
	defer s.stop()
	m := gather(t, owner, s.address)
	noise := map[string]bool{}
	for _, a := range e.during(t, func() error { time.Sleep(3 * time.Second); return nil }) {
		noise[a.text] = true
	}
	floors := map[string]floorOf{}
	for _, w := range m.works() {
		f := floorOf{file: filepath.Join(dir, "floor-"+strings.Map(plain, w.name)+".sql"), mode: "simple"}
		switch {
		case programOf("pgbench") == "" || w.floor == "":
			continue
		case w.floor == "same":
			f.statements, f.born = e.script(t, owner, s.address, f.file, w, noise)
		default:
			f.mode, f.statements = "prepared", 1
			if err := os.WriteFile(f.file, []byte(bare), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		floors[w.name] = f
	}
	return m, floors
}

// plain is a character of a file's name.
func plain(r rune) rune {
	if 'a' <= r && r <= 'z' || '0' <= r && r <= '9' {
		return r
	}
	return '-'
}

// one measures a row and its floor.
func one(t *testing.T, p *postgres, s *server, w *work, clients int, begin []int, each time.Duration, f floorOf) row {
	t.Helper()
	x := row{work: w.name, clients: clients, statements: f.statements}
	time.Sleep(100 * time.Millisecond) // sessions of the floor before it end
	own, pg := s.cpu(), p.cpu()
	took, errs, lasted := burst(s.address, w, clients, begin, each)
	x.server, x.postgres = per(s.cpu()-own, len(took)), per(p.cpu()-pg, len(took))
	x.memory, _ = s.memory()
	if x.wrong = len(errs); x.wrong > 0 {
		x.firstWrong = errs[0]
	}
	if len(took) == 0 {
		return x
	}
	slices.Sort(took)
	x.rate = float64(len(took)) / lasted.Seconds()
	x.p50, x.p99 = took[len(took)/2].Seconds()*1000, took[len(took)*99/100].Seconds()*1000
	if f.file == "" {
		return x
	}
	if w.floor == "bare" {
		if _, err := p.connect(t, embedded.OwnerRole).Exec(bareTables); err != nil {
			t.Fatal(err)
		}
	}
	x.floor, x.floorPostgres = pgbench(t, p, f.mode, f.file, clients, each)
	if len(f.born) > 0 {
		forget(t, p.connect(t, embedded.Superuser), f.born)
	}
	return x
}

func per(d time.Duration, n int) float64 { return float64(d.Microseconds()) / float64(max(1, n)) }

// exact holds the board of the country, right after the writing, against the cases themselves.
func exact(t *testing.T, p *postgres, s *server, m *crowd) {
	t.Helper()
	c, err := dial(s.address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.c.Close() }()
	if err := c.send(200, request("GET", "/board?region="+url.QueryEscape(""), m.country, "")); err != nil {
		t.Fatal(err)
	}
	var board struct {
		Items []struct{ Count map[string]int }
	}
	if err := json.Unmarshal(c.body.Bytes(), &board); err != nil {
		t.Fatal(err)
	}
	shown := map[string]int{}
	for _, i := range board.Items {
		for stage, n := range i.Count {
			shown[stage] += n
		}
	}
	rows, err := p.connect(t, embedded.OwnerRole).QueryContext(context.Background(), dbtest.Counted)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var stage string
		var n int
		if err := rows.Scan(&stage, &n); err != nil {
			t.Fatal(err)
		}
		if shown[stage] != n {
			t.Errorf("the board shows %d cases %s, there are %d", shown[stage], stage, n)
		}
	}
}

func (x row) String() string {
	s := fmt.Sprintf("| %s | %d | %.0f | %.1f | %.1f | %.0f | %.0f |", x.work, x.clients, x.rate, x.p50, x.p99, x.server, x.postgres)
	if x.floor == 0 {
		return s + " | | |"
	}
	return s + fmt.Sprintf(" %.0f | %.2f | %.2f |", x.floor, x.rate/x.floor, x.floorPostgres/max(1, x.server+x.postgres))
}

func (r *result) table(w io.Writer) {
	var most float64
	for _, x := range r.rows {
		most = max(most, x.memory)
	}
	p := func(format string, args ...any) { _, _ = fmt.Fprintf(w, format, args...) }
	p("\n### %d cases\n\n%d reports and payments and %d events besides; made in %.0f s.\n\n", r.cases, r.fill.Children, r.fill.Events, r.fill.Took.Seconds())
	p("| work | clients | a second | p50 ms | p99 ms | us of the server | us of PostgreSQL | floor a second | of the floor | of it in processor time |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n")
	for _, x := range r.rows {
		p("%s\n", x)
	}
	p("\nThe server held %.0f MiB at most after a row of any number of clients, %.0f MiB at its peak; it was ready after %.0f ms (median of %d, %.0f at worst) beside a running database. %s\n",
		most, r.most, r.ready[len(r.ready)/2].Seconds()*1000, len(r.ready), r.ready[len(r.ready)-1].Seconds()*1000, r.verified)
}

// compare sets what a size gives against the one before it.
func compare(w io.Writer, all []*result) {
	if len(all) < 2 {
		return
	}
	last, before := all[len(all)-1], all[len(all)-2]
	_, _ = fmt.Fprintf(w, "\n| work | clients | at %d | at %d | ratio |\n| --- | --- | --- | --- | --- |\n", before.cases, last.cases)
	for i, x := range last.rows {
		if i < len(before.rows) && before.rows[i].work == x.work {
			_, _ = fmt.Fprintf(w, "| %s | %d | %.0f | %.0f | %.2f |\n", x.work, x.clients, before.rows[i].rate, x.rate, x.rate/before.rows[i].rate)
		}
	}
}
