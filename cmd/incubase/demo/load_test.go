package demo

import (
	"context"
	"database/sql"
	"errors"
	"io"
	"log/slog"
	"testing"
	"time"

	"incubase/db/dbtest"
	"incubase/db/pg"
	"incubase/db/records"
	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/catalog"
	"incubase/workflow/desk"
	"incubase/workflow/registry"
)

type stage struct {
	*dbtest.Database
	owner *sql.DB
	deps  Deps
}

type present struct{}

func (present) Now() time.Time               { return time.Now() }
func (present) Calendar() *calendar.Calendar { return calendar.Shipped() }

func newStage(t *testing.T) *stage {
	t.Helper()
	s := &stage{Database: dbtest.Open(t, pg.Options{})}
	s.owner = s.Owner(t)
	shipped, err := catalog.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	places := records.NewDivisions()
	desk := &desk.Desk{Machines: shipped, Store: s.DB, Clock: present{}, Minutes: s.DB, Twins: s.DB}
	registry := &registry.Registry{Store: s.DB, Clock: present{}, Regions: places, Passwords: s.DB, Codes: s.DB,
		Desk: desk}
	s.deps = Deps{Desk: desk, Registry: registry, Queue: s.DB, Holds: s.holds,
		Log: slog.New(slog.NewTextHandler(io.Discard, nil))}
	return s
}

func (s *stage) holds(ctx context.Context, login string, role workflow.Role) (ok bool, err error) {
	err = s.owner.QueryRowContext(ctx, `select exists (select from users u join role_grants g on g.user_id = u.id
		where u.login = $1 and g.role = $2 and g.until is null)`, login, string(role)).Scan(&ok)
	return ok, err
}

func (s *stage) versions(t *testing.T) map[string]int {
	t.Helper()
	rows, err := s.owner.Query(`select c.ref || ' ' || coalesce(o.name, '') || ' ' || c.title || ' ' || c.state, c.version
		from cases c left join organizations o on o.id = c.organization_id`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	out := map[string]int{}
	for rows.Next() {
		var name string
		var version int
		if err := rows.Scan(&name, &version); err != nil {
			t.Fatal(err)
		}
		out[name] = version
	}
	return out
}

func (s *stage) count(t *testing.T, query string, args ...any) (n int) {
	t.Helper()
	if err := s.owner.QueryRow(query, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func (s *stage) sound(t *testing.T) {
	t.Helper()
	report := func(p pg.Problem) { t.Errorf("not sound: %s", p) }
	events, records, err := s.Verify(t.Context(), report)
	if err != nil {
		t.Fatal(err)
	}
	if events < 500 || records < 100 {
		t.Errorf("verified only %d events and %d records", events, records)
	}
	if err := s.Check(t.Context(), report); err != nil {
		t.Fatal(err)
	}
}

func TestTheDemonstrationLoads(t *testing.T) {
	t.Parallel()
	whole, now := newStage(t), time.Now()
	if err := load(t.Context(), whole.deps, now); err != nil {
		t.Fatal(err)
	}
	t.Logf("loaded in %s", time.Since(now).Round(time.Millisecond))
	whole.populated(t)
	whole.sound(t)
	t.Run("loading again changes nothing", func(t *testing.T) { loadAgain(t, whole, now) })
	t.Run("a broken load is taken up", func(t *testing.T) { loadBroken(t, whole, now) })
}

// populated compares the cases with the data and checks what the demonstration promises to show.
func (s *stage) populated(t *testing.T) {
	t.Helper()
	d := mustRead(t)
	for kind, list := range d.cases {
		want := map[workflow.State]int{}
		for _, h := range list {
			want[h.Stands]++
		}
		for state, n := range want {
			if got := s.count(t, "select count(*) from cases where workflow = $1 and state = $2", kind,
				string(state)); got != n {
				t.Errorf("%d cases of %s stand in %s, want %d", got, kind, state, n)
			}
		}
	}
	for what, query := range map[string]string{
		"an event of the future":            "select count(*) from events where at > now()",
		"a case that is overdue is missing": "select (count(*) = 0)::int from cases where due_on < current_date",
		"a real organization with a credit code": "select count(*) from organizations where name not like '虚构·%' " +
			"and credit_code <> ''",
		"an award that is not covered": "select count(*) from rounds where held_fen + committed_fen > " +
			"total_fen",
		"a conflict of interest is missing": "select (count(*) = 0)::int from cases where assignments @> " +
			"'[{\"conflict\": true}]'",
		"an agency that let its time pass is missing": "select (count(*) = 0)::int from cases where cosigns @> " +
			"'[{\"answer\": \"lapsed\"}]'",
		"an objection that is still open is missing": "select (count(*) = 0)::int from cases c join objections o on " +
			"o.case_id = c.id where c.state = 'proposed' and o.resolved_at is null",
		"somebody of the demonstration has no account": "select (count(*) < 30)::int from users where password_hash is " +
			"not null",
	} {
		if s.count(t, query) != 0 {
			t.Errorf("found: %s", what)
		}
	}
}

func loadAgain(t *testing.T, s *stage, now time.Time) {
	before, records := s.versions(t), s.count(t, "select count(*) from record_log")
	if err := Load(t.Context(), s.deps); err != nil {
		t.Fatal(err)
	}
	if err := load(t.Context(), s.deps, now); err != nil { // even without the mark of a complete load
		t.Fatal(err)
	}
	after := s.versions(t)
	for name, v := range after {
		if before[name] != v {
			t.Errorf("%s: version %d, was %d", name, v, before[name])
		}
	}
	if n := s.count(t, "select count(*) from record_log"); n != records || len(before) != len(after) {
		t.Errorf("%d cases and %d entries in the log of records, were %d and %d", len(after), n, len(before), records)
	}
}

// breaking fails after some reads of signals, like a killed load.
type breaking struct {
	desk.Queue
	left int
}

var errKilled = errors.New("killed")

func (b *breaking) TakeSignals(ctx context.Context, limit int) ([]desk.PendingSignal, error) {
	if b.left--; b.left < 0 {
		return nil, errKilled
	}
	return b.Queue.TakeSignals(ctx, limit)
}

func loadBroken(t *testing.T, whole *stage, now time.Time) {
	s := newStage(t)
	for _, left := range []int{3, 40, 150} {
		deps := s.deps
		deps.Queue = &breaking{s.DB, left}
		if err := load(t.Context(), deps, now); !errors.Is(err, errKilled) {
			t.Fatalf("after %d moments: %v, want it killed", left, err)
		}
		if done, err := s.holds(t.Context(), LastLogin, LastRole); err != nil || done {
			t.Fatalf("a broken load counts as done: %v %v", done, err)
		}
	}
	if err := load(t.Context(), s.deps, now); err != nil {
		t.Fatal(err)
	}
	s.sound(t)
	if got, want := s.count(t, "select count(*) from events"), whole.count(t, "select count(*) from events"); got != want {
		t.Errorf("%d events after breaks, %d without", got, want)
	}
}
