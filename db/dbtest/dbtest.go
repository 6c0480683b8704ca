// Package dbtest gives each test its own database, cloned from a migrated template, and fixtures that fill in what a
// test leaves out. Tests run in parallel and share only the server.
//
// The server is a private PostgreSQL of the test process, or the one that INCUBASE_TEST_DATABASE_URL names, by a role
// that may create databases and roles.
package dbtest

import (
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lib/pq"

	"incubase/db"
	"incubase/db/pg"
)

type Database struct {
	*db.DB
	name     string
	URL      string // of the server's role
	OwnerURL string
}

var RowKey = pg.RowKey("a key that all the tests share..")

// Open clones the template for one test and drops the clone at its end. It sets the options' URL.
func Open(t testing.TB, o pg.Options) *Database {
	t.Helper()
	s := server(t)
	return s.open(t, o, s.template)
}

// Filled is a template filled once, for all tests of a process that start with the same records.
type Filled struct {
	once sync.Once
	name string
	err  error
}

// Open clones what fill has written. On a borrowed server fill runs each time.
func (f *Filled) Open(t testing.TB, o pg.Options, fill func(context.Context, *Database) error) *Database {
	t.Helper()
	s := server(t)
	if s.borrowed {
		d := s.open(t, o, s.template)
		if err := fill(t.Context(), d); err != nil {
			t.Fatal(err)
		}
		return d
	}
	f.once.Do(func() { f.name, f.err = s.filled(o, fill) })
	if f.err != nil {
		t.Fatal(f.err)
	}
	return s.open(t, o, f.name)
}

// Empty returns a database without a schema, for tests of migrations.
func Empty(t testing.TB) *Database {
	t.Helper()
	return server(t).open(t, pg.Options{}, "template0")
}

func (s *cluster) open(t testing.TB, o pg.Options, template string) *Database {
	t.Helper()
	name := "t_" + random()
	d, err := s.connect(t.Context(), o, name, template)
	if err != nil {
		t.Fatalf("open the test database: %v", err)
	}
	t.Cleanup(func() {
		if err := d.DB.Close(); err != nil {
			t.Errorf("close the test database: %v", err)
		}
		s.drop(name)
	})
	return d
}

func (s *cluster) connect(ctx context.Context, o pg.Options, name, template string) (*Database, error) {
	if err := s.clone(name, template); err != nil {
		return nil, fmt.Errorf("clone %s: %w", template, err)
	}
	d := &Database{name: name, URL: s.url(s.serverRole, name), OwnerURL: s.url(s.ownerRole, name)}
	o.URL = d.URL
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.RowKey == nil {
		o.RowKey = RowKey
	}
	if o.MaxReads == 0 {
		o.MaxReads = 4 // many tests share one server
	}
	if o.MaxWrites == 0 {
		o.MaxWrites = 3
	}
	var err error
	d.DB, err = db.Open(ctx, o)
	return d, err
}

// filled creates a template from what fill writes, and closes it for cloning.
func (s *cluster) filled(o pg.Options, fill func(context.Context, *Database) error) (name string, err error) {
	ctx := context.Background() // outlives this test
	name = "filled_" + random()
	d, err := s.connect(ctx, o, name, s.template)
	if err != nil {
		return "", err
	}
	err = fill(ctx, d)
	return name, errors.Join(err, d.DB.Close())
}

// Owner returns a plain connection as the schema's owner, for what no program may do.
func (d *Database) Owner(t testing.TB) *sql.DB { return Plain(t, d.OwnerURL) }

// Server returns a plain connection as the server's role.
func (d *Database) Server(t testing.TB) *sql.DB { return Plain(t, d.URL) }

// Believe makes a key that signs roots trusted.
func (d *Database) Believe(t testing.TB, key ed25519.PublicKey) {
	t.Helper()
	choose := func([]crypto.PublicKey) (ed25519.PublicKey, error) { return key, nil }
	err := pg.ClaimRootKey(t.Context(), d.OwnerURL, choose)
	if err != nil {
		t.Fatal(err)
	}
}

// Plain returns a pool of two connections.
func Plain(t testing.TB, url string) *sql.DB {
	t.Helper()
	pool, err := sql.Open("postgres", url)
	if err != nil {
		t.Fatal(err)
	}
	pool.SetMaxOpenConns(2)
	t.Cleanup(func() { _ = pool.Close() })
	return pool
}

type cluster struct {
	url                   func(role, database string) string
	ownerRole, serverRole string
	template              string
	borrowed              bool // named by INCUBASE_TEST_DATABASE_URL
	admin                 *sql.DB
	clones                sync.Mutex // PostgreSQL copies a template for one session at a time
}

var shared struct {
	sync.Once
	*cluster
	err error
}

func server(t testing.TB) *cluster {
	t.Helper()
	shared.Do(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
		defer cancel()
		shared.cluster, shared.err = begin(ctx)
	})
	if shared.err != nil {
		t.Fatalf("start a PostgreSQL for the tests: %v", shared.err)
	}
	return shared.cluster
}

func (c *cluster) clone(name, template string) error {
	c.clones.Lock()
	defer c.clones.Unlock()
	return c.exec(fmt.Sprintf("create database %s template %s strategy wal_log owner %s",
		pq.QuoteIdentifier(name), pq.QuoteIdentifier(template), pq.QuoteIdentifier(c.ownerRole)))
}

// drop drops a clone. A test of failures may have stopped the server.
func (c *cluster) drop(name string) {
	_ = c.exec("drop database if exists " + pq.QuoteIdentifier(name) + " with (force)")
}

func (c *cluster) exec(statement string) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	_, err := c.admin.ExecContext(ctx, statement)
	return err
}

// migrated creates the template, migrated and filled, and closes it for cloning.
func (c *cluster) migrated(ctx context.Context) error {
	var there bool
	if err := c.admin.QueryRowContext(ctx,
		`select exists (select 1 from pg_database where datname = $1 and not datallowconn)`,
		c.template).Scan(&there); err != nil || there {
		return err
	}
	name := pq.QuoteIdentifier(c.template)
	if err := c.exec("drop database if exists " + name + " with (force)"); err != nil {
		return err
	}
	if err := c.exec("create database " + name +
		" template template0 encoding 'UTF8' lc_collate 'C.UTF-8' lc_ctype 'C.UTF-8' owner " +
		pq.QuoteIdentifier(c.ownerRole)); err != nil {
		return err
	}
	err := db.Migrate(ctx, db.MigrateOptions{OwnerURL: c.url(c.ownerRole, c.template), ServerURL: c.url(c.serverRole,
		c.template),
		Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	if err := fill(ctx, c.url(c.ownerRole, c.template)); err != nil {
		return err
	}
	return c.exec("alter database " + name + " allow_connections false")
}

// withDatabase sets role and database in a connection string of either of lib/pq's forms.
func withDatabase(base, role, database string) string {
	cfg, err := pq.NewConfig(base)
	if err != nil {
		return base
	}
	quote := func(s string) string { return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(s) + "'" }
	out := fmt.Sprintf("host=%s port=%d user=%s dbname=%s sslmode=%s", quote(cfg.Host), cfg.Port, quote(role),
		quote(database), quote(string(cfg.SSLMode)))
	if cfg.Password != "" {
		out += " password=" + quote(cfg.Password)
	}
	return out
}

func random() string {
	var b [6]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

// Counted recounts the boards' cases by stage without the program's functions.
const Counted = `select stage, count(*) as n from cases where stage <> '' and not (aside and stage <> 'applied')
	and parent_id is null and organization_id is not null and not imported and currency = 'CNY' group by stage`
