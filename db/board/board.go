package board

import (
	"context"
	"fmt"

	"incubase/db/pg"
	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/money"
)

type boardRow struct {
	Key     string         `db:"key"`
	ZH      string         `db:"zh"`
	EN      string         `db:"en"`
	Stage   workflow.Stage `db:"stage"`
	N       int            `db:"n"`
	Amount  money.Fen      `db:"amount"`
	Overdue int            `db:"overdue"`
}

// boardDims are the breakdowns of a board. By "field" a case counts under each of its topics: rows overlap.
var boardDims = map[string]bool{"region": true, "agency": true, "field": true, "round": true, "workflow": true}

// Board reads a board, exact at the moment of reading: pending deltas are added. ErrNotFound if the region is outside
// the scope. Rows of topics and workflows carry the code or name without words.
func (d *Boards) Board(ctx context.Context, scope workflow.Scope, q workflow.BoardQuery) ([]workflow.Counts, error) {
	if !scope.Covers(q.Region) {
		return nil, workflow.ErrNotFound
	}
	if q.By == "" {
		q.By = "region"
	}
	if !boardDims[q.By] {
		return nil, pg.Invalid("by", "只能按 region、agency、field、round 或 workflow 汇总",
			"choose region, agency, field, round or workflow")
	}
	var rows []boardRow
	if err := d.Read.All(ctx, &rows, "board_read", q.By, string(q.Region), q.Today.String(),
		q.Workflow); err != nil {
		return nil, fmt.Errorf("read the board of %q: %w", q.Region, err)
	}
	var out []workflow.Counts
	for _, r := range rows {
		if len(out) == 0 || out[len(out)-1].Key != r.Key {
			out = append(out, workflow.Counts{Key: r.Key, Label: workflow.Text{ZH: r.ZH, EN: r.EN},
				Count: map[workflow.Stage]int{}, Sum: map[workflow.Stage]money.Fen{}})
		}
		c := &out[len(out)-1]
		if r.Stage == workflow.NoStage { // the row of overdue cases
			c.Overdue = r.Overdue
			continue
		}
		c.Count[r.Stage], c.Sum[r.Stage] = r.N, r.Amount
	}
	return out, nil
}

// SumPastDues sums up to limit rows of due dates more than a week past into one day before all others and returns how
// many. Boards stay exact for later days: moving the clock back by less than a week changes nothing.
func (d *Boards) SumPastDues(ctx context.Context, today calendar.Date, limit int) (int, error) {
	const week = 7
	var n int
	if err := d.Write.Row(ctx, "board_past", []any{today.AddDays(-week).String(), limit}, &n); err != nil {
		return 0, fmt.Errorf("sum the due dates long past: %w", err)
	}
	return n, nil
}

// FoldBoard folds up to limit pending deltas into the cells and returns how many, one server at a time.
func (d *Boards) FoldBoard(ctx context.Context, limit int) (int, error) {
	var n int
	if err := d.Write.Row(ctx, "board_fold", []any{limit}, &n); err != nil {
		return 0, fmt.Errorf("fold the boards: %w", err)
	}
	return n, nil
}
