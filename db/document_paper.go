package db

import (
	"encoding/json"
	"time"

	"incubase/workflow"
)

// paperDoc is an official paper as a row of the table papers, but for its number: Serial counts here how many of the same
// counter follow it in this write, and the statement takes that from the counter's last.
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

type voidDoc struct {
	Case workflow.ID `json:"case_id"`
	Seq  int         `json:"seq"`
	Kind string      `json:"kind"`
	At   time.Time   `json:"at"`
}

func (doc *document) papers(d *workflow.Decision, at time.Time) {
	for i, p := range d.Papers {
		facts, _ := json.Marshal(p.Facts) // words, sums and dates
		later := 0
		for _, q := range d.Papers[i+1:] {
			if q.Word == p.Word && q.Year == p.Year {
				later++
			}
		}
		doc.Papers = append(doc.Papers, paperDoc{p.ID, p.Case, p.Seq, opt(d.Case.Round), p.Kind, p.Word, p.Year, later, facts, at})
	}
	for _, v := range d.Voids {
		doc.Voids = append(doc.Voids, voidDoc{d.Case.ID, v.Seq, v.Kind, at})
	}
}
