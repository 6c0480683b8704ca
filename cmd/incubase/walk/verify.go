package walk

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	"incubase/workflow/money"
)

type event struct {
	Seq      int    `json:"seq"`
	Action   string `json:"action"`
	From     string `json:"from"`
	To       string `json:"to"`
	Hash     string `json:"hash"`
	Previous string `json:"previous_hash"`
}

// verify checks every case's chain and state, the round's sums against the cases', and with Options.Verify the stored
// chains and ledger.
func (w *walk) verify(ctx context.Context) error {
	var awarded, paid int64
	for _, f := range w.files {
		if f.id == "" {
			continue
		}
		w.report.Filed++
		c, err := w.checkCase(ctx, f.id)
		if err != nil {
			return fmt.Errorf("application %s: %w", f.row, err)
		}
		if c.Stage == "reviewed" || c.Stage == "funded" || c.Stage == "reported" {
			awarded += c.Awarded
		}
		paid += c.Paid
		if c.Stage == "reported" {
			w.report.Reported++
		}
	}
	w.report.Awarded, w.report.Paid = money.Fen(awarded), money.Fen(paid)
	if err := w.checkRound(ctx, awarded, paid); err != nil {
		return err
	}
	fmt.Fprintf(w.Out, "\n%d filed, %d reported; awarded %s yuan, paid %s yuan\n", w.report.Filed, w.report.Reported,
		w.report.Awarded.Yuan(), w.report.Paid.Yuan())
	fmt.Fprintf(w.Out, "chains: %d events linked over the API; the round's sums equal the cases'\n", w.report.Events)
	if w.Verify == nil {
		return nil
	}
	if err := w.Verify(ctx); err != nil {
		return fmt.Errorf("verify chains and ledger: %w", err)
	}
	fmt.Fprintln(w.Out, "chains and ledger verified in the database")
	return nil
}

func (w *walk) checkCase(ctx context.Context, id string) (caseView, error) {
	var c caseView
	if err := w.staff["officer"].get(ctx, "/cases/"+url.PathEscape(id), &c); err != nil {
		return c, err
	}
	if err := w.checkLog(ctx, id, c.State, c.Version); err != nil {
		return c, err
	}
	for _, k := range c.Children {
		if err := w.checkLog(ctx, k.ID, k.State, 0); err != nil {
			return c, fmt.Errorf("%s: %w", k.Ref, err)
		}
	}
	return c, nil
}

// checkLog follows a log from its first event to the case's state.
func (w *walk) checkLog(ctx context.Context, id, state string, version int) error {
	var log struct {
		Items []event `json:"items"`
	}
	if err := w.staff["officer"].get(ctx, "/cases/"+url.PathEscape(id)+"/events", &log); err != nil {
		return err
	}
	if err := linked(log.Items); err != nil {
		return err
	}
	last := log.Items[len(log.Items)-1]
	if last.To != state || version > 0 && last.Seq != version {
		return fmt.Errorf("the log ends in %s at %d, the case stands in %s at %d", last.To, last.Seq, state, version)
	}
	w.report.Events += len(log.Items)
	return nil
}

// linked reports the first event that does not follow the previous one by number, state and hash.
func linked(items []event) error {
	if len(items) == 0 {
		return errors.New("the log is empty")
	}
	before := event{}
	for i, e := range items {
		switch {
		case e.Seq != i+1:
			return fmt.Errorf("event %d stands where %d should", e.Seq, i+1)
		case e.From != before.To:
			return fmt.Errorf("event %d leaves %q, the one before led to %q", e.Seq, e.From, before.To)
		case i > 0 && e.Previous != before.Hash:
			return fmt.Errorf("event %d does not carry the hash of the one before", e.Seq)
		case e.Hash == "" || e.Hash == before.Hash:
			return fmt.Errorf("event %d has no hash of its own", e.Seq)
		}
		before = e
	}
	return nil
}

func (w *walk) checkRound(ctx context.Context, awarded, paid int64) error {
	var r roundView
	if err := w.staff["officer"].get(ctx, "/rounds/"+w.round.ID, &r); err != nil {
		return err
	}
	if r.Committed != awarded || r.Paid != paid || r.Committed > r.Total {
		return fmt.Errorf("the round says %d committed and %d paid of %d fen, its cases add up to %d and %d", r.Committed,
			r.Paid, r.Total, awarded, paid)
	}
	return nil
}
