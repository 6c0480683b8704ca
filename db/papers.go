package db

import (
	"context"
	"fmt"
	"time"

	"incubase/workflow"
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
		At: r.At.UTC(), Voided: utc(r.Voided)}
	if err := decode(r.Signed, &p.Signed); err != nil {
		return p, err
	}
	return p, decode(r.Facts, &p.Facts)
}

// papers runs a query of papers. Who may read them is their case's matter: the caller asks the desk.
func (d *DB) papers(ctx context.Context, query string, args ...any) ([]paper.Paper, error) {
	var rows []paperRow
	if err := d.read.all(ctx, &rows, query, args...); err != nil {
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

// PapersOf are a case's papers, oldest first; see workflow.Papers.
func (d *DB) PapersOf(ctx context.Context, on workflow.ID) ([]paper.Paper, error) {
	return d.papers(ctx, "paper_list", idOrNil(on))
}

// PapersOfRound are a round's papers of one kind that hold; see workflow.Papers.
func (d *DB) PapersOfRound(ctx context.Context, round workflow.ID, kind string) ([]paper.Paper, error) {
	return d.papers(ctx, "paper_round", idOrNil(round), kind, workflow.MaxBundle)
}

// Paper reads one; see workflow.Papers.
func (d *DB) Paper(ctx context.Context, id workflow.ID) (*paper.Paper, error) {
	list, err := d.papers(ctx, "paper_one", idOrNil(id))
	if err == nil && len(list) == 0 {
		err = workflow.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	return &list[0], nil
}

// PaperCounts says how many papers of each kind of a round hold.
func (d *DB) PaperCounts(ctx context.Context, round workflow.ID) (map[string]int, error) {
	var rows []struct {
		Kind string `db:"kind"`
		N    int    `db:"n"`
	}
	if err := d.read.all(ctx, &rows, "paper_counts", idOrNil(round)); err != nil {
		return nil, err
	}
	out := map[string]int{}
	for _, r := range rows {
		out[r.Kind] = r.N
	}
	return out, nil
}
