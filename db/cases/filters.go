package cases

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"incubase/db/pg"
	"incubase/workflow"
)

// SavedFilter is a list of cases that a person keeps under a name. The query is an address's, without the question
// mark.
type SavedFilter struct {
	Name  string `db:"name"`
	Query string `db:"query"`
}

// MaxFilters is how many lists one person may keep.
const MaxFilters = 20

// SavedFilters reads a person's kept lists, the oldest first.
func (d *Cases) SavedFilters(ctx context.Context, user workflow.ID) (out []SavedFilter, err error) {
	return out, d.Read.All(ctx, &out, "filter_list", user)
}

// SaveFilter keeps a list under a name; an earlier one of that name gives way. Invalid where there are too many. Names
// have 1 to 40 characters, queries at most 1000 bytes.
func (d *Cases) SaveFilter(ctx context.Context, user workflow.ID, f SavedFilter) error {
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

// DropFilter forgets a kept list; one that is not there is forgotten already.
func (d *Cases) DropFilter(ctx context.Context, user workflow.ID, name string) error {
	return d.Write.Run(ctx, "filter_drop", user, name)
}
