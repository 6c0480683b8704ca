package accounts

import (
	"context"
	"encoding/json"
	"fmt"

	"incubase/workflow"
	"incubase/workflow/registry"
)

// AccountsNow reads how accounts stand, for one of the three administrators; ErrNotFound for anybody else.
func (d *Accounts) AccountsNow(ctx context.Context, actor workflow.Actor) (*registry.AccountsNow, error) {
	if !registry.RecordScopeOf(actor).Accounts {
		return nil, workflow.ErrNotFound
	}
	var doc string
	if err := d.Read.One(ctx, &doc, "accounts_now", "30 days", "7 days"); err != nil {
		return nil, fmt.Errorf("read how accounts stand: %w", err)
	}
	out := &registry.AccountsNow{}
	return out, json.Unmarshal([]byte(doc), out)
}
