package cases

import (
	"context"
	"fmt"
	"time"

	"incubase/db/pg"
	"incubase/workflow"
	"incubase/workflow/desk"
	"incubase/workflow/paper"
)

type paperRow struct {
	ID     string     `db:"id"`
	Case   string     `db:"case_id"`
	Seq    int        `db:"seq"`
	Kind   string     `db:"kind"`
	Word   string     `db:"word"`
	Year   int        `db:"year"`
	Serial int        `db:"serial"`
	At     time.Time  `db:"at"`
	Voided *time.Time `db:"voided_at"`
	Facts  []byte     `db:"facts"`
	Signed []byte     `db:"signed"`
}

func (r *paperRow) paper() (paper.Paper, error) {
	p := paper.Paper{ID: r.ID, Case: r.Case, Kind: r.Kind, Word: r.Word, Year: r.Year, Serial: r.Serial, Seq: r.Seq,
		At: r.At.UTC(), Voided: pg.Utc(r.Voided)}
	if err := pg.Decode(r.Signed, &p.Signed); err != nil {
		return p, err
	}
	return p, pg.Decode(r.Facts, &p.Facts)
}

// papers runs a query of papers. The caller checks access to their case.
func (d *Cases) papers(ctx context.Context, query string, args ...any) ([]paper.Paper, error) {
	var rows []paperRow
	if err := d.Read.All(ctx, &rows, query, args...); err != nil {
		return nil, err
	}
	out := make([]paper.Paper, len(rows))
	for i := range rows {
		var err error
		if out[i], err = rows[i].paper(); err != nil {
			return nil, fmt.Errorf("read paper %s: %w", rows[i].ID, err)
		}
	}
	return out, nil
}

func (d *Cases) PapersOf(ctx context.Context, on workflow.ID) ([]paper.Paper, error) {
	return d.papers(ctx, "paper_list", pg.IdOrNil(on))
}

func (d *Cases) PapersOfRound(ctx context.Context, round workflow.ID, kind string) ([]paper.Paper, error) {
	return d.papers(ctx, "paper_round", pg.IdOrNil(round), kind, desk.MaxBundle)
}

func (d *Cases) Paper(ctx context.Context, id workflow.ID) (*paper.Paper, error) {
	list, err := d.papers(ctx, "paper_one", pg.IdOrNil(id))
	if err == nil && len(list) == 0 {
		err = workflow.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	return &list[0], nil
}

func (d *Cases) PaperCounts(ctx context.Context, round workflow.ID) (map[string]int, error) {
	var rows []struct {
		Kind string `db:"kind"`
		N    int    `db:"n"`
	}
	if err := d.Read.All(ctx, &rows, "paper_counts", pg.IdOrNil(round)); err != nil {
		return nil, err
	}
	out := map[string]int{}
	for _, r := range rows {
		out[r.Kind] = r.N
	}
	return out, nil
}
