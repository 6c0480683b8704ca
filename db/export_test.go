package db

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"path"
	"strings"
	"testing"
	"testing/fstest"

	"incubase/db/audit"
	"incubase/db/cases"
	"incubase/db/pg"
	"incubase/workflow"
)

func (d *DB) WriteThroughReaderForTest(ctx context.Context) error {
	var n int
	return d.Read.One(ctx, &n, "key_replay", "00000000-0000-7000-8000-000000000001", "k")
}

func CrashAtForTest(fn func(point string)) { pg.CrashAt = fn }

// MigrationsForTest returns a copy of the migrations, so that a test can add the next release's.
func MigrationsForTest(t testing.TB) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{}
	for _, f := range migrationNames() {
		b, err := migrationFiles.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		out[path.Base(f)] = &fstest.MapFile{Data: b}
	}
	return out
}

func UpForTest(ctx context.Context, url string, files fs.FS) error {
	pool, err := pg.OwnerPool(url)
	if err != nil {
		return err
	}
	defer pool.Close()
	log := slog.New(slog.DiscardHandler)
	p, err := provider(pool, files, log)
	if err != nil {
		return err
	}
	return up(ctx, p, log)
}

func (d *DB) LoadForTest(q workflow.LoadQuery) (text string, args []any) {
	return d.Read.Texts.Text(cases.LoadWith(q.Needs)), cases.LoadArgs(q)
}

func (d *DB) CommitForTest(c workflow.Commit) (text string, args []any, err error) {
	args, err = d.CommitArgs(&c)
	return d.Write.Texts.Text("case_commit"), args, err
}

// PlanForTest returns the reader's generic plan of a statement.
func (d *DB) PlanForTest(ctx context.Context, name, args string) (plan string, err error) {
	conn, err := d.Read.Pool.Connx(ctx)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	if _, err := conn.ExecContext(ctx, "prepare planned as "+d.Read.Texts.Text(name)); err != nil {
		return "", err
	}
	defer func() { _, _ = conn.ExecContext(ctx, "deallocate planned") }()
	var lines []string
	err = conn.SelectContext(ctx, &lines, "explain (costs off) execute planned"+args)
	return strings.Join(lines, "\n"), err
}

// FactsForTest returns the facts of a case as loaded and as the view has them.
func (d *DB) FactsForTest(ctx context.Context, id string) (loaded, viewed string, err error) {
	args := cases.LoadArgs(workflow.LoadQuery{Ref: id, Slot: "answers"})
	err = d.Read.Pool.GetContext(ctx, &loaded, "select to_jsonb(l) from ("+d.Read.Texts.Text("case_load")+") l", args...)
	if err == nil {
		err = d.Read.Pool.GetContext(ctx, &viewed, "select to_jsonb(f) from case_facts f where f.id = $1", id)
	}
	return loaded, viewed, err
}

func RootMessage(r *audit.Root) []byte { return r.Message() }
