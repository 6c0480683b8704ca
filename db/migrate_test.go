package db_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"testing"
	"testing/fstest"
	"time"

	"incubase/db"
	"incubase/db/dbtest"
)

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

func TestSeveralMachinesMayMigrateAtOnce(t *testing.T) {
	t.Parallel()
	d := dbtest.Empty(t)
	errs := together(3, func(int) error {
		return db.Migrate(context.WithoutCancel(t.Context()), db.MigrateOptions{OwnerURL: d.OwnerURL, ServerURL: d.URL, Log: quiet()})
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
	// Once more changes nothing.
	if err := db.Migrate(t.Context(), db.MigrateOptions{OwnerURL: d.OwnerURL, ServerURL: d.URL, Log: quiet()}); err != nil {
		t.Error(err)
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
	for begun := time.Now(); time.Since(begun) < 2*time.Second; time.Sleep(10 * time.Millisecond) {
		at := time.Now()
		// Behind a migration that waits without end it would never come back.
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		_, err := reader.ExecContext(ctx, `select n from busy`)
		cancel()
		if err != nil {
			t.Fatal(err)
		}
		worst = max(worst, time.Since(at))
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

func TestAReleaseTooOldForTheSchemaIsRefused(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t, db.Options{})
	for _, c := range []struct {
		oldest, release string
		fits            bool
	}{{"0.1.0", "0.1.0", true}, {"0.1.0", "0.2.0-rc1", true}, {"0.2.0", "0.1.9", false}, {"0.2.0", "0.10.0", true}, {"1.0.0", "dev", true}} {
		if _, err := d.Owner(t).Exec(`insert into schema_releases values (99, $1) on conflict (schema) do update set oldest = excluded.oldest`, c.oldest); err != nil {
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
	d := dbtest.Open(t, db.Options{})
	server := d.Server(t)
	for _, table := range []string{"events", "event_payloads", "postings", "case_answers", "record_log", "audit", "chain_roots", "definitions", "workflow_edges"} {
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
	d := dbtest.Open(t, db.Options{})
	if err := d.WriteThroughReaderForTest(t.Context()); err == nil {
		t.Error("a reader wrote")
	}
}
