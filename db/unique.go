package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"incubase/workflow"
)

// LiveCase finds the live case that has the key; see workflow.Twins.
func (d *DB) LiveCase(ctx context.Context, key string) (id workflow.ID, err error) {
	if err = d.read.one(ctx, &id, "live_case", key); err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("look for the live case of a key: %w", err)
	}
	return id, nil
}
