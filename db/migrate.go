package db

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/lib/pq"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"incubase/db/pg"
	"incubase/db/records"
	"incubase/db/regions"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// MigrateOptions name the database to bring up to date and its roles.
type MigrateOptions struct {
	OwnerURL  string // owns the schema
	ServerURL string // the server's role, granted its rights here; empty: the owner
	Log       *slog.Logger
}

// Migrate brings the schema up to date. Of several machines that start at once one migrates and the others wait.
func Migrate(ctx context.Context, o MigrateOptions) error {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	pool, err := pg.OwnerPool(o.OwnerURL)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	defer pool.Close()
	if settled(ctx, pool, o) {
		return nil
	}
	files, err := fs.Sub(migrationFiles, "migrations")
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	if err := checkBaseline(ctx, pool); err != nil {
		return err
	}
	p, err := provider(pool, files, o.Log)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	if err := up(ctx, p, o.Log); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	if err := markBaseline(ctx, pool); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	if err := records.LoadRegions(ctx, pool); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	if err := grant(ctx, pool, o); err != nil {
		return fmt.Errorf("migrate: grant the server's rights: %w", err)
	}
	return nil
}

// settledSQL reports whether every migration ($1) is applied, the divisions are the program's or newer ($2 hash, $3
// since), and role $4 has exactly the rights that grant gives: insert on $5, read on $6; baseline hash $7.
const settledSQL = `select
  not exists (select 1 from unnest($1::bigint[]) v where not coalesce(
    (select g.is_applied from goose_db_version g where g.version_id = v order by g.id desc limit 1), false))
  and exists (select 1 from schema_baseline where hash = $7::bytea)
  and exists (select 1 from region_editions where hash = $2 or since > $3::date)
  and has_schema_privilege($4::name, 'public', 'usage')
  and not exists (select 1 from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p',
  'v', 'm') and (
    not has_table_privilege($4, c.oid, 'select')
    or has_table_privilege($4, c.oid, 'insert') = (c.relname = any ($6))
    or has_table_privilege($4, c.oid, 'update') = (c.relname = any ($5) or c.relname = any ($6))
    or has_table_privilege($4, c.oid, 'delete') = (c.relname = any ($5) or c.relname = any ($6))
    or has_table_privilege($4, c.oid, 'truncate') and (c.relname = any ($5) or c.relname = any ($6))))
  and not exists (select 1 from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'S'
    and not (has_sequence_privilege($4, c.oid, 'usage') and has_sequence_privilege($4, c.oid, 'select')))
  and not exists (select 1 from pg_proc p where p.pronamespace = 'public'::regnamespace and p.proacl is not null and
  not exists (
    select 1 from aclexplode(p.proacl) a where a.privilege_type = 'EXECUTE' and a.grantee in (0, (select oid
    from pg_roles where rolname = $4))))`

// settled reports whether there is nothing to migrate, fill or grant, as at nearly every start. Granting again would
// make every other server plan all its statements again. Errors count as no: the work itself reports them.
func settled(ctx context.Context, pool *sql.DB, o MigrateOptions) (yes bool) {
	owner, server, err := roles(o)
	if err != nil || owner == server {
		return false
	}
	known, err := migrations()
	if err != nil {
		return false
	}
	hash := regions.Hash()
	err = pool.QueryRowContext(ctx, settledSQL, pq.Array(known), hash[:], regions.Since, server, pq.Array(pg.AppendOnly),
		pq.Array(pg.OwnersOnly), baseline()).Scan(&yes)
	return err == nil && yes
}

// IsEmpty reports whether a database has no table, view or function at all.
func IsEmpty(ctx context.Context, ownerURL string) (bool, error) {
	pool, err := pg.OwnerPool(ownerURL)
	if err != nil {
		return false, err
	}
	defer pool.Close()
	var empty bool
	err = pool.QueryRowContext(ctx,
		`select not exists (select 1 from pg_class c join pg_namespace n on n.oid = c.relnamespace
		where n.nspname <> 'information_schema' and n.nspname !~ '^pg_')`).Scan(&empty)
	if err != nil {
		return false, fmt.Errorf("look whether the database is empty: %w", err)
	}
	return empty, nil
}

func provider(pool *sql.DB, files fs.FS, log *slog.Logger) (*goose.Provider, error) {
	// Waiters retry every second for ten minutes: a long migration on another machine is no failure.
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 600))
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectPostgres, pool, files,
		goose.WithSessionLocker(locker), goose.WithSlog(log), goose.WithDisableGlobalRegistry(true))
}

// up applies pending migrations, with retries while tables are locked.
func up(ctx context.Context, p *goose.Provider, log *slog.Logger) error {
	const tries = 200
	for try := 1; ; try++ {
		done, err := p.Up(ctx)
		for _, r := range done {
			log.Info("migrated", "file", r.Source.Path, "took", r.Duration)
		}
		if err == nil || pq.As(err, "55P03") == nil || try == tries {
			return err
		}
		log.Info("a table is busy, migrating again shortly", "try", try)
		select {
		case <-ctx.Done():
			return errors.Join(err, ctx.Err())
		case <-time.After(time.Duration(100+50*min(try, 20)) * time.Millisecond):
		}
	}
}

func grant(ctx context.Context, pool *sql.DB, o MigrateOptions) error {
	owner, server, err := roles(o)
	if err != nil {
		return err
	}
	if owner == server {
		o.Log.Warn("the server runs as the owner of the schema: PostgreSQL will not keep it from changing history; " +
			"give it a role of its own with INCUBASE_DATABASE_URL and INCUBASE_DATABASE_OWNER_URL")
		return nil
	}
	var there bool
	if err := pool.QueryRowContext(ctx, `select exists (select 1 from pg_roles where rolname = $1)`,
		server).Scan(&there); err != nil {
		return err
	}
	if !there {
		return fmt.Errorf("there is no role %[1]q; as a superuser: create role %[1]s login password '...'", server)
	}
	role := pq.QuoteIdentifier(server)
	statements := []string{
		"grant usage on schema public to " + role,
		"grant select, insert, update, delete on all tables in schema public to " + role,
		"grant usage, select on all sequences in schema public to " + role,
		"grant execute on all functions in schema public to " + role,
	}
	statements = append(statements, revocations(ctx, pool, role)...)
	// One transaction, so that the server's role never has too few or too many rights.
	_, err = pool.ExecContext(ctx, "begin; select pg_advisory_xact_lock(4097083627); "+strings.Join(statements,
		"; ")+"; commit")
	return err
}

func revocations(ctx context.Context, pool *sql.DB, role string) (s []string) {
	exists := func(table string) bool {
		var ok bool
		err := pool.QueryRowContext(ctx, `select to_regclass($1) is not null`, "public."+table).Scan(&ok)
		return err == nil && ok
	}
	for _, t := range pg.AppendOnly {
		if exists(t) {
			s = append(s, "revoke update, delete, truncate on "+t+" from "+role)
		}
	}
	for _, t := range pg.OwnersOnly {
		if exists(t) {
			s = append(s, "revoke insert, update, delete, truncate on "+t+" from "+role)
		}
	}
	return s
}

func roles(o MigrateOptions) (owner, server string, err error) {
	a, err := pq.NewConfig(o.OwnerURL)
	if err != nil {
		return "", "", err
	}
	if o.ServerURL == "" {
		return a.User, a.User, nil
	}
	b, err := pq.NewConfig(o.ServerURL)
	return a.User, b.User, err
}

// SchemaError reports that this release cannot run on this schema.
type SchemaError struct {
	Schema, Known   int64  // of the database; newest of this program
	Oldest, Release string // oldest release that may run on the schema; this one
}

func (e *SchemaError) Error() string {
	if e.Schema < e.Known {
		return fmt.Sprintf("the database is at schema %d, this release needs %d: run incubase migrate", e.Schema, e.Known)
	}
	return fmt.Sprintf("the database is at schema %d, which needs release %s or newer; this is %s", e.Schema, e.Oldest,
		e.Release)
}

// CheckSchema returns SchemaError for a schema that this release cannot use. A newer schema is fine if it allows this
// release: the release before a migration runs on it too.
func (d *DB) CheckSchema(ctx context.Context, release string) error {
	var v struct {
		Schema int64
		Oldest string
	}
	if err := d.Read.One(ctx, &v, "schema_version"); err != nil {
		return err
	}
	known, err := newest()
	if err != nil {
		return err
	}
	if v.Schema < known || olderThan(release, v.Oldest) {
		return &SchemaError{Schema: v.Schema, Known: known, Oldest: v.Oldest, Release: release}
	}
	return nil
}

func newest() (int64, error) {
	known, err := migrations()
	if err != nil {
		return 0, err
	}
	return slices.Max(known), nil
}

func migrations() (known []int64, err error) {
	for _, f := range migrationNames() {
		v, err := goose.NumericComponent(path.Base(f))
		if err != nil {
			return nil, err
		}
		known = append(known, v)
	}
	return known, nil
}

// olderThan compares releases a.b.c; a build without one ("dev") is never older.
func olderThan(release, oldest string) bool {
	a, ok := numbers(release)
	b, also := numbers(oldest)
	if !ok || !also {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return a[i] < b[i]
		}
	}
	return false
}

func numbers(release string) (n [3]int, ok bool) {
	core, _, _ := strings.Cut(strings.TrimPrefix(release, "v"), "-")
	parts := strings.Split(core, ".")
	if len(parts) != len(n) {
		return n, false
	}
	for i, p := range parts {
		v, err := strconv.Atoi(p)
		if err != nil {
			return n, false
		}
		n[i] = v
	}
	return n, true
}

// ErrOlderSchema refuses a database made by another text of the baseline: it cannot be upgraded.
var ErrOlderSchema = errors.New("this database was made before the first release, by an earlier text of the schema, " +
	"and cannot be " +
	"brought up to date: move the data folder away or name another one with --data (or an empty database) and load it " +
	"again")

// checkBaseline returns ErrOlderSchema unless the schema begins with this program's baseline.
func checkBaseline(ctx context.Context, pool *sql.DB) error {
	var made, marked bool
	err := pool.QueryRowContext(ctx, `select to_regclass('public.goose_db_version') is not null,
		to_regclass('public.schema_baseline') is not null`).Scan(&made, &marked)
	if err != nil || !made {
		return err
	}
	older := `exists (select 1 from goose_db_version where version_id between 1 and $1 - 1)`
	if marked {
		older += ` or exists (select 1 from schema_baseline where hash <> $2::bytea)`
	} else {
		older += ` or $2::bytea is null`
	}
	err = pool.QueryRowContext(ctx, `select `+older, firstMigration, baseline()).Scan(&marked)
	if err == nil && marked {
		err = ErrOlderSchema
	}
	return err
}

// markBaseline records which text of the baseline a database has. It is idempotent.
func markBaseline(ctx context.Context, pool *sql.DB) error {
	_, err := pool.ExecContext(ctx, `insert into schema_baseline (hash) select $1::bytea
		where not exists (select 1 from schema_baseline) on conflict do nothing`, baseline())
	return err
}

// Migrations up to lastOfBaseline are the baseline: the schema of the first release, edited in place until its tag.
const firstMigration, lastOfBaseline = 101, 199

func baseline() []byte {
	h := sha256.New()
	for _, f := range migrationNames() {
		if v, err := goose.NumericComponent(path.Base(f)); err == nil && v <= lastOfBaseline {
			hashMigration(h, f)
		}
	}
	return h.Sum(nil)
}

func SchemaHash() string {
	h := sha256.New()
	for _, f := range migrationNames() {
		hashMigration(h, f)
	}
	return hex.EncodeToString(h.Sum(nil))[:16]
}

func migrationNames() []string {
	files, _ := fs.Glob(migrationFiles, "migrations/*.sql") // the pattern is well-formed
	return files
}

func hashMigration(h io.Writer, file string) {
	b, _ := migrationFiles.ReadFile(file) // embedded
	_, _ = fmt.Fprintf(h, "%s %d\n%s", file, len(b), b)
}
