package board

import (
	"context"
	"fmt"
	"time"

	"incubase/db/pg"
)

// Figures are for alarms: delays, refusals and what runs out. Ages are in seconds.
type Figures struct {
	TimersRefused  int     `db:"timers_refused"`
	TimersLate     float64 `db:"timers_late"` // the longest due without a try
	SignalsLate    float64 `db:"signals_late"`
	SignalsFailing int     `db:"signals_failing"` // tried five times or more
	LoginsRefused  int     `db:"logins_refused"`  // within the last hour
	LoginsBlocked  int     `db:"logins_blocked"`
	RootAt         float64 `db:"root_at"`       // Unix time of the last signed root, 0: none
	BoardPending   int     `db:"board_pending"` // pending deltas, at most 100,000
	Envelopes      []Envelope
}

type Envelope struct {
	Ref       string `db:"ref"`
	Total     int64  `db:"total_fen"`
	Held      int64  `db:"held_fen"`
	Committed int64  `db:"committed_fen"`
}

// Figures reads the figures; now is the domain's time.
func (d *Boards) Figures(ctx context.Context, now time.Time) (f Figures, err error) {
	if err := d.Read.One(ctx, &f, "figures", pg.Micro(now)); err != nil {
		return f, fmt.Errorf("read figures: %w", err)
	}
	if err := d.Read.All(ctx, &f.Envelopes, "figures_envelopes"); err != nil {
		return f, fmt.Errorf("read envelopes: %w", err)
	}
	return f, nil
}
