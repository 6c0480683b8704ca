package cases

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"incubase/db/board"
	"incubase/workflow"
	"incubase/workflow/desk"
)

// Remeasure measures all provisional clocks again after a new calendar and returns how many cases changed. It is no
// act: nothing is decided and the chain stays.
func (d *Cases) Remeasure(ctx context.Context, desk *desk.Desk) (n int, err error) {
	const page = 500
	for after := "00000000-0000-0000-0000-000000000000"; ; {
		var ids []string
		if err := d.Read.All(ctx, &ids, "clock_provisional", after, page); err != nil {
			return n, fmt.Errorf("find provisional clocks: %w", err)
		}
		for _, id := range ids {
			changed, err := d.remeasure(ctx, desk, id)
			if err != nil {
				return n, err
			}
			if changed {
				n++
			}
		}
		if len(ids) < page {
			return n, nil
		}
		after = ids[len(ids)-1]
	}
}

func (d *Cases) remeasure(ctx context.Context, desk *desk.Desk, id workflow.ID) (bool, error) {
	l, err := d.Load(ctx, workflow.LoadQuery{Ref: id, Actor: workflow.System()})
	if err != nil {
		return false, err
	}
	before := l.Facts.Case
	after, duties, changed := desk.Remeasure(l)
	if !changed {
		return false, nil
	}
	doc := &document{Case: newCaseDoc(&after), Board: board.BoardChange(&before, &after)}
	doc.live(&after, after.Alarms(l.Facts.Round != nil && l.Facts.Round.Rules.AllowProvisional), duties)
	body, err := json.Marshal(doc)
	if err != nil {
		return false, fmt.Errorf("encode the clocks of %s: %w", before.Ref, err)
	}
	var done bool
	err = d.Write.Row(ctx, "clock_remeasure", []any{string(body), before.Version}, &done)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil // it has moved, which measured its clocks
	}
	if err != nil {
		return false, fmt.Errorf("measure the clocks of %s: %w", before.Ref, err)
	}
	return true, nil
}
