package many

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/lib/pq"

	"incubase/workflow"
)

// grow are the tables that a fill makes large, by the column that names the case.
var grow = []string{"cases", "events", "event_payloads", "case_answers", "case_words", "case_parties", "duties", "timers", "postings", "signals",
	"papers", "paper_voids", "drafts"}

func caseColumn(table string) string {
	switch table {
	case "cases", "rounds":
		return "id"
	case "signals":
		return "to_case"
	}
	return "case_id"
}

// table is how rows are read and written: columns that are not computed, with their types.
type table struct {
	name           string
	columns, types []string
}

func tableOf(ctx context.Context, pool *sql.DB, name string) (*table, error) {
	t := &table{name: name}
	err := each(ctx, pool, `select column_name, data_type from information_schema.columns where table_schema = 'public' and table_name = $1
		and is_generated = 'NEVER' and is_identity = 'NO' order by ordinal_position`, []any{name}, func(s func(...any) error) error {
		var column, kind string
		err := s(&column, &kind)
		t.columns, t.types = append(t.columns, column), append(t.types, kind)
		return err
	})
	return t, err
}

// tree is a prototype: a grant with its reports and payments, or a round.
type tree struct {
	ids          []string // of its cases, the first the root's
	born         []time.Time
	fresh        int
	events       int // of the root
	acts         []act
	rows         []protoRow
	ref          string
	organization string
	project      string
	title        string // of the project
	topics       string // likewise, as PostgreSQL writes them
	round        string
	county       string
	own          organization  // that it belongs to
	street       string        // "": its cases lie in none
	bound        bool          // something in it fires: it cannot lie further back
	slack        time.Duration // so much it can be earlier
	money        money
}

// money is what a tree's postings come to.
type money struct{ held, heldAwards, committed, paid, returned, awards int64 }

func (m *money) add(o money) {
	m.held, m.heldAwards = m.held+o.held, m.heldAwards+o.heldAwards
	m.committed, m.paid, m.returned, m.awards = m.committed+o.committed, m.paid+o.paid, m.returned+o.returned, m.awards+o.awards
}

// act is an event with what was said.
type act struct {
	of    int // which case
	event workflow.Event
	actor template
	body  template
}

type protoRow struct {
	table *table
	cells []template // nil: null
}

// each runs a query and hands over each row's scan.
func each(ctx context.Context, pool *sql.DB, query string, args []any, do func(scan func(...any) error) error) error {
	rows, err := pool.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if err := do(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

// readTrees reads the grants that have nothing pending, and the rounds they are in. Those with objections are left out:
// each has a code of its own, which a copy cannot have too.
func (w *registry) readTrees(ctx context.Context, pool *sql.DB) (trees []*tree, err error) {
	for _, name := range append(slices.Clone(grow), "rounds") {
		t, err := tableOf(ctx, pool, name)
		if err != nil {
			return nil, err
		}
		w.tables[name] = t
	}
	var roots []string
	err = each(ctx, pool, `select c.id from cases c where c.workflow = 'grant' and not c.imported and c.parent_id is null and c.round_id is not null
		and not exists (select 1 from signals s where s.to_case = c.id and s.done_at is null)
		and not exists (select 1 from objections o where o.case_id = c.id) order by c.ref`, nil, func(scan func(...any) error) error {
		var id string
		err := scan(&id)
		roots = append(roots, id)
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, id := range roots {
		t, err := w.readTree(ctx, pool, id)
		if err != nil {
			return nil, fmt.Errorf("prototype %s: %w", id, err)
		}
		trees = append(trees, t)
		if w.rounds[t.round] == nil {
			if w.rounds[t.round], err = w.readTree(ctx, pool, t.round); err != nil {
				return nil, fmt.Errorf("round %s: %w", t.round, err)
			}
		}
	}
	for _, t := range trees {
		r := w.rounds[t.round]
		t.bound, t.slack = t.bound || r.bound, min(t.slack, r.slack)
	}
	return trees, nil
}

// morning is how much earlier a copy may lie within its days: acts of offices are done from nine o'clock on.
const morning = 8 * time.Hour

func (w *registry) readTree(ctx context.Context, pool *sql.DB, root string) (*tree, error) {
	t := &tree{slack: morning}
	err := each(ctx, pool, `select c.id, c.ref, coalesce(c.organization_id::text, ''), coalesce(c.project_id::text, ''), coalesce(c.round_id::text, ''), c.county,
			coalesce(p.title, ''), coalesce(p.topics::text, '{}'), c.street, c.born_at, coalesce(o.name, ''), coalesce(o.credit_code, '')
		from cases c left join projects p on p.id = c.project_id left join organizations o on o.id = c.organization_id
		where c.id = $1 or c.parent_id = $1 order by c.id <> $1, c.ref`, []any{root}, func(scan func(...any) error) error {
		var id, ref, of, project, round, county, title, topics, street, name, code string
		var born time.Time
		err := scan(&id, &ref, &of, &project, &round, &county, &title, &topics, &street, &born, &name, &code)
		if len(t.ids) == 0 {
			t.ref, t.organization, t.project, t.round, t.county, t.title, t.topics, t.street = ref, of, project, round, county, title, topics, street
			t.own = organization{id: of, name: name, credit: code, county: county, street: street,
				projects: map[string]string{title: project}}
		}
		t.ids, t.born = append(t.ids, id), append(t.born, born)
		return err
	})
	if err != nil {
		return nil, err
	}
	c := compiler{w: w, t: t, fresh: map[string]int{}}
	if err := c.acts(ctx, pool); err != nil {
		return nil, err
	}
	tables := slices.Clone(grow)
	if t.round == "" {
		tables = append(tables, "rounds")
	}
	for _, name := range tables {
		if name == "events" || name == "event_payloads" {
			continue
		}
		if err := c.rows(ctx, pool, w.tables[name]); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	t.fresh = len(c.fresh)
	err = pool.QueryRowContext(ctx, `select coalesce(sum(case kind when 'commit' then amount_fen when 'release' then -amount_fen end), 0),
		coalesce(sum(amount_fen) filter (where kind = 'pay'), 0), coalesce(sum(amount_fen) filter (where kind = 'return'), 0),
		coalesce(sum(case kind when 'hold' then amount_fen when 'unhold' then -amount_fen end), 0)
		from postings where grant_id = $1`, root).Scan(&t.money.committed, &t.money.paid, &t.money.returned, &t.money.held)
	if t.money.held > 0 {
		t.money.heldAwards = 1
	}
	if t.money.committed > 0 {
		t.money.awards = 1
	}
	return t, err
}

// compiler turns a prototype's rows into templates.
type compiler struct {
	w     *registry
	t     *tree
	fresh map[string]int
}

func (c *compiler) acts(ctx context.Context, pool *sql.DB) error {
	return each(ctx, pool, `select e.case_id, e.seq, e.workflow, e.definition_version, e.action, e.from_state, e.to_state, e.actor_id, e.at, p.body
		from events e join event_payloads p on p.case_id = e.case_id and p.seq = e.seq where e.case_id = any ($1) order by e.case_id, e.seq`,
		[]any{pq.Array(c.t.ids)}, func(scan func(...any) error) error {
			var a act
			e := &a.event
			if err := scan(&e.Case, &e.Seq, &e.Workflow, &e.DefinitionVersion, &e.Action, &e.From, &e.To, &e.Actor, &e.At, &e.Payload); err != nil {
				return err
			}
			a.of = slices.Index(c.t.ids, e.Case)
			if a.of == 0 {
				c.t.events++
			}
			a.actor, a.body = c.text(e.Actor), c.text(e.Payload)
			c.t.acts = append(c.t.acts, a)
			return nil
		})
}

func (c *compiler) rows(ctx context.Context, pool *sql.DB, t *table) error {
	text := make([]string, len(t.columns))
	for i, name := range t.columns {
		text[i] = name + "::text"
	}
	query := fmt.Sprintf("select %s from %s where %s = any ($1)", strings.Join(text, ", "), t.name, caseColumn(t.name))
	return each(ctx, pool, query, []any{pq.Array(c.t.ids)}, func(scan func(...any) error) error {
		values, into := make([]sql.NullString, len(t.columns)), make([]any, len(t.columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := scan(into...); err != nil {
			return err
		}
		r := protoRow{table: t, cells: make([]template, len(values))}
		for i, v := range values {
			if !v.Valid {
				continue
			}
			var err error
			if r.cells[i], err = c.cell(t, i, v.String, values); err != nil {
				return fmt.Errorf("%s: %w", t.columns[i], err)
			}
		}
		c.t.rows = append(c.t.rows, r)
		return nil
	})
}

// cell is a template by the column's meaning where it has one of its own, else by its tokens.
func (c *compiler) cell(t *table, i int, v string, row []sql.NullString) (template, error) {
	value := func(column string) string { return row[slices.Index(t.columns, column)].String }
	one := func(p piece) (template, error) { return template{p}, nil }
	switch t.name + "." + t.columns[i] {
	case "cases.last_hash":
		return one(piece{slot: head, n: slices.Index(c.t.ids, value("id"))})
	case "papers.year":
		at, err := stampOf(value("at"))
		return template{{slot: year, at: at}}, err
	case "papers.serial":
		if value("word") == "" {
			return one(piece{text: v})
		}
		at, err := stampOf(value("at"))
		return template{{slot: serial, text: value("word"), at: at}}, err
	}
	if s, ok := map[string]slot{"region": division, "province": province, "city": city, "county": county, "street": street}[t.columns[i]]; ok {
		return one(piece{slot: s})
	}
	switch {
	case t.columns[i] == "community":
		return one(piece{})
	case strings.HasPrefix(t.types[i], "timestamp"):
		at, err := stampOf(v)
		if t.columns[i] == "fires_at" {
			c.t.bound, c.t.slack = true, min(c.t.slack, max(0, time.Until(at)-morning))
		}
		return template{{slot: stamp, at: at}}, err
	case t.types[i] == "integer", t.types[i] == "bigint", t.types[i] == "boolean":
		return one(piece{text: v})
	}
	return c.text(v), nil
}

func stampOf(s string) (time.Time, error) { return time.Parse("2006-01-02 15:04:05.999999-07", s) }

func (c *compiler) text(s string) template { return compile(s, c.t.own.name, c.meaning) }

// meaning of a token in this tree. What is not its own stays as it is.
func (c *compiler) meaning(s string) (piece, bool) {
	t, w := c.t, c.w
	switch len(s) {
	case 36:
		return c.id(s)
	case 32:
		return piece{slot: salt}, true
	case 18:
		return piece{slot: credit}, t.own.credit != "" && s == t.own.credit
	}
	switch {
	case s == t.ref:
		return piece{slot: ref}, true
	case t.round != "" && s == w.refs[t.round]:
		return piece{slot: roundRef}, true
	case t.county != "" && s == t.county:
		return piece{slot: county}, t.round != ""
	case t.county != "" && strings.HasPrefix(s, t.county):
		return piece{slot: division}, true
	}
	if _, err := strconv.Atoi(s); err == nil {
		return piece{}, false
	}
	return timeOf(s)
}

func (c *compiler) id(s string) (piece, bool) {
	t, w := c.t, c.w
	if i := slices.Index(t.ids, s); i >= 0 {
		return piece{slot: ofCase, n: i}, true
	}
	switch s {
	case workflow.SystemID, workflow.ObjectorID:
		return piece{}, false
	case t.organization:
		return piece{slot: ofOrganization}, true
	case t.project:
		return piece{slot: ofProject}, true
	case t.round:
		return piece{slot: ofRound}, true
	}
	if p := w.people[s]; p != nil {
		return c.person(p)
	}
	if a := w.agencies[s]; a != nil {
		return piece{slot: ofAgency, n: a.n}, a.n >= 0
	}
	if w.known[s] {
		return piece{}, false
	}
	n, ok := c.fresh[s]
	if !ok {
		n = len(c.fresh)
		c.fresh[s] = n
	}
	return piece{slot: ofFresh, n: n}, true
}

func (c *compiler) person(p *person) (piece, bool) {
	switch {
	case p.organization == "":
		return piece{slot: ofUser, n: p.n}, true
	case p.organization != c.t.organization:
		return piece{}, false
	case p.certifies:
		c.t.own.certifier = p.id
		return piece{slot: certifier}, true
	}
	c.t.own.preparer = p.id
	return piece{slot: preparer}, true
}
