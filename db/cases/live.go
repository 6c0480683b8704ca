package cases

import (
	"context"
	"fmt"
	"slices"

	"github.com/lib/pq"

	"incubase/workflow"
)

const liveBatch = 200 // cases read at once

// Live visits the live cases of a workflow, the oldest first and no more than most, with the facts that guards read.
// It returns how many there are. A case may have ended when it is visited.
func (d *Cases) Live(ctx context.Context, name string, most int,
	visit func(*workflow.Loaded) error) (live int, err error) {
	var found []struct {
		ID   workflow.ID
		Live int
	}
	if err := d.Read.AllOfEverything(ctx, &found, "live_ids", name, most); err != nil {
		return 0, fmt.Errorf("list live cases of %s: %w", name, err)
	}
	for batch := range slices.Chunk(found, liveBatch) {
		ids := make([]workflow.ID, len(batch))
		for i := range batch {
			ids[i], live = batch[i].ID, batch[i].Live
		}
		if err := d.visit(ctx, ids, visit); err != nil {
			return 0, err
		}
	}
	return live, nil
}

func (d *Cases) visit(ctx context.Context, ids []workflow.ID, visit func(*workflow.Loaded) error) error {
	var rows []caseRow
	if err := d.Read.All(ctx, &rows, "live_facts", pq.Array(ids)); err != nil {
		return fmt.Errorf("read live cases: %w", err)
	}
	for i := range rows {
		var l workflow.Loaded
		if err := rows[i].load(&l); err != nil {
			return err
		}
		if err := visit(&l); err != nil {
			return err
		}
	}
	return nil
}
