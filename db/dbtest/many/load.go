package many

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/lib/pq"
	"golang.org/x/sync/errgroup"

	"incubase/workflow"
)

func open(url string) (*sql.DB, error) {
	cfg, err := pq.NewConfig(url)
	if err != nil {
		return nil, err
	}
	c := cfg.Clone()
	if c.Runtime == nil {
		c.Runtime = map[string]string{}
	}
	for k, v := range map[string]string{"timezone": "UTC", "jit": "off", "synchronous_commit": "off", "maintenance_work_mem": "512MB", "work_mem": "256MB"} {
		c.Runtime[k] = v
	}
	connector, err := pq.NewConnectorConfig(c)
	if err != nil {
		return nil, err
	}
	pool := sql.OpenDB(connector)
	pool.SetMaxOpenConns(writers + 2)
	return pool, nil
}

func (t *table) index(column string) int { return slices.Index(t.columns, column) }

// batch is some copies, row by row.
type batch struct {
	f    *fill
	rand *rand.Rand
	rows map[string][][]any
	n    struct{ cases, events int }
}

func newBatch(f *fill, from int) *batch {
	return &batch{f: f, rand: rand.New(rand.NewPCG(uint64(from), 1)), rows: map[string][][]any{}}
}

// cohorts are how far back a copy lies, in weeks; what still waits for a clock is of this week.
const cohorts, cohortDays = 13, 28

// add makes the nth copy.
func (b *batch) add(n int) error {
	f, w := b.f, &b.f.world
	home := n%homeShare == 0
	own := f.Own && n%ownShare == 0
	t := b.prototype(home || own)
	c := &copied{number: w.number}
	if !t.bound {
		c.days = cohortDays * b.rand.IntN(cohorts)
	}
	if t.slack > 0 {
		c.jitter = time.Duration(b.rand.Int64N(int64(t.slack))).Truncate(time.Microsecond)
	}
	w.mu.Lock()
	switch {
	case own:
		c.of, c.county, c.street = &t.own, t.county, t.street
	default:
		share := f.Cases / homeShare
		if !home {
			share = f.Cases - share
		}
		c.of = w.body(home, b.rand.IntN(share/perOrganization+1))
		c.county = c.of.county
		if t.street != "" {
			c.street = c.of.street
		}
	}
	c.province, c.city = c.county[:2], c.county[:4]
	c.office = w.office(b.place(c.county))
	c.round = w.round(t.round, c.office, c.days)
	c.round.money.add(t.money)
	c.project = w.project(c.of, t.title, t.topics, c.round)
	c.ids(t)
	c.ref = w.nextRef(prefixOf(t.ref), c.shift(t.born[0]))
	w.mu.Unlock()
	b.tree(t, c)
	return nil
}

func prefixOf(ref string) string { p, _, _ := strings.Cut(ref, "-"); return p }

// place whose office handles a county: the county itself at home, else its city.
func (b *batch) place(county string) string {
	if county == b.f.Home {
		return county
	}
	return county[:4]
}

// prototype is a short one every other time: most applications of a year have hardly begun.
func (b *batch) prototype(home bool) *tree {
	from := b.f.trees
	if home {
		from = b.f.home
	}
	t := from[b.rand.IntN(len(from))]
	if b.rand.IntN(2) == 0 {
		for t.events > shortest {
			t = from[b.rand.IntN(len(from))]
		}
	}
	return t
}

// tree copies all rows of a prototype.
func (b *batch) tree(t *tree, c *copied) {
	var previous workflow.Hash
	for i := range t.acts {
		a := &t.acts[i]
		e := a.event // a copy
		e.Case, e.Actor, e.At, e.Payload = c.cases[a.of], c.text(a.actor), c.shift(e.At), c.text(a.body)
		if e.Seq == 1 {
			previous = workflow.Hash{}
		}
		e.Seal(previous)
		previous = e.Hash
		c.heads[a.of] = bytea(e.Hash)
		at := e.At.Format(stampLayout)
		b.rows["events"] = append(b.rows["events"], []any{e.Case, e.Seq, e.Workflow, e.DefinitionVersion, e.Action, string(e.From), string(e.To), e.Actor,
			at, at, bytea(e.PayloadHash), bytea(e.Previous), c.heads[a.of]})
		b.rows["event_payloads"] = append(b.rows["event_payloads"], []any{e.Case, e.Seq, e.Payload})
	}
	for i := range t.rows {
		r := &t.rows[i]
		row := make([]any, len(r.cells))
		for k, cell := range r.cells {
			if cell != nil {
				row[k] = c.text(cell)
			}
		}
		b.rows[r.table.name] = append(b.rows[r.table.name], row)
	}
	b.n.cases += len(t.ids)
	b.n.events += len(t.acts)
}

func bytea(h workflow.Hash) string { return `\x` + h.String() }

// columns that a batch writes, as it fills them.
func (b *batch) columns(name string) []string {
	switch name {
	case "events":
		return []string{"case_id", "seq", "workflow", "definition_version", "action", "from_state", "to_state", "actor_id", "at", "recorded_at", "payload_hash", "previous_hash", "hash"}
	case "event_payloads":
		return []string{"case_id", "seq", "body"}
	}
	return b.f.world.tables[name].columns
}

// write copies a batch in. Rounds have their row here and their case among the others.
func (b *batch) write(ctx context.Context) error {
	tx, err := b.f.pool.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	rows := 0
	for _, name := range append([]string{"rounds"}, grow...) {
		if err := copyIn(ctx, tx, name, b.columns(name), b.rows[name]); err != nil {
			return err
		}
		rows += len(b.rows[name])
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	b.f.rows.Add(int64(rows))
	b.f.cases.Add(int64(b.n.cases))
	b.f.events.Add(int64(b.n.events))
	return nil
}

func copyIn(ctx context.Context, tx *sql.Tx, table string, columns []string, rows [][]any) error {
	if len(rows) == 0 {
		return nil
	}
	s, err := tx.PrepareContext(ctx, fmt.Sprintf("copy %s (%s) from stdin", table, strings.Join(columns, ", ")))
	if err != nil {
		return fmt.Errorf("copy into %s: %w", table, err)
	}
	for _, row := range rows {
		if _, err := s.ExecContext(ctx, row...); err != nil {
			return fmt.Errorf("copy into %s: %w", table, err)
		}
	}
	if _, err := s.ExecContext(ctx); err != nil {
		return fmt.Errorf("copy into %s: %w", table, err)
	}
	return s.Close()
}

// unlimited takes the most awards a round may make out of its rules: a copy has more cases than its prototype.
func unlimited(row []any, at int) error {
	var rules map[string]any
	if err := json.Unmarshal([]byte(row[at].(string)), &rules); err != nil {
		return err
	}
	delete(rules, "max_awards")
	b, err := json.Marshal(rules)
	row[at] = string(b)
	return err
}

// laws are the indexes and constraints of the tables that grow, taken away.
type laws struct {
	words   []string // indexes of words and their key: they take longest, and by one processor alone
	indexes []string
	keys    []string // primary and unique keys, by their indexes
	foreign []string // not yet valid
	valid   []string
}

// takeAway drops them, and remembers which cases were there.
func takeAway(ctx context.Context, pool *sql.DB) (*laws, error) {
	l := &laws{}
	var drop, late []string
	tables := pq.Array(grow)
	err := each(ctx, pool, `select conname, conrelid::regclass::text, pg_get_constraintdef(oid) from pg_constraint
		where contype = 'f' and (conrelid::regclass::text = any ($1) or confrelid::regclass::text = any ($1))`, []any{tables}, func(scan func(...any) error) error {
		var name, table, def string
		err := scan(&name, &table, &def)
		drop = append(drop, fmt.Sprintf("alter table %s drop constraint %s", table, name))
		l.foreign = append(l.foreign, fmt.Sprintf("alter table %s add constraint %s %s not valid", table, name, def))
		l.valid = append(l.valid, fmt.Sprintf("alter table %s validate constraint %s", table, name))
		return err
	})
	if err != nil {
		return nil, err
	}
	err = each(ctx, pool, `select i.indexrelid::regclass::text, i.indrelid::regclass::text, pg_get_indexdef(i.indexrelid), coalesce(c.contype::text, '')
		from pg_index i left join pg_constraint c on c.conindid = i.indexrelid and c.contype in ('p', 'u')
		where i.indrelid::regclass::text = any ($1) order by i.indrelid::regclass::text <> 'events', 1`, []any{tables}, func(scan func(...any) error) error {
		var name, table, def, kind string
		err := scan(&name, &table, &def, &kind)
		indexes, keys := &l.indexes, &l.keys
		if table == "case_words" {
			indexes, keys = &l.words, &l.words
		}
		*indexes = append(*indexes, def)
		if kind == "" {
			late = append(late, "drop index "+name)
			return err
		}
		late = append(late, fmt.Sprintf("alter table %s drop constraint %s", table, name))
		*keys = append(*keys, fmt.Sprintf("alter table %s add constraint %s %s using index %s", table, name, map[string]string{"p": "primary key", "u": "unique"}[kind], name))
		return err
	})
	if err != nil {
		return nil, err
	}
	return l, run(ctx, pool, 1, append(append([]string{"create table many_old as select id from cases"}, drop...), late...))
}

// put builds indexes anew, declares keys, then foreign keys, and has each of those checked.
func (l *laws) put(ctx context.Context, pool *sql.DB) error {
	return run(ctx, pool, 1, slices.Concat(l.indexes, l.keys, l.foreign, l.valid))
}

// putWords is the same for the table of words, which no other refers to.
func (l *laws) putWords(ctx context.Context, pool *sql.DB) error { return run(ctx, pool, 1, l.words) }

func run(ctx context.Context, pool *sql.DB, abreast int, statements []string) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(abreast)
	for _, s := range statements {
		g.Go(func() error {
			if _, err := pool.ExecContext(ctx, s); err != nil {
				return fmt.Errorf("%s: %w", s, err)
			}
			return nil
		})
	}
	return g.Wait()
}
