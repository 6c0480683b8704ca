package pg

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/jmoiron/sqlx"
	"github.com/jmoiron/sqlx/reflectx"
	"github.com/lib/pq"

	"incubase/workflow"
)

// Reader runs statements that only read: database/sql may repeat them after a broken connection. PostgreSQL refuses
// writes here (default_transaction_read_only), and a test does.
type Reader struct {
	Pool    *sqlx.DB // plans once: planning the view of facts costs more than reading it
	walks   *sqlx.DB // likewise, without bitmap scans
	fresh   *sqlx.DB // plans for the arguments
	whole   *sqlx.DB // reads whole tables
	Texts   Queries
	standby *standby // runs what it can; nil: everything runs here
	mu      sync.RWMutex
	stmts   map[string]*sqlx.Stmt
}

// query is one read.
type query struct {
	name string
	text string // "": the one of the name
	pool pool
	one  bool // a single row
	dest any
	args []any
}

type pool int

const (
	pages pool = iota
	walks
	fresh
	whole
)

func (r *Reader) pool(p pool) *sqlx.DB { return [...]*sqlx.DB{r.Pool, r.walks, r.fresh, r.whole}[p] }

// wholeTimeout is for background reads of whole tables.
const (
	readTimeout  = 15 * time.Second
	wholeTimeout = time.Hour
)

// maxComposed bounds the prepared statements composed from fragments (lists).
const maxComposed = 512

func newReader(o Options, texts Queries) (*Reader, error) {
	walks := max(1, o.MaxReads/3)
	pool, err := readPool(o, readTimeout, max(1, o.MaxReads-walks),
		map[string]string{"plan_cache_mode": "force_generic_plan"})
	if err != nil {
		return nil, err
	}
	// A page of a county is planned for an average county. In one with a hundred times as many cases a bitmap scan
	// would collect and sort them all; an index walk ends with the page.
	walk, err := readPool(o, readTimeout, walks, map[string]string{"plan_cache_mode": "force_generic_plan",
		"enable_bitmapscan": "off"})
	if err != nil {
		return nil, err
	}
	fresh, err := readPool(o, readTimeout, max(1, o.MaxReads/4), map[string]string{"plan_cache_mode": "force_custom_plan"})
	if err != nil {
		return nil, err
	}
	whole, err := readPool(o, wholeTimeout, 1, map[string]string{"plan_cache_mode": "force_custom_plan"})
	if err != nil {
		return nil, err
	}
	whole.SetConnMaxIdleTime(time.Minute)
	return &Reader{Pool: pool, walks: walk, fresh: fresh, whole: whole, Texts: texts, stmts: map[string]*sqlx.Stmt{}}, nil
}

func readPool(o Options, timeout time.Duration, size int, runtime map[string]string) (*sqlx.DB, error) {
	runtime["default_transaction_read_only"] = "on"
	runtime["statement_timeout"] = strconv.Itoa(int(timeout.Milliseconds()))
	c, err := connector(o, &dialer{through: o.Dialer, readTimeout: timeout + 2*time.Second}, runtime)
	if err != nil {
		return nil, err
	}
	pool := sql.OpenDB(c)
	pool.SetMaxOpenConns(size)
	pool.SetMaxIdleConns(size)
	out := sqlx.NewDb(pool, "postgres")
	out.Mapper = columnNames
	return out, nil
}

// columnNames maps a field without a tag to its column: CreditCode is credit_code, ID id. A column "round.zh" fills a
// field of the struct in field Round.
var columnNames = reflectx.NewMapperFunc("db", func(field string) string {
	out := []byte(strings.ToLower(field))
	for i := len(field) - 1; i > 0; i-- {
		if unicode.IsUpper(rune(field[i])) && unicode.IsLower(rune(field[i-1])) {
			out = slices.Insert(out, i, '_')
		}
	}
	return string(out)
})

func (r *Reader) close() error {
	return errors.Join(r.Pool.Close(), r.walks.Close(), r.fresh.Close(), r.whole.Close())
}

// One reads a single row of the named query into dest, a struct or a scalar, or returns sql.ErrNoRows.
func (r *Reader) One(ctx context.Context, dest any, name string, args ...any) error {
	return r.run(ctx, &query{name: name, one: true, dest: dest, args: args})
}

// All reads every row of the named query into dest, a pointer to a slice.
func (r *Reader) All(ctx context.Context, dest any, name string, args ...any) error {
	return r.run(ctx, &query{name: name, dest: dest, args: args})
}

// AllOf is All for an index-ordered text composed of constant fragments, never of user input.
func (r *Reader) AllOf(ctx context.Context, dest any, name, text string, args ...any) error {
	return r.run(ctx, &query{name: name, text: text, pool: walks, dest: dest, args: args})
}

// AllOnce is AllOf planned for just these arguments, where the plan matters more than its cost.
func (r *Reader) AllOnce(ctx context.Context, dest any, name, text string, args ...any) error {
	return r.run(ctx, &query{name: name, text: text, pool: fresh, dest: dest, args: args})
}

func (r *Reader) AllOfEverything(ctx context.Context, dest any, name string, args ...any) error {
	return r.run(ctx, &query{name: name, text: r.Texts.Text(name), pool: whole, dest: dest, args: args})
}

func (r *Reader) run(ctx context.Context, q *query) error {
	if r.standby != nil {
		if done, err := r.standby.run(ctx, q); done {
			return readError(ctx, q.name, err)
		}
	}
	if q.pool == whole {
		return readError(ctx, q.name, inTime(ctx, func() error { return r.wholly(ctx, q) }))
	}
	return readError(ctx, q.name, inTime(ctx, func() error {
		st, err := r.statement(ctx, q)
		if err != nil {
			return err
		}
		return q.read(ctx, r.pool(q.pool), st)
	}))
}

// wholly reads a whole table in a transaction that sets its own bound: behind a pooler sessions have the role's.
func (r *Reader) wholly(ctx context.Context, q *query) error {
	tx, err := r.whole.BeginTxx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // it only reads
	if err := setWholeTimeout(ctx, tx); err != nil {
		return err
	}
	return q.read(ctx, tx, nil)
}

func setWholeTimeout(ctx context.Context, tx *sqlx.Tx) error {
	_, err := tx.ExecContext(ctx, fmt.Sprintf("set local statement_timeout = %d", wholeTimeout.Milliseconds()))
	return err
}

type selector interface {
	SelectContext(ctx context.Context, dest any, text string, args ...any) error
}

// read runs the prepared statement, or the text on a pool or in a transaction where there is none.
func (q *query) read(ctx context.Context, on selector, st *sqlx.Stmt) error {
	switch {
	case st == nil:
		return on.SelectContext(ctx, q.dest, q.text, q.args...)
	case q.one:
		return st.GetContext(ctx, q.dest, q.args...)
	}
	return st.SelectContext(ctx, q.dest, q.args...)
}

// statement caches a statement by its name or text, nil for one that is planned for its arguments. database/sql
// prepares it on each connection at its first use there.
func (r *Reader) statement(ctx context.Context, q *query) (*sqlx.Stmt, error) {
	if q.pool == fresh || q.pool == whole {
		return nil, nil
	}
	key := cmp.Or(q.text, q.name)
	if st := r.kept(key); st != nil {
		return st, nil
	}
	text := q.text
	if text == "" {
		text = r.Texts.Text(q.name)
	}
	return r.prepare(ctx, r.pool(q.pool), key, text)
}

func (r *Reader) kept(key string) *sqlx.Stmt {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.stmts[key]
}

func (r *Reader) prepare(ctx context.Context, pool *sqlx.DB, key, text string) (*sqlx.Stmt, error) {
	st, err := pool.PreparexContext(ctx, text) // may connect first: not under the lock
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if earlier := r.stmts[key]; earlier != nil {
		_ = st.Close()
		return earlier, nil
	}
	if len(r.stmts) >= maxComposed {
		for k, old := range r.stmts {
			if strings.HasPrefix(k, looks) {
				continue
			}
			_ = old.Close() // waits for its users; on failure the connection is gone anyway
			delete(r.stmts, k)
			break
		}
	}
	r.stmts[key] = st
	return st, nil
}

// inTime bounds a read by its context: lib/pq waits for the server even after the context ends, and a silent server
// is given up only later (see timedConn). After an error do not read what fn fills in.
func inTime(ctx context.Context, fn func() error) error {
	if _, bounded := ctx.Deadline(); !bounded {
		return fn()
	}
	done := make(chan error, 1)
	go func() { done <- fn() }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// readError maps an error of a read: ErrBusy if the database is away or too slow.
func readError(ctx context.Context, name string, err error) error {
	switch {
	case err == nil, errors.Is(err, sql.ErrNoRows):
		return err
	case ctx.Err() != nil: // lib/pq reports a cancelled query as 57014, not as the context's error
		return fmt.Errorf("%s: %w", name, ctx.Err())
	}
	if e := pq.As(err); e != nil && !away(e) {
		return fmt.Errorf("%s: %w", name, err)
	}
	return fmt.Errorf("%s: %w: %w", name, workflow.ErrBusy, err)
}
