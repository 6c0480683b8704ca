package db

import (
	"context"
	"fmt"
	"time"

	"incubase/workflow"
)

// Problem is something in the database that cannot be: a rewritten event, a ledger that does not match. It names the
// row.
type Problem struct {
	Table string `json:"table"`
	Row   string `json:"row"`
	What  string `json:"what"`
}

func (p Problem) String() string { return p.Table + " " + p.Row + ": " + p.Words() }

// verifyPage is how many events are read at a time: a long history must not hold one statement open.
const verifyPage = 2000

// Verify recomputes every chain of events and of records, every case's place on its chain, and the ledger against
// envelopes and awards; with the key that binds rows it compares what counts now with what the last act left. It
// reports each problem and goes on; the numbers are what it looked at.
func (d *DB) Verify(ctx context.Context, report func(Problem)) (events, records int, err error) {
	return d.VerifyAside(ctx, 0, report)
}

// VerifyAside is Verify beside work that is not to wait for it: after each page of a history it rests idle times as
// long as the page took, so it has one part in idle+1 of a processor and takes so many times longer.
func (d *DB) VerifyAside(ctx context.Context, idle int, report func(Problem)) (events, records int, err error) {
	if events, err = d.verifyEvents(ctx, idle, report); err != nil {
		return events, 0, fmt.Errorf("verify events: %w", err)
	}
	if records, err = d.verifyRecords(ctx, idle, report); err != nil {
		return events, records, fmt.Errorf("verify the log of records: %w", err)
	}
	if d.Binds() {
		if err = d.verifyBound(ctx, idle, report); err != nil {
			return events, records, fmt.Errorf("compare rows with what was bound: %w", err)
		}
	}
	return events, records, d.verifyWhole(ctx, report, "verify_heads", "verify_answers", "verify_objections",
		"verify_erasures", "verify_envelopes", "verify_awards", "verify_payments", "verify_audit")
}

// verifyWhole runs statements that name problems themselves.
func (d *DB) verifyWhole(ctx context.Context, report func(Problem), statements ...string) error {
	for _, check := range statements {
		var rows []Problem
		if err := d.read.allOfEverything(ctx, &rows, check); err != nil {
			return err
		}
		for _, p := range rows {
			report(p)
		}
	}
	return nil
}

// rest waits idle times as long as has passed since begun.
func rest(ctx context.Context, idle int, begun time.Time) error {
	if idle == 0 {
		return nil
	}
	t := time.NewTimer(time.Duration(idle) * time.Since(begun))
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (d *DB) verifyEvents(ctx context.Context, idle int, report func(Problem)) (n int, err error) {
	last := workflow.Event{Case: "00000000-0000-0000-0000-000000000000"}
	for {
		begun := time.Now()
		var rows []boundEvent
		if err := d.read.all(ctx, &rows, "verify_events", last.Case, last.Seq, verifyPage); err != nil {
			return n, err
		}
		for i := range rows {
			e := rows[i].event()
			verifyEvent(&last, &e, &rows[i].eventRow, report)
			d.verifyWrote(&e, &rows[i], report)
			last = e
		}
		n += len(rows)
		if len(rows) < verifyPage {
			return n, nil
		}
		if err := rest(ctx, idle, begun); err != nil {
			return n, err
		}
	}
}

// verifyEvent checks one event against the one before it, of the same case or another's last.
func verifyEvent(last, e *workflow.Event, row *eventRow, report func(Problem)) {
	name := fmt.Sprintf("case %s event %d", e.Case, e.Seq)
	previous := workflow.Hash{}
	if last.Case == e.Case {
		previous = last.Hash
	}
	expected := 1
	if last.Case == e.Case {
		expected = last.Seq + 1
	}
	if e.Seq != expected {
		report(Problem{"events", name, fmt.Sprintf("event %d is missing before it", expected)})
	}
	if row.Body == nil && !row.Erased {
		report(Problem{"event_payloads", name, "what was said is gone without an erasure"})
	}
	if err := e.Verify(previous, row.Body == nil); err != nil {
		report(Problem{"events", name, err.Error()})
	}
}

type recordLogRow struct {
	Kind     string    `db:"kind"`
	ID       string    `db:"record_id"`
	Seq      int       `db:"seq"`
	Op       string    `db:"op"`
	Actor    string    `db:"actor_id"`
	At       time.Time `db:"at"`
	BodyHash []byte    `db:"body_hash"`
	Previous []byte    `db:"previous_hash"`
	Hash     []byte    `db:"hash"`
	Body     *string   `db:"body"`
	Erased   bool      `db:"erased"`
	MAC      []byte    `db:"row_mac"`
	Row      []byte    `db:"row"` // the record as it stands, with its last entry
}
