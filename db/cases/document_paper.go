package cases

import (
	"encoding/json"
	"time"

	"incubase/db/pg"
	"incubase/workflow"
	"incubase/workflow/paper"
)

// paperDoc is a paper as a row of papers, except for its number: Serial counts how many papers of the same counter
// follow in this write; the statement subtracts it from the counter's last.
type paperDoc struct {
	ID     workflow.ID     `json:"id"`
	Case   workflow.ID     `json:"case_id"`
	Seq    int             `json:"seq"`
	Round  *workflow.ID    `json:"round_id"`
	Kind   string          `json:"kind"`
	Word   string          `json:"word"`
	Year   int             `json:"year"`
	Serial int             `json:"serial"`
	Facts  json.RawMessage `json:"facts"`
	At     time.Time       `json:"at"`
}

type VoidDoc struct {
	Case workflow.ID `json:"case_id"`
	Seq  int         `json:"seq"`
	Kind string      `json:"kind"`
	At   time.Time   `json:"at"`
	MAC  *string     `json:"row_mac"`
}

func (doc *document) papers(d *workflow.Decision, at time.Time) {
	for _, p := range d.Papers {
		facts, _ := json.Marshal(p.Facts) // only words, sums and dates
		round := d.Case.Round
		if p.Kind == paper.Minutes {
			round = p.Case
		}
		doc.Papers = append(doc.Papers, paperDoc{p.ID, p.Case, p.Seq, pg.Opt(round), p.Kind, p.Word, p.Year, 0, facts, at})
	}
	serials(doc.Papers)
	for _, v := range d.Voids {
		doc.Voids = append(doc.Voids, VoidDoc{d.Case.ID, v.Seq, v.Kind, at, nil})
	}
}

func serials(papers []paperDoc) {
	for i := range papers {
		p := &papers[i]
		for _, q := range papers[i+1:] {
			if q.Word == p.Word && q.Year == p.Year {
				p.Serial++
			}
		}
	}
}
