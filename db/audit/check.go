package audit

import (
	"context"
	"fmt"

	"incubase/db/pg"
)

// Check recomputes boards from cases and paper numbers from papers, and reports differences.
func (d *Verifier) Check(ctx context.Context, report func(pg.Problem)) error {
	for _, check := range []string{"check_cells", "check_dues", "check_papers"} {
		var rows []pg.Problem
		if err := d.Read.AllOfEverything(ctx, &rows, check); err != nil {
			return fmt.Errorf("check what is kept: %w", err)
		}
		for _, p := range rows {
			report(p)
		}
	}
	return nil
}
