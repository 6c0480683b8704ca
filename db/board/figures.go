package board

import (
	"context"
	"fmt"
	"time"

	"incubase/db/pg"
)

// Figures are what alarms are about: how late the background is, what was refused, what runs out. Ages are in seconds.
type Figures struct {
	TimersRefused  int     `db:"timers_refused"`
	TimersLate     float64 `db:"timers_late"` // the longest due that was not tried
	SignalsLate    float64 `db:"signals_late"`
	SignalsFailing int     `db:"signals_failing"` // tried five times or more
	LoginsRefused  int     `db:"logins_refused"`  // within the last hour
	LoginsBlocked  int     `db:"logins_blocked"`
	RootAt         float64 `db:"root_at"`       // Unix time of the last signed root, 0: none
	BoardPending   int     `db:"board_pending"` // deltas that are not folded, 100,000 at most
	Envelopes      []Envelope
}

// Envelope is how far a round's money is promised.
type Envelope struct {
	Ref       string `db:"ref"`
	Total     int64  `db:"total_fen"`
	Held      int64  `db:"held_fen"`
	Committed int64  `db:"committed_fen"`
}

// Figures reads them; now is the domain's.
func (d *Boards) Figures(ctx context.Context, now time.Time) (f Figures, err error) {
	if err := d.Read.One(ctx, &f, "figures", pg.Micro(now)); err != nil {
		return f, fmt.Errorf("read figures: %w", err)
	}
	if err := d.Read.All(ctx, &f.Envelopes, "figures_envelopes"); err != nil {
		return f, fmt.Errorf("read envelopes: %w", err)
	}
	return f, nil
}
