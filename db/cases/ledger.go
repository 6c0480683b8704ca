package cases

import (
	"context"
	"fmt"
	"time"

	"incubase/db/pg"
	"incubase/workflow"
	"incubase/workflow/money"
)

type Entry struct {
	ID      int64       `db:"id"`
	Case    workflow.ID `db:"case_id"`
	Ref     string      `db:"ref"` // of the case whose act posted it
	Seq     int         `db:"seq"`
	Grant   workflow.ID `db:"grant_id"`
	Round   workflow.ID `db:"round_id"`
	Kind    string      `db:"kind"`
	Debit   string      `db:"debit"`
	Credit  string      `db:"credit"`
	Amount  money.Fen   `db:"amount_fen"`
	Tranche int         `db:"tranche"`
	At      time.Time   `db:"at"`
}

// Ledger reads the postings of one award, oldest first. The caller has checked access to the case.
func (d *Cases) Ledger(ctx context.Context, grant workflow.ID) ([]Entry, error) {
	var out []Entry
	if err := d.Read.All(ctx, &out, "ledger_grant", pg.IdOrNil(grant)); err != nil {
		return nil, fmt.Errorf("read the ledger of case %s: %w", grant, err)
	}
	return out, nil
}

type Balance struct {
	Account string    `db:"account"`
	Amount  money.Fen `db:"amount"`
}

// Balances reads the accounts of a round, which add up to its envelope: the rest, committed and paid of each award,
// and returned.
func (d *Cases) Balances(ctx context.Context, round workflow.ID) ([]Balance, error) {
	var out []Balance
	if err := d.Read.All(ctx, &out, "ledger_balances", pg.IdOrNil(round)); err != nil {
		return nil, fmt.Errorf("read the balances of round %s: %w", round, err)
	}
	return out, nil
}
