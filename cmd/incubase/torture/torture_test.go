package torture

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"incubase/cmd/e2e/process"
)

func seed(t testing.TB) uint64 {
	t.Helper()
	if s := os.Getenv("SEED"); s != "" {
		n, err := strconv.ParseUint(s, 10, 64)
		if err != nil {
			t.Fatal("SEED is a number:", err)
		}
		return n
	}
	return uint64(time.Now().UnixNano() % 1_000_000)
}

const clients = 32

// TestTorture runs 32 clients for TORTURE (a duration) while server, database and connections are killed, and then
// checks every promise.
func TestTorture(t *testing.T) {
	said := os.Getenv("TORTURE")
	if said == "" {
		t.Skip("a torture takes its time: make torture, or TORTURE=60s; .ci/run has it")
	}
	length, err := time.ParseDuration(said)
	if err != nil {
		t.Fatal("TORTURE is a duration:", err)
	}
	r := newRun(t, seed(t))
	t.Logf("SEED=%d TORTURE=%s", r.seed, length)
	r.pg = newPostgres(t, process.Folder(t))
	r.database = r.pg.throughWire
	r.srv = newServer(t, r.pg.throughWire("incubase_server"), r.pg.throughWire("incubase_owner"), "--demo")
	r.srv.Start()
	r.srv.Ready(3 * time.Minute)
	r.front = newWire(t, r.srv.Address)

	storms := max(3, int(length/(10*time.Second)))
	if err := r.prepare(t.Context(), storms, 8, 3); err != nil {
		t.Fatalf("prepare: %v\n%s", err, process.Tail(r.srv.Log(), 3000))
	}
	t.Logf("prepared %d rounds in %.1f s", storms, r.now().Seconds())
	r.suffer(t.Context(), length, storms)

	db := r.pg.direct()
	defer db.Close()
	t.Logf("everybody was answered at %.1f s", r.now().Seconds())
	r.settle(db)
	t.Logf("settled at %.1f s", r.now().Seconds())
	verdict := r.judge(db)
	if panicked(r.srv) {
		r.wrong("the server panicked")
	}
	r.report(verdict)
	if len(r.wrongs) > 0 {
		r.keep()
		t.Errorf("%d promises broken; again with SEED=%d", len(r.wrongs), r.seed)
	}
	if len(r.history) < 50 || r.counts["events"] < 50 || len(r.faults) < 4 {
		t.Errorf("the torture has lost its teeth: %d operations, %d events, faults %v", len(r.history), r.counts["events"],
			r.faults)
	}
}

// suffer runs clients, faults and storms until the time is over, then waits without faults until every request is
// answered.
func (r *run) suffer(ctx context.Context, length time.Duration, storms int) {
	playing, stop := context.WithTimeout(ctx, length)
	defer stop()
	answered, enough := context.WithTimeout(ctx, length+60*time.Second)
	defer enough()
	keeping, over := context.WithCancel(ctx)
	defer over()
	crashes := r.crashes()
	peaceful := func() []string {
		if playing.Err() != nil {
			return nil
		}
		return crashes()
	}
	go keep(keeping, r.srv, peaceful)
	r.srv.Kill() // its next life knows crash points
	go r.months(playing)
	afflicted := make(chan struct{})
	go func() { defer close(afflicted); r.afflict(playing) }()
	played := make(chan struct{})
	go func() {
		defer close(played)
		r.together(clients, func(c *client) {
			for i := range storms {
				until, done := context.WithTimeout(playing, length/time.Duration(storms))
				if c.n < stormers {
					r.assemble(playing, r.purses[i])
					c.storm(answered, r.purses[i])
				}
				c.play(until, answered)
				<-until.Done()
				done()
			}
		})
	}()
	<-playing.Done()
	<-afflicted
	r.srv.Kill() // the last life, in peace
	r.srv.Ready(3 * time.Minute)
	<-played
	over()
}

func (r *run) report(verdict any) {
	var b strings.Builder
	kinds := map[string]int{}
	tries := 0
	for _, o := range r.history {
		tries += o.Tries
		switch {
		case o.Kind == "read":
			kinds["reads"]++
		case o.Status < 300 && o.Status > 0:
			kinds["acknowledged acts"]++
			kinds["acknowledged "+o.Action]++
		default:
			kinds[fmt.Sprintf("answered %d %s", o.Status, strings.TrimPrefix(o.Problem, "/problems/"))]++
		}
	}
	fmt.Fprintf(&b, "\ntorture: SEED=%d, %d clients, %d operations in %d tries, %.0f s, %d cores, %s\n", r.seed, clients,
		len(r.history), tries, r.now().Seconds(), runtime.NumCPU(), runtime.Version())
	section := func(name string, m map[string]int) {
		fmt.Fprintf(&b, "%s\n", name)
		for _, k := range slices.Sorted(maps.Keys(m)) {
			fmt.Fprintf(&b, "  %-44s %7d\n", k, m[k])
		}
	}
	section("operations", kinds)
	section("on the way", r.counts)
	r.faults["pieces and lines cut in two"] = int(r.front.cuts.Load())
	if r.pg != nil {
		r.faults["pieces and lines cut in two"] += int(r.pg.wire.cuts.Load())
	}
	r.faults["lives of the server"] = r.srv.Starts
	crashes := 0
	for _, n := range crashed(r.srv) {
		crashes += n
	}
	r.faults["crash points fired"] = crashes
	section("faults", r.faults)
	section("crash points", crashed(r.srv))
	fmt.Fprintf(&b, "verdict: porcupine %v, %d promises broken\n", verdict, len(r.wrongs))
	for i, w := range r.wrongs {
		if i == 25 {
			fmt.Fprintf(&b, "  ... and %d more\n", len(r.wrongs)-i)
			break
		}
		fmt.Fprintf(&b, "  %s\n", w)
	}
	r.t.Log(b.String())
}

// keep writes history and log of a failed torture for its analysis.
func (r *run) keep() {
	dir := filepath.Join(os.TempDir(), fmt.Sprintf("incubase-torture-%d", r.seed))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return
	}
	b, _ := json.Marshal(r.history)
	_ = os.WriteFile(filepath.Join(dir, "history.json"), b, 0o600)
	_ = os.WriteFile(filepath.Join(dir, "server.log"), []byte(r.srv.Log()), 0o600)
	r.t.Logf("history and log are in %s", dir)
}
