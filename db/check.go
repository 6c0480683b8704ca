package db

import (
	"context"
	"fmt"
)

// Check recomputes the boards from the cases, and the numbers of papers from the papers, and reports where they differ
// from what is kept.
func (d *DB) Check(ctx context.Context, report func(Problem)) error {
	for _, check := range []string{"check_cells", "check_dues", "check_papers"} {
		var rows []Problem
		if err := d.read.allOfEverything(ctx, &rows, check); err != nil {
			return fmt.Errorf("check what is kept: %w", err)
		}
		for _, p := range rows {
			report(p)
		}
	}
	return nil
}
