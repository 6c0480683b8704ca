package audit

import (
	"context"
	"fmt"
	"time"

	"incubase/db/cases"
	"incubase/db/pg"
	"incubase/workflow"
)

// Verify recomputes every chain of events and records, every case's place on its chain, and the ledger against
// envelopes and awards; with the row key it compares rows with their MACs. It reports each problem and continues; it
// returns the numbers of events and record entries.
func (d *Verifier) Verify(ctx context.Context, report func(pg.Problem)) (events, records int, err error) {
	return d.VerifyAside(ctx, 0, report)
}

// VerifyAside is Verify at low load: after each page of a history it rests idle times as long as the page took, so it
// uses 1/(idle+1) of a processor.
func (d *Verifier) VerifyAside(ctx context.Context, idle int, report func(pg.Problem)) (events, records int,
	err error) {
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

// verifyWhole runs statements that return problems.
func (d *Verifier) verifyWhole(ctx context.Context, report func(pg.Problem), statements ...string) error {
	for _, check := range statements {
		var rows []pg.Problem
		if err := d.Read.AllOfEverything(ctx, &rows, check); err != nil {
			return err
		}
		for _, p := range rows {
			report(p)
		}
	}
	return nil
}

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

func (d *Verifier) verifyEvents(ctx context.Context, idle int, report func(pg.Problem)) (n int, err error) {
	last := workflow.Event{Case: "00000000-0000-0000-0000-000000000000"}
	for {
		begun := time.Now()
		var rows []boundEvent
		if err := d.Read.All(ctx, &rows, "verify_events", last.Case, last.Seq, pg.VerifyPage); err != nil {
			return n, err
		}
		for i := range rows {
			e := rows[i].Event()
			verifyEvent(&last, &e, &rows[i].EventRow, report)
			d.verifyWrote(&e, &rows[i], report)
			last = e
		}
		n += len(rows)
		if len(rows) < pg.VerifyPage {
			return n, nil
		}
		if err := rest(ctx, idle, begun); err != nil {
			return n, err
		}
	}
}

// verifyEvent checks an event against the one before it, of the same case or another's last.
func verifyEvent(last, e *workflow.Event, row *cases.EventRow, report func(pg.Problem)) {
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
		report(pg.Problem{Table: "events", Row: name, What: fmt.Sprintf("event %d is missing before it", expected)})
	}
	if row.Body == nil && !row.Erased {
		report(pg.Problem{Table: "event_payloads", Row: name, What: "what was said is gone without an erasure"})
	}
	if err := e.Verify(previous, row.Body == nil); err != nil {
		report(pg.Problem{Table: "events", Row: name, What: err.Error()})
	}
}
