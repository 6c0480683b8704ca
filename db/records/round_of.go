package records

import (
	"context"
	"encoding/json"
	"fmt"

	"incubase/db/pg"
	"incubase/workflow"
	"incubase/workflow/registry"
)

// eraseRecord erases log bodies of a record, in the transaction of the entry that says so.
func eraseRecord(t *pg.Tx, x *registry.EraseEntryDoc) error {
	doc, err := json.Marshal(x)
	if err != nil {
		return fmt.Errorf("encode erasing of %s %s: %w", x.Record, x.Of, err)
	}
	var done bool
	return t.Row("record_erase", []any{string(doc)}, &done)
}

// RoundOf returns the id of a round named by id or reference.
func RoundOf(ctx context.Context, d *pg.DB, named string) (workflow.ID, error) {
	if named == "" {
		return "", nil
	}
	var ids []string
	if err := d.Read.All(ctx, &ids, "round_named", pg.IdOrNil(named), named); err != nil {
		return "", fmt.Errorf("look for round %.40q: %w", named, err)
	}
	if len(ids) == 0 {
		return "", pg.Invalid("round", "没有这个批次，请用批次的编号（RD-…）或 id",
			"there is no such round; name it by its reference (RD-...) or id")
	}
	return ids[0], nil
}
