package pg

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/lib/pq"

	"incubase/workflow"
)

// Tx is a transaction of several named statements, for the few writes that do not fit in one.
type Tx struct {
	ctx   context.Context
	slot  *slot
	tx    *sql.Tx
	texts *Writer
	limit time.Duration
}

// Tx runs fn in a transaction and commits it. If it fails before the commit is sent, nothing was done.
func (w *Writer) Tx(ctx context.Context, fn func(*Tx) error) error {
	s, err := w.take(ctx)
	if err != nil {
		return err
	}
	defer func() { w.slots <- s }()
	limit := w.limit(ctx)
	ctx = context.WithoutCancel(ctx)
	if err := s.connect(ctx, limit); err != nil {
		return unsent(err)
	}
	s.line.bound(limit)
	defer s.line.bound(0)
	tx, err := s.conn.BeginTx(ctx, nil)
	if err != nil {
		s.drop()
		return unsent(err)
	}
	if err := fn(&Tx{ctx: ctx, slot: s, tx: tx, texts: w, limit: limit}); err != nil {
		if back := tx.Rollback(); back != nil {
			s.drop()
		}
		return undone(err)
	}
	Crash("before", "commit")
	err = tx.Commit()
	Crash("after", "commit")
	return s.verdict("commit", err)
}

func (t *Tx) Row(name string, args []any, dest ...any) error {
	found := false
	err := t.Rows(name, args, func(r RowScanner) error {
		found = true
		return r.Scan(dest...)
	})
	if err == nil && !found {
		return sql.ErrNoRows
	}
	return err
}

func (t *Tx) Run(name string, args ...any) error {
	return t.Rows(name, args, func(RowScanner) error { return nil })
}

func (t *Tx) Rows(name string, args []any, visit func(RowScanner) error) error {
	st, err := t.slot.ready(t.ctx, t.texts, name, t.limit)
	if err == nil {
		t.slot.line.bound(t.limit)
		err = visitAll(t.ctx, t.tx.StmtContext(t.ctx, st), args, visit)
	}
	if e := pq.As(err); e != nil {
		return fmt.Errorf("%s: %w", name, refused(e))
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// undone maps what ended a transaction before its commit: a broken connection is busy, not unknown.
func undone(err error) error {
	if errors.Is(err, workflow.ErrUnknown) || isBroken(err) {
		return fmt.Errorf("%w: %w", workflow.ErrBusy, err)
	}
	return err
}
