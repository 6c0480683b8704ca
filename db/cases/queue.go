package cases

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"incubase/db/pg"
	"incubase/workflow"
	"incubase/workflow/desk"
)

var _ desk.Queue = (*Cases)(nil)

type timerRow struct {
	Case   string    `db:"case_id"`
	Name   string    `db:"name"`
	Since  int       `db:"since"`
	Action string    `db:"action"`
	Fires  time.Time `db:"fires_at"`
}

func (d *Cases) DueTimers(ctx context.Context, now time.Time, limit int) ([]desk.Timer, error) {
	var rows []timerRow
	if err := d.Read.All(ctx, &rows, "timer_due", pg.Micro(now), limit); err != nil {
		return nil, fmt.Errorf("read due timers: %w", err)
	}
	out := make([]desk.Timer, len(rows))
	for i, r := range rows {
		out[i] = desk.Timer{Case: r.Case, Name: r.Name, Since: r.Since, Action: r.Action, Fires: r.Fires.UTC()}
	}
	return out, nil
}

func (d *Cases) TimerTried(ctx context.Context, t desk.Timer, at time.Time, refusal string) error {
	if err := d.Write.Run(ctx, "timer_tried", t.Case, t.Name, t.Since, pg.Micro(at), clip(refusal, 2000)); err != nil {
		return fmt.Errorf("note timer %s of case %s: %w", t.Name, t.Case, err)
	}
	return nil
}

type signalRow struct {
	Key    string
	To     string
	Action string
	Fields []byte
	Tries  int
}

// TakeSignals leases pending signals for half a minute.
func (d *Cases) TakeSignals(ctx context.Context, limit int) ([]desk.PendingSignal, error) {
	var some bool
	if err := d.Read.One(ctx, &some, "signal_some"); err != nil || !some { // an empty queue costs no write
		return nil, err
	}
	var out []desk.PendingSignal
	err := d.Write.Rows(ctx, "signal_take", []any{limit}, func(r pg.RowScanner) error {
		var s signalRow
		if err := r.Scan(&s.Key, &s.To, &s.Action, &s.Fields, &s.Tries); err != nil {
			return err
		}
		p := desk.PendingSignal{Key: s.Key, Tries: s.Tries, Signal: workflow.Signal{To: s.To, Action: s.Action}}
		out = append(out, p)
		return json.Unmarshal(s.Fields, &out[len(out)-1].Fields)
	})
	if err != nil {
		return nil, fmt.Errorf("take signals: %w", err)
	}
	return out, nil
}

func (d *Cases) MarkSignal(ctx context.Context, key string, problem string, again time.Duration) error {
	if err := d.Write.Run(ctx, "signal_mark", key, clip(problem, 2000), again.Milliseconds()); err != nil {
		return fmt.Errorf("mark %s: %w", key, err)
	}
	return nil
}

// clip keeps at most the first n bytes, cut between characters.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && s[n]&0xC0 == 0x80 {
		n--
	}
	return s[:n]
}
