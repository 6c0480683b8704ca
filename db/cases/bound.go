package cases

import (
	"fmt"
	"time"

	"incubase/db/pg"
	"incubase/workflow"
)

// bindDocument fills in the MACs of a commit: of every case with its events and their rows.
func bindDocument(k pg.RowKey, doc *document, cases ...*workflow.Case) error {
	if len(k) == 0 {
		return nil
	}
	written, err := written(k, doc)
	if err != nil {
		return err
	}
	for i := range doc.Objections {
		if err := bindObjection(k, &doc.Objections[i]); err != nil {
			return err
		}
	}
	for i := range doc.Objected {
		if err := bindObjection(k, &doc.Objected[i]); err != nil {
			return err
		}
	}
	for i := range doc.Attach {
		doc.Attach[i].MAC = new(k.Attached(doc.Attach[i].File, cases[0].ID))
	}
	for i := range doc.Voids {
		doc.Voids[i].MAC = new(pg.Bytea(Void(k, doc.Voids[i])))
	}
	heads := map[workflow.ID]*workflow.Case{}
	for _, c := range cases {
		heads[c.ID] = c
	}
	bind := func(id workflow.ID, seq int, hash string, row, rows **string) error {
		mac, err := k.Event(hash, written[eventKey{id, seq}])
		if err != nil {
			return err
		}
		*rows = new(pg.Bytea(mac))
		if c := heads[id]; c != nil && c.Version == seq {
			if mac, err = k.RowOf("cases", newCaseDoc(c)); err != nil {
				return err
			}
			*row = new(pg.Bytea(mac))
		}
		return nil
	}
	for i := range doc.Events {
		e := &doc.Events[i]
		if err := bind(e.Case, e.Seq, e.Hash, &e.RowMAC, &e.RowsMAC); err != nil {
			return err
		}
	}
	return nil
}

type eventKey struct {
	on  workflow.ID
	seq int
}

func written(k pg.RowKey, doc *document) (map[eventKey]pg.Wrote, error) {
	all := map[eventKey]pg.Wrote{}
	var failed error
	add := func(id workflow.ID, seq int, table string, row any) {
		key := eventKey{id, seq}
		if all[key] == nil {
			all[key] = pg.Wrote{}
		}
		if err := all[key].Add(table, row); err != nil {
			failed = err
		}
	}
	for i := range doc.Answers {
		a := &doc.Answers[i]
		digest, err := k.Digest(a.Body)
		if err != nil {
			return nil, err
		}
		a.Digest = new(pg.Bytea(digest))
		add(a.Case, a.Seq, "case_answers", a)
	}
	for i := range doc.Postings {
		add(doc.Postings[i].Case, doc.Postings[i].Seq, "postings", &doc.Postings[i])
	}
	for i := range doc.Papers {
		add(doc.Papers[i].Case, doc.Papers[i].Seq, "papers", &doc.Papers[i])
	}
	for i := range doc.Signals {
		add(doc.Signals[i].From, doc.Signals[i].Seq, "signals", &doc.Signals[i])
	}
	for i := range doc.Coached {
		add(doc.Coached[i].Case, doc.Coached[i].Seq, "coachings", &doc.Coached[i])
	}
	for i := range doc.Results {
		add(doc.Results[i].Case, doc.Results[i].Seq, "results", &doc.Results[i])
	}
	for i := range doc.Objections {
		o := &doc.Objections[i]
		add(o.Case, o.Seq, "objections", pg.Columns{"brought": o.N, "by": o.Code, "on": o.At, "unnamed": o.Anonymous,
			"with": o.Files})
	}
	return all, failed
}

func bindObjection(k pg.RowKey, o *objectionDoc) error {
	mac, err := k.RowOf("objections", o)
	o.MAC = new(pg.Bytea(mac))
	return err
}

// bindDecision fills in the MACs of a decision and of its case before. If that row is not as the last act left it,
// the act is made but not bound, so that it never legitimizes a change behind the servers.
func bindDecision(k pg.RowKey, doc *document, d *workflow.Decision) error {
	if len(k) == 0 {
		return nil
	}
	before, err := k.RowOf("cases", newCaseDoc(&d.Before))
	if err != nil {
		return err
	}
	doc.beforeMAC = before[:]
	cases := []*workflow.Case{&d.Case}
	for i := range d.Children {
		cases = append(cases, &d.Children[i].Case)
	}
	return bindDocument(k, doc, cases...)
}

// Void binds that an act voided the case's papers of a kind.
func Void(k pg.RowKey, v VoidDoc) workflow.Hash {
	return k.Mac("void", fmt.Appendf(nil, "%s\n%d\n%s\n%s", v.Case, v.Seq, v.Kind,
		pg.Micro(v.At).Format(time.RFC3339Nano)))
}
