package cases

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/lib/pq"

	"incubase/db/pg"
	"incubase/db/records"
	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/region"
)

var _ workflow.Store = (*Cases)(nil)

func (d *Cases) Load(ctx context.Context, q workflow.LoadQuery) (*workflow.Loaded, error) {
	var row loadRow
	err := d.Read.One(ctx, &row, LoadWith(q.Needs), LoadArgs(q)...)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, workflow.ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("load case %s: %w", q.Ref, err)
	}
	l := &workflow.Loaded{}
	if err := row.load(l); err != nil {
		return nil, err
	}
	l.Receipt = row.Receipt()
	l.Facts.Answers, l.Facts.Draft = row.Answers, row.Draft
	if err := row.drafted(&l.Facts); err != nil {
		return nil, fmt.Errorf("load the draft of case %s: %w", q.Ref, err)
	}
	l.Facts.DraftRead = q.Slot == workflow.AnswersSlot
	if err := pg.Decode(row.Reviewers, &l.Facts.Candidates.Reviewers); err != nil {
		return nil, fmt.Errorf("load reviewers for case %s: %w", q.Ref, err)
	}
	if err := pg.Decode(row.Agencies, &l.Facts.Candidates.Agencies); err != nil {
		return nil, fmt.Errorf("load agencies for case %s: %w", q.Ref, err)
	}
	if err := pg.Decode(row.Objections, &l.Facts.Objections); err != nil {
		return nil, fmt.Errorf("load objections to case %s: %w", q.Ref, err)
	}
	if err := pg.Decode(row.Waiting, &l.Facts.Waiting); err != nil {
		return nil, fmt.Errorf("load objections to case %s that wait: %w", q.Ref, err)
	}
	if err := pg.Decode(row.Results, &l.Facts.Results); err != nil {
		return nil, fmt.Errorf("load results of the organization of case %s: %w", q.Ref, err)
	}
	return l, nil
}

// LoadArgs returns the parameters of case_load in order.
func LoadArgs(q workflow.LoadQuery) []any {
	id, ref := pg.Identify(q.Ref)
	actor := q.Actor.ID
	if actor == "" {
		actor = workflow.ObjectorID
	}
	return []any{id, ref, actor, q.Key, q.Slot}
}

func LoadWith(n workflow.Needs) string {
	var parts []string
	if n.Reviewers {
		parts = append(parts, "reviewers")
	}
	if n.Agencies {
		parts = append(parts, "agencies")
	}
	if n.Objections {
		parts = append(parts, "waiting")
	}
	if n.Results {
		parts = append(parts, "results")
	}
	return pg.With("case_load", parts)
}

func (d *Cases) Commit(ctx context.Context, c workflow.Commit) error {
	args, err := d.CommitArgs(&c)
	if err != nil {
		return err
	}
	var done bool
	err = d.Write.Row(ctx, "case_commit", args, &done)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return workflow.ErrMoved
	case err != nil:
		return named(err, c.Decision.Events[0].Action, c.Decision.Case.Ref)
	}
	return nil
}

// CommitArgs returns the parameters of case_commit in order.
func (d *Cases) CommitArgs(c *workflow.Commit) ([]any, error) {
	x := &c.Decision
	doc, err := decisionDocument(x, c.Alarms)
	if err != nil {
		return nil, err
	}
	if err := bindDecision(d.RowKey, doc, x); err != nil {
		return nil, err
	}
	body, err := json.Marshal(doc)
	if err != nil {
		return nil, fmt.Errorf("encode decision on case %s: %w", x.Case.Ref, err)
	}
	return []any{string(body), x.Case.ID, x.Before.Version, x.Asserts.Round, x.Asserts.Organization, x.Asserts.Parent,
		c.Actor, c.Key, c.Digest[:], receiptText(c.Receipt), c.Forever, doc.beforeMAC}, nil
}

func receiptText(r json.RawMessage) string {
	if len(r) == 0 {
		return "{}"
	}
	return string(r)
}

// named adds the action to a refusal by a constraint, or wraps the error.
func named(err error, action, ref string) error {
	var r *workflow.Refused
	if errors.As(err, &r) {
		return &workflow.Refused{Action: action, Refusals: r.Refusals, Offers: r.Offers}
	}
	return fmt.Errorf("commit %s on case %s: %w", action, ref, err)
}

type openingRow struct {
	roundRow
	organizationRow
	pg.KeyRow
	ProjectID           *string        `db:"project_id"`
	ProjectOrganization *string        `db:"project_organization"`
	ProjectTitle        *string        `db:"project_title"`
	ProjectTopics       pq.StringArray `db:"project_topics"`
	ProjectRegion       *string        `db:"project_region"`
	RegionName          string         `db:"region_name"`
	RoundKind           *string        `db:"round_kind"`
	RoundRegion         *string        `db:"round_region"`
	RoundTracks         []byte         `db:"round_tracks"`
	RoundDefinition     *int           `db:"round_definition"`
}

func (r *openingRow) opened(x *workflow.Round) error {
	if x == nil {
		return nil
	}
	x.Kind, x.Region, x.Definition = pg.Str(r.RoundKind), region.Code(pg.Str(r.RoundRegion)), pg.Val(r.RoundDefinition)
	var tracks []workflow.Track
	if err := pg.Decode(r.RoundTracks, &tracks); err != nil {
		return err
	}
	for _, t := range tracks {
		x.Tracks = append(x.Tracks, t.Code)
	}
	return nil
}

// LoadOpening reads what opening a case needs, in one statement; see workflow.Store. Missing rows are nil.
func (d *Cases) LoadOpening(ctx context.Context, q workflow.OpeningQuery) (*workflow.Loaded, error) {
	var row openingRow
	var err error
	if q.Round != "" && pg.IdOrNil(q.Round) == nil {
		if q.Round, err = records.RoundOf(ctx, d.DB, q.Round); err != nil {
			return nil, err
		}
	}
	err = d.Read.One(ctx, &row, "case_opening", pg.IdOrNil(q.Round), pg.IdOrNil(q.Organization), pg.IdOrNil(q.Project),
		q.Actor.ID,
		q.Key)
	if err != nil {
		return nil, fmt.Errorf("load what a new %s needs: %w", q.Workflow, err)
	}
	l := &workflow.Loaded{Receipt: row.Receipt()}
	if l.Facts.Round, err = row.round(); err == nil {
		err = row.opened(l.Facts.Round)
	}
	if err != nil {
		return nil, fmt.Errorf("read round %s: %w", q.Round, err)
	}
	l.Facts.Organization = row.organization()
	if row.ProjectID != nil {
		l.Project = &workflow.ProjectFacts{ID: *row.ProjectID, Organization: pg.Str(row.ProjectOrganization),
			Title:  pg.Str(row.ProjectTitle),
			Topics: row.ProjectTopics, Region: region.Code(pg.Str(row.ProjectRegion))}
	}
	l.Names = workflow.Names{Organization: pg.Str(row.OrgName), Project: pg.Str(row.ProjectTitle), Region: row.RegionName,
		Round: workflow.Text{ZH: pg.Str(row.RoundZH), EN: pg.Str(row.RoundEN)}}
	return l, nil
}

func (d *Cases) Open(ctx context.Context, b workflow.OpenedCase, c workflow.Commit) (json.RawMessage, error) {
	doc := birthDocument(&b)
	if err := bindDocument(d.RowKey, doc, &b.Case); err != nil {
		return nil, err
	}
	body, err := json.Marshal(doc)
	if err != nil {
		return nil, fmt.Errorf("encode a new %s: %w", b.Case.Workflow, err)
	}
	a := c.Decision.Asserts
	year := calendar.DateOf(b.Case.Born).Year
	var ref, receipt string
	err = d.Logged(ctx, "", "", func(t *pg.Tx) error { // a round's log begins with its birth
		return t.Row("case_open", []any{string(body), year, a.Round, a.Organization, c.Actor, c.Key, c.Digest[:],
			receiptText(c.Receipt), c.Forever}, &ref, &receipt)
	})
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil, workflow.ErrMoved
	case err != nil:
		return nil, named(err, b.Event.Action, "new "+b.Case.Workflow)
	}
	return json.RawMessage(receipt), nil
}

func (d *Cases) Replay(ctx context.Context, actor workflow.ID, key string) (said string, err error) {
	err = d.Write.Row(ctx, "key_replay", []any{actor, key}, &said)
	if errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("replay key %q: %w", key, workflow.ErrUnknown) // another server answered it
	}
	return said, err
}

func (d *Cases) SaveDraft(ctx context.Context, x workflow.Draft) error {
	var at time.Time
	var after *int
	if x.Slot == workflow.AnswersSlot {
		after = &x.After
	}
	written, err := json.Marshal(orEmpty(x.Written))
	if err != nil {
		return fmt.Errorf("encode who wrote the draft of case %s: %w", x.Case, err)
	}
	replaced, err := json.Marshal(append([]workflow.Replaced{}, x.Replaced...))
	if err != nil {
		return fmt.Errorf("encode what the draft of case %s replaces: %w", x.Case, err)
	}
	err = d.Write.Row(ctx, "draft_save", []any{x.Case, x.Actor, x.Slot, string(x.Body), pg.Micro(x.At), after,
		string(written), string(replaced), x.Version, x.Helps}, &at)
	if errors.Is(err, sql.ErrNoRows) {
		return workflow.ErrMoved
	}
	if err != nil {
		return named(err, workflow.SaveAction, x.Case)
	}
	return nil
}

func orEmpty(w map[string]workflow.Written) map[string]workflow.Written {
	if w == nil {
		return map[string]workflow.Written{}
	}
	return w
}

func (r *loadRow) drafted(f *workflow.Facts) error {
	if r.DraftAt != nil {
		f.DraftAt, f.DraftNumber, f.DraftBy, f.DraftName = *r.DraftAt, *r.DraftNo, pg.Str(r.DraftBy), pg.Str(r.DraftName)
	}
	if err := pg.Decode(r.Written, &f.Written); err != nil {
		return err
	}
	return pg.Decode(r.Files, &f.Files)
}

type replacedRow struct {
	Question string    `db:"question"`
	Value    []byte    `db:"value"`
	Actor    string    `db:"actor_id"`
	Name     string    `db:"actor_name"`
	At       time.Time `db:"at"`
	By       string    `db:"replaced_by"`
	ByName   string    `db:"replacer_name"`
	Replaced time.Time `db:"replaced_at"`
}

// Replaced lists the answers of a case that later saves replaced since a time, newest first.
func (d *Cases) Replaced(ctx context.Context, on workflow.ID, since time.Time) ([]workflow.Replaced, error) {
	var rows []replacedRow
	if err := d.Read.All(ctx, &rows, "replaced_list", pg.IdOrNil(on), since); err != nil {
		return nil, fmt.Errorf("list replaced answers of case %s: %w", on, err)
	}
	out := make([]workflow.Replaced, len(rows))
	for i, r := range rows {
		out[i] = workflow.Replaced{Question: r.Question, Value: r.Value, By: r.Actor, ByName: r.Name, At: r.At,
			ReplacedBy: r.By, ReplacerName: r.ByName, ReplacedAt: r.Replaced}
	}
	return out, nil
}

func (d *Cases) ForgetReplaced(ctx context.Context, before time.Time) error {
	return d.Write.Run(ctx, "replaced_forget", before)
}
