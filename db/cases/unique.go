package cases

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"incubase/workflow"
)

// LiveCase finds the live case with the unique key; see machine.Twins.
func (d *Cases) LiveCase(ctx context.Context, key string) (id workflow.ID, err error) {
	if err = d.Read.One(ctx, &id, "live_case", key); err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("look for the live case of a key: %w", err)
	}
	return id, nil
}
