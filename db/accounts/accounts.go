package accounts

import (
	"context"
	"fmt"
	"time"

	"incubase/db/pg"
	"incubase/workflow"
	"incubase/workflow/registry"
)

type AccountsNow struct {
	Open, Disabled int
	WithoutRights  int           // open accounts without roles
	Refused        int           // sign-ins of the last week
	Ending         []EndingRight // within a month, nearest first; at most eleven
	Stale          []Named       // disabled accounts that still hold roles; at most eleven
}

type EndingRight struct {
	User  workflow.ID   `json:"user"`
	Name  string        `json:"name"`
	Role  workflow.Role `json:"role"`
	Until time.Time     `json:"until"`
}

type Named struct {
	User workflow.ID `json:"user"`
	Name string      `json:"name"`
}

// AccountsNow reads the overview for one of the three administrators; ErrNotFound for others.
func (d *Accounts) AccountsNow(ctx context.Context, actor workflow.Actor) (*AccountsNow, error) {
	if !registry.RecordScopeOf(actor).Accounts {
		return nil, workflow.ErrNotFound
	}
	var row struct {
		Open          int    `db:"open"`
		Disabled      int    `db:"disabled"`
		WithoutRights int    `db:"without_rights"`
		Refused       int    `db:"refused"`
		Ending        []byte `db:"ending"`
		Stale         []byte `db:"stale"`
	}
	if err := d.Read.One(ctx, &row, "accounts_now", "30 days", "7 days"); err != nil {
		return nil, fmt.Errorf("read how accounts stand: %w", err)
	}
	out := &AccountsNow{Open: row.Open, Disabled: row.Disabled, WithoutRights: row.WithoutRights, Refused: row.Refused}
	if err := pg.Decode(row.Ending, &out.Ending); err != nil {
		return nil, err
	}
	return out, pg.Decode(row.Stale, &out.Stale)
}
