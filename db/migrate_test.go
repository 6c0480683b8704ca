package db_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"testing"
	"testing/fstest"
	"time"

	"incubase/db"
	"incubase/db/dbtest"
	"incubase/db/pg"
)

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

func TestSeveralMachinesMayMigrateAtOnce(t *testing.T) {
	t.Parallel()
	d := dbtest.Empty(t)
	errs := together(3, func(int) error {
		return db.Migrate(context.WithoutCancel(t.Context()), db.MigrateOptions{OwnerURL: d.OwnerURL, ServerURL: d.URL,
			Log: quiet()})
	})
	for _, err := range errs {
		if err != nil {
			t.Error(err)
		}
	}
	if err := d.CheckSchema(t.Context(), "0.1.0"); err != nil {
		t.Error(err)
	}
	if err := d.Prepare(t.Context()); err != nil {
		t.Error(err)
	}
	if err := db.Migrate(t.Context(), db.MigrateOptions{OwnerURL: d.OwnerURL, ServerURL: d.URL,
		Log: quiet()}); err != nil {
		t.Error(err)
	}
}

// Granting again would make every other server plan its statements again, so a start looks first and mends what is
// amiss.
func TestAStartMendsWhatIsAmissAndLeavesAloneWhatIsNot(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t, pg.Options{})
	owner := d.Owner(t)
	var server string
	if err := d.Server(t).QueryRow(`select current_user`).Scan(&server); err != nil {
		t.Fatal(err)
	}
	start := func() error {
		return db.Migrate(t.Context(), db.MigrateOptions{OwnerURL: d.OwnerURL, ServerURL: d.URL, Log: quiet()})
	}
	granted := func() (row string) {
		t.Helper()
		if err := owner.QueryRow(`select xmin || ' ' || ctid from pg_class where relname = 'events'`).Scan(&row); err != nil {
			t.Fatal(err)
		}
		return row
	}
	if err := start(); err != nil {
		t.Fatal(err)
	}
	before := granted()
	if err := start(); err != nil || granted() != before {
		t.Errorf("a start that has nothing to do granted again, %v", err)
	}
	for _, c := range []struct{ amiss, mended string }{
		{`revoke insert on cases from ` + server, `has_table_privilege($1, 'cases', 'insert')`},
		{`revoke select on cases from ` + server, `has_table_privilege($1, 'cases', 'select')`},
		{`revoke update on duties from ` + server, `has_table_privilege($1, 'duties', 'update')`},
		{`revoke delete on duties from ` + server, `has_table_privilege($1, 'duties', 'delete')`},
		{`grant update on events to ` + server, `not has_table_privilege($1, 'events', 'update')`},
		{`grant delete on postings to ` + server, `not has_table_privilege($1, 'postings', 'delete')`},
		{`grant truncate on audit to ` + server, `not has_table_privilege($1, 'audit', 'truncate')`},
		{`grant insert on schema_releases to ` + server, `not has_table_privilege($1, 'schema_releases', 'insert')`},
		{`revoke usage on all sequences in schema public from ` + server,
			`(select bool_and(has_sequence_privilege($1, oid, 'usage')) from pg_class where relkind = 'S'
				and relnamespace = 'public'::regnamespace)`},
		{`revoke execute on function searchable from public, ` + server,
			`has_function_privilege($1, 'searchable'::regproc, 'execute')`},
		{`revoke usage on schema public from public, ` + server, `has_schema_privilege($1, 'public', 'usage')`},
		{`delete from region_editions`, `$1 <> '' and exists (select 1 from region_editions)`},
	} {
		if _, err := owner.Exec(c.amiss); err != nil {
			t.Fatalf("%s: %v", c.amiss, err)
		}
		var ok bool
		look := func() error { return owner.QueryRow(`select `+c.mended, server).Scan(&ok) }
		if err := look(); err != nil || ok {
			t.Fatalf("%s: nothing is amiss, %v", c.amiss, err)
		}
		if err := errors.Join(start(), look()); err != nil || !ok {
			t.Errorf("%s: a start did not mend it, %v", c.amiss, err)
		}
	}
	if _, err := owner.Exec(
		`delete from goose_db_version where version_id = (select max(version_id) from goose_db_version)`); err != nil {
		t.Fatal(err)
	}
	if start() == nil {
		t.Error("a migration that is not on record was not tried")
	}
}

func TestAMigrationWaitsForABusyTableWithoutStallingIt(t *testing.T) {
	t.Parallel()
	d := dbtest.Empty(t)
	files := fstest.MapFS{"0001_table.sql": {Data: []byte("-- +goose Up\ncreate table busy (n int);")}}
	if err := db.UpForTest(t.Context(), d.OwnerURL, files); err != nil {
		t.Fatal(err)
	}
	sitting, err := d.Owner(t).Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = sitting.Rollback() }()
	if _, err := sitting.Exec(`select n from busy`); err != nil { // a long report
		t.Fatal(err)
	}
	files["0002_column.sql"] = &fstest.MapFile{Data: []byte("-- +goose Up\nalter table busy add column m int;")}
	done := make(chan error, 1)
	go func() { done <- db.UpForTest(context.WithoutCancel(t.Context()), d.OwnerURL, files) }()
	reader := d.Owner(t)
	var worst time.Duration
	tries := map[time.Time]bool{}
	for end := time.Now().Add(time.Minute); len(tries) < 3 && time.Now().Before(end); {
		var try sql.NullTime
		if err := reader.QueryRow(`select max(query_start) from pg_stat_activity where datname = current_database()
			and wait_event_type = 'Lock' and query like '%alter table busy%' and pid <> pg_backend_pid()`).Scan(&try); err != nil {
			t.Fatal(err)
		}
		if try.Valid {
			tries[try.Time] = true
		}
		at := time.Now()
		// Behind a migration that waits without end it would never return.
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		_, err := reader.ExecContext(ctx, `select n from busy`)
		cancel()
		if err != nil {
			t.Fatal(err)
		}
		worst = max(worst, time.Since(at))
	}
	if len(tries) < 3 {
		t.Errorf("the migration was seen to wait %d times", len(tries))
	}
	if worst > 10*time.Second {
		t.Errorf("a read waited %s behind the migration", worst)
	}
	select {
	case err := <-done:
		t.Errorf("the migration did not wait for the table: %v", err)
	default:
	}
	_ = sitting.Rollback()
	if err := <-done; err != nil {
		t.Errorf("migrate: %v", err)
	}
	if _, err := reader.Exec(`select m from busy`); err != nil {
		t.Error(err)
	}
}

// Until the first release the baseline is edited in place: a database made by another text of it, or by numbered
// migrations, cannot be upgraded. A half-made one can.
func TestADatabaseOfAnEarlierBaselineIsRefused(t *testing.T) {
	t.Parallel()
	for name, harm := range map[string]string{
		"another text": `update schema_baseline set hash = sha256('another')`,
		"numbered migrations": `drop table schema_baseline; insert into goose_db_version (version_id, is_applied) values (31,
			true)`,
		"its mark is missing": `delete from schema_baseline`,
	} {
		d := dbtest.Open(t, pg.Options{})
		if _, err := d.Owner(t).Exec(harm); err != nil {
			t.Fatal(name, err)
		}
		err := db.Migrate(t.Context(), db.MigrateOptions{OwnerURL: d.OwnerURL, ServerURL: d.URL, Log: quiet()})
		if refused := errors.Is(err, db.ErrOlderSchema); refused != (name != "its mark is missing") || err != nil &&
			!refused {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The next release's migration runs on a used database, the previous release still starts on its schema, and old rows
// verify.
func TestAUsedDatabaseUpgrades(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t)
	f.Walk(f.NewGrant(), "reviewed")
	next := db.MigrationsForTest(t)
	next["0201_next.sql"] = &fstest.MapFile{Data: []byte(`-- +goose Up
alter table cases add column next_release text not null default '';
insert into schema_releases values (201, '0.1.0');`)}
	if err := db.UpForTest(t.Context(), f.OwnerURL, next); err != nil {
		t.Fatal(err)
	}
	var n int
	err := f.Owner(t).QueryRow(`select count(*) from cases where next_release = ''`).Scan(&n)
	if err != nil || n == 0 {
		t.Errorf("%d cases came along, %v", n, err)
	}
	if err := errors.Join(db.Migrate(t.Context(), db.MigrateOptions{OwnerURL: f.OwnerURL, ServerURL: f.URL, Log: quiet()}),
		f.CheckSchema(t.Context(), "0.1.0")); err != nil {
		t.Error("the release before on the schema of the next:", err)
	}
	sound(t, f)
}

func TestAReleaseTooOldForTheSchemaIsRefused(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t, pg.Options{})
	for _, c := range []struct {
		oldest, release string
		fits            bool
	}{{"0.1.0", "0.1.0", true}, {"0.1.0", "0.2.0-rc1", true}, {"0.2.0", "0.1.9", false}, {"0.2.0", "0.10.0", true},
		{"1.0.0", "dev", true}} {
		if _, err := d.Owner(t).Exec(
			`insert into schema_releases values (999, $1) on conflict (schema) do update set oldest = excluded.oldest`,
			c.oldest); err != nil {
			t.Fatal(err)
		}
		err := d.CheckSchema(t.Context(), c.release)
		var bad *db.SchemaError
		if c.fits && err != nil || !c.fits && !errors.As(err, &bad) {
			t.Errorf("release %s on a schema for %s: %v", c.release, c.oldest, err)
		}
	}
	if _, err := d.Server(t).Exec(`delete from schema_releases`); err == nil {
		t.Error("the server's role may change what may run")
	}
}

func TestTheServersRoleCannotChangeHistory(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t, pg.Options{})
	server := d.Server(t)
	for _, table := range []string{"events", "event_payloads", "postings", "case_answers", "record_log", "audit",
		"chain_roots", "definitions", "workflow_edges"} {
		for _, s := range []string{"delete from %s", "truncate %s", "drop table %s"} {
			if _, err := server.Exec(fmt.Sprintf(s, table)); err == nil {
				t.Errorf("%s: done", fmt.Sprintf(s, table))
			}
		}
		var may bool
		if err := server.QueryRow(`select has_any_column_privilege($1, 'update')`, table).Scan(&may); err != nil || may {
			t.Errorf("may update %s: %v", table, err)
		}
	}
}

func TestAReadCannotWrite(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t, pg.Options{})
	if err := d.WriteThroughReaderForTest(t.Context()); err == nil {
		t.Error("a reader wrote")
	}
}
