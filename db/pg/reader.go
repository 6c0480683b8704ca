package pg

import (
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
	Pool  *sqlx.DB // plans once: planning the view of facts costs more than reading it
	walks *sqlx.DB // likewise, without bitmap scans
	fresh *sqlx.DB // plans for the arguments
	whole *sqlx.DB // reads whole tables
	Texts Queries
	mu    sync.RWMutex
	stmts map[string]*sqlx.Stmt
}

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
	return readError(ctx, name, inTime(ctx, func() error {
		st, err := r.named(ctx, name)
		if err != nil {
			return err
		}
		return st.GetContext(ctx, dest, args...)
	}))
}

// All reads every row of the named query into dest, a pointer to a slice.
func (r *Reader) All(ctx context.Context, dest any, name string, args ...any) error {
	return readError(ctx, name, inTime(ctx, func() error {
		st, err := r.named(ctx, name)
		if err != nil {
			return err
		}
		return st.SelectContext(ctx, dest, args...)
	}))
}

// AllOf is All for an index-ordered text composed of constant fragments, never of user input.
func (r *Reader) AllOf(ctx context.Context, dest any, name, text string, args ...any) error {
	return readError(ctx, name, inTime(ctx, func() error {
		st, err := r.prepared(ctx, text)
		if err != nil {
			return err
		}
		return st.SelectContext(ctx, dest, args...)
	}))
}

// AllOnce is AllOf planned for just these arguments, where the plan matters more than its cost.
func (r *Reader) AllOnce(ctx context.Context, dest any, name, text string, args ...any) error {
	return readError(ctx, name, inTime(ctx, func() error { return r.fresh.SelectContext(ctx, dest, text, args...) }))
}

func (r *Reader) AllOfEverything(ctx context.Context, dest any, name string) error {
	return readError(ctx, name, inTime(ctx, func() error { return r.whole.SelectContext(ctx, dest, r.Texts.Text(name)) }))
}

func (r *Reader) named(ctx context.Context, name string) (*sqlx.Stmt, error) {
	r.mu.RLock()
	st := r.stmts[name]
	r.mu.RUnlock()
	if st != nil {
		return st, nil
	}
	return r.prepare(ctx, r.Pool, name, r.Texts.Text(name))
}

// prepared caches a statement by its text. database/sql prepares it on each connection at its first use there.
func (r *Reader) prepared(ctx context.Context, text string) (*sqlx.Stmt, error) {
	r.mu.RLock()
	st := r.stmts[text]
	r.mu.RUnlock()
	if st != nil {
		return st, nil
	}
	return r.prepare(ctx, r.walks, text, text)
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
