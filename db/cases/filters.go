package cases

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"incubase/db/pg"
	"incubase/workflow"
)

const MaxFilters = 20

func (d *Cases) SavedFilters(ctx context.Context, user workflow.ID) (out []workflow.SavedFilter, err error) {
	return out, d.Read.All(ctx, &out, "filter_list", user)
}

// SaveFilter saves a filter, replacing an earlier one of that name. Invalid if there are too many. Names have 1 to 40
// characters, queries at most 1000 bytes.
func (d *Cases) SaveFilter(ctx context.Context, user workflow.ID, f workflow.SavedFilter) error {
	var done bool
	err := d.Write.Row(ctx, "filter_save", []any{user, f.Name, f.Query, MaxFilters}, &done)
	if errors.Is(err, sql.ErrNoRows) {
		return pg.Invalid("name", "保存的筛选已经满 20 个，请先删掉不用的", "you keep 20 lists already; remove one first")
	}
	if err != nil {
		return fmt.Errorf("keep a list: %w", err)
	}
	return nil
}

// DropFilter deletes a filter, if it exists.
func (d *Cases) DropFilter(ctx context.Context, user workflow.ID, name string) error {
	return d.Write.Run(ctx, "filter_drop", user, name)
}
