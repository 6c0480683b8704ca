package cases

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"incubase/db/pg"
	"incubase/workflow"
	"incubase/workflow/calendar"
)

type objectionDoc struct {
	Case        workflow.ID    `json:"case_id"`
	N           int            `json:"n"`
	Seq         int            `json:"seq"`
	Code        string         `json:"code"`
	At          time.Time      `json:"at"`
	Name        string         `json:"name"`
	Contact     string         `json:"contact"`
	Text        string         `json:"text"`
	Anonymous   bool           `json:"anonymous"`
	Counts      bool           `json:"counts"`
	Unconfirmed bool           `json:"unconfirmed"`
	Since       *calendar.Date `json:"since"`
	Due         *calendar.Date `json:"due_on"`
	Resolved    *time.Time     `json:"resolved_at"`
	Upheld      bool           `json:"upheld"`
	Reason      string         `json:"reason"`
	By          *workflow.ID   `json:"answered_by"`
	AnswerSeq   *int           `json:"answer_seq"`
	Files       []workflow.ID  `json:"files"`
	MAC         *string        `json:"row_mac"`
}

// object adds the objections of a decision: new ones of its own event, and changed earlier ones.
func (doc *document) object(d *workflow.Decision) {
	for i := range d.Objections {
		o := &d.Objections[i]
		row := objectionDoc{Case: d.Case.ID, N: o.N, Seq: o.Seq, Code: o.Code, At: pg.Micro(o.At), Name: o.Name,
			Contact: o.Contact, Text: o.Text, Anonymous: o.Anonymous, Counts: o.Counts, Unconfirmed: o.Unconfirmed,
			Since: o.Since, Due: o.Due, Upheld: o.Upheld, Reason: o.Reason, By: pg.Opt(o.By), Files: pg.List(o.Files)}
		if o.Resolved != nil {
			at := pg.Micro(*o.Resolved)
			row.Resolved, row.AnswerSeq = &at, &o.AnswerSeq
		}
		if o.Seq > d.Before.Version {
			doc.Objections = append(doc.Objections, row)
		} else {
			doc.Objected = append(doc.Objected, row)
		}
	}
}

// objectionDocument selects an objection o in the form of workflow.Objection.
const objectionDocument = `jsonb_build_object('n', o.n, 'seq', o.seq, 'at', o.at, 'name', o.name, 'contact', o.contact, 'text', o.text,
          'anonymous', o.anonymous, 'counts', o.counts, 'unconfirmed', o.unconfirmed, 'since', o.since, 'due_on', o.due_on,
          'resolved', o.resolved_at, 'upheld', o.upheld, 'reason', o.reason, 'by', coalesce(o.answered_by::text, ''),
          'answer_seq', coalesce(o.answer_seq, 0), 'files', o.files)`

// Objections reads a page of objections to a case by number, after the one given.
func (d *Cases) Objections(ctx context.Context, on workflow.ID, after, limit int) ([]workflow.Objection, error) {
	var rows []struct {
		Document []byte `db:"document"`
	}
	if err := d.Read.All(ctx, &rows, "objection_list", on, after, pg.PageSize(limit)); err != nil {
		return nil, fmt.Errorf("read objections to case %s: %w", on, err)
	}
	out := make([]workflow.Objection, len(rows))
	for i := range rows {
		if err := pg.Decode(rows[i].Document, &out[i]); err != nil {
			return nil, fmt.Errorf("read objections to case %s: %w", on, err)
		}
	}
	return out, nil
}

// ObjectionCode returns the number and code, given to the objector, of the objection in an event.
func (d *Cases) ObjectionCode(ctx context.Context, on workflow.ID, seq int) (n int, code string, err error) {
	var row struct {
		N    int    `db:"n"`
		Code string `db:"code"`
	}
	if err := d.Read.One(ctx, &row, "objection_code", on, seq); err != nil {
		return 0, "", fmt.Errorf("read the objection of event %d of case %s: %w", seq, on, err)
	}
	return row.N, row.Code, nil
}

type followedRow struct {
	Ref         string         `db:"ref"`
	Title       string         `db:"title"`
	N           int            `db:"n"`
	At          time.Time      `db:"at"`
	Counts      bool           `db:"counts"`
	Unconfirmed bool           `db:"unconfirmed"`
	Due         *calendar.Date `db:"due_on"`
	Resolved    *time.Time     `db:"resolved_at"`
	Upheld      bool           `db:"upheld"`
	Reason      string         `db:"reason"`
	Over        bool           `db:"over"`
}

// FollowObjection reads an objection's outcome by its code, without names of persons, or returns ErrNotFound.
func (d *Cases) FollowObjection(ctx context.Context, code string) (*workflow.Followed, error) {
	if code = workflow.ParseObjectionCode(code); code == "" {
		return nil, workflow.ErrNotFound
	}
	var r followedRow
	err := d.Read.One(ctx, &r, "objection_follow", code)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, workflow.ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("read an objection by its code: %w", err)
	}
	return &workflow.Followed{Ref: r.Ref, Title: r.Title, N: r.N, Code: code, At: r.At.UTC(), Counts: r.Counts,
		Unconfirmed: r.Unconfirmed, Due: r.Due, Resolved: pg.Utc(r.Resolved), Upheld: r.Upheld, Answer: r.Reason,
		Over: r.Over}, nil
}
