package db

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/region"
)

var _ workflow.Store = (*DB)(nil)

// Load reads a case's facts in one statement; see workflow.Store.
func (d *DB) Load(ctx context.Context, q workflow.LoadQuery) (*workflow.Loaded, error) {
	var row loadRow
	err := d.read.one(ctx, &row, loadWith(q.Needs), loadArgs(q)...)
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
	l.Receipt = row.receipt()
	l.Facts.Answers, l.Facts.Draft = row.Answers, row.Draft
	if err := row.drafted(&l.Facts); err != nil {
		return nil, fmt.Errorf("load the draft of case %s: %w", q.Ref, err)
	}
	l.Facts.DraftRead = q.Slot == workflow.AnswersSlot
	if err := decode(row.Reviewers, &l.Facts.Candidates.Reviewers); err != nil {
		return nil, fmt.Errorf("load reviewers for case %s: %w", q.Ref, err)
	}
	if err := decode(row.Agencies, &l.Facts.Candidates.Agencies); err != nil {
		return nil, fmt.Errorf("load agencies for case %s: %w", q.Ref, err)
	}
	if err := decode(row.Objections, &l.Facts.Objections); err != nil {
		return nil, fmt.Errorf("load objections to case %s: %w", q.Ref, err)
	}
	if err := decode(row.Waiting, &l.Facts.Waiting); err != nil {
		return nil, fmt.Errorf("load objections to case %s that wait: %w", q.Ref, err)
	}
	return l, nil
}

// loadArgs are the parameters of case_load, in the order in which it names them.
func loadArgs(q workflow.LoadQuery) []any {
	id, ref := identify(q.Ref)
	actor := q.Actor.ID
	if actor == "" {
		actor = workflow.ObjectorID
	}
	return []any{id, ref, actor, q.Key, q.Slot}
}

// loadWith names the statement with the parts that are needed.
func loadWith(n workflow.Needs) string {
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
	return with("case_load", parts)
}

// identify tells an id from a readable reference; at most one is not nil. Text that
// PostgreSQL cannot hold is neither.
func identify(s string) (id, ref *string) {
	if !utf8.ValidString(s) || strings.IndexByte(s, 0) >= 0 {
		return nil, nil
	}
	if u, err := uuid.Parse(s); err == nil && len(s) == 36 {
		canonical := u.String()
		return &canonical, nil
	}
	return nil, &s
}

// Commit writes a decision in one statement; see workflow.Store.
func (d *DB) Commit(ctx context.Context, c workflow.Commit) error {
	args, err := d.commitArgs(&c)
	if err != nil {
		return err
	}
	var done bool
	err = d.write.row(ctx, "case_commit", args, &done)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return workflow.ErrMoved
	case err != nil:
		return named(err, c.Decision.Events[0].Action, c.Decision.Case.Ref)
	}
	return nil
}

// commitArgs returns the parameters of case_commit, in the order in which it names them.
func (d *DB) commitArgs(c *workflow.Commit) ([]any, error) {
	x := &c.Decision
	doc, err := decisionDocument(x, c.Alarms)
	if err != nil {
		return nil, err
	}
	if err := d.rowKey.bindDecision(doc, x); err != nil {
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

// named fills the action into a refusal that a constraint gave, and says what failed otherwise.
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
	keyRow
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

// opened fills in what only an opening reads of its round.
func (r *openingRow) opened(x *workflow.Round) error {
	if x == nil {
		return nil
	}
	x.Kind, x.Region, x.Definition = str(r.RoundKind), region.Code(str(r.RoundRegion)), val(r.RoundDefinition)
	var tracks []workflow.Track
	if err := decode(r.RoundTracks, &tracks); err != nil {
		return err
	}
	for _, t := range tracks {
		x.Tracks = append(x.Tracks, t.Code)
	}
	return nil
}

// LoadOpening reads what opening a case needs, in one statement; see workflow.Store. What is not there is nil.
func (d *DB) LoadOpening(ctx context.Context, q workflow.OpeningQuery) (*workflow.Loaded, error) {
	var row openingRow
	var err error
	if q.Round != "" && idOrNil(q.Round) == nil {
		if q.Round, err = d.roundOf(ctx, q.Round); err != nil {
			return nil, err
		}
	}
	err = d.read.one(ctx, &row, "case_opening", idOrNil(q.Round), idOrNil(q.Organization), idOrNil(q.Project), q.Actor.ID,
		q.Key)
	if err != nil {
		return nil, fmt.Errorf("load what a new %s needs: %w", q.Workflow, err)
	}
	l := &workflow.Loaded{Receipt: row.receipt()}
	if l.Facts.Round, err = row.round(); err == nil {
		err = row.opened(l.Facts.Round)
	}
	if err != nil {
		return nil, fmt.Errorf("read round %s: %w", q.Round, err)
	}
	l.Facts.Organization = row.organization()
	if row.ProjectID != nil {
		l.Project = &workflow.ProjectFacts{ID: *row.ProjectID, Organization: str(row.ProjectOrganization),
			Title:  str(row.ProjectTitle),
			Topics: row.ProjectTopics, Region: region.Code(str(row.ProjectRegion))}
	}
	l.Names = workflow.Names{Organization: str(row.OrgName), Project: str(row.ProjectTitle), Region: row.RegionName,
		Round: workflow.Text{ZH: str(row.RoundZH), EN: str(row.RoundEN)}}
	return l, nil
}

// idOrNil is NULL for an id that is empty or no id at all: nothing is found then. Of the forms that the parser takes
// PostgreSQL knows fewer, so only the plain one is an id.
func idOrNil(id workflow.ID) *string {
	if u, err := uuid.Parse(id); err == nil && len(id) == 36 {
		s := u.String()
		return &s
	}
	return nil
}

// Open writes a new case and numbers it, in one statement; see workflow.Store.
func (d *DB) Open(ctx context.Context, b workflow.Birth, c workflow.Commit) (json.RawMessage, error) {
	doc := birthDocument(&b)
	if err := d.rowKey.bindDocument(doc, &b.Case); err != nil {
		return nil, err
	}
	body, err := json.Marshal(doc)
	if err != nil {
		return nil, fmt.Errorf("encode a new %s: %w", b.Case.Workflow, err)
	}
	a := c.Decision.Asserts
	year := calendar.DateOf(b.Case.Born).Year
	var ref, receipt string
	err = d.logged(ctx, "", "", func(t *txn) error { // a round's log begins with its birth
		return t.row("case_open", []any{string(body), year, a.Round, a.Organization, c.Actor, c.Key, c.Digest[:],
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

// Replay marks the key as answered again; see workflow.Store.
func (d *DB) Replay(ctx context.Context, actor workflow.ID, key string) (said string, err error) {
	err = d.write.row(ctx, "key_replay", []any{actor, key}, &said)
	if errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("replay key %q: %w", key, workflow.ErrUnknown) // read, and gone: another server answered it
	}
	return said, err
}

// SaveDraft keeps work in progress; see workflow.Store.
func (d *DB) SaveDraft(ctx context.Context, x workflow.Draft) error {
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
	err = d.write.row(ctx, "draft_save", []any{x.Case, x.Actor, x.Slot, string(x.Body), micro(x.At), after,
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

// drafted fills in what is known of the draft.
func (r *loadRow) drafted(f *workflow.Facts) error {
	if r.DraftAt != nil {
		f.DraftAt, f.DraftNumber, f.DraftBy, f.DraftName = *r.DraftAt, *r.DraftNo, str(r.DraftBy), str(r.DraftName)
	}
	if err := decode(r.Written, &f.Written); err != nil {
		return err
	}
	return decode(r.Files, &f.Files)
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

// Replaced lists the answers of a case that other saves replaced since a time, the newest first.
func (d *DB) Replaced(ctx context.Context, on workflow.ID, since time.Time) ([]workflow.Replaced, error) {
	var rows []replacedRow
	if err := d.read.all(ctx, &rows, "replaced_list", idOrNil(on), since); err != nil {
		return nil, fmt.Errorf("list replaced answers of case %s: %w", on, err)
	}
	out := make([]workflow.Replaced, len(rows))
	for i, r := range rows {
		out[i] = workflow.Replaced{Question: r.Question, Value: r.Value, By: r.Actor, ByName: r.Name, At: r.At,
			ReplacedBy: r.By, ReplacerName: r.ByName, ReplacedAt: r.Replaced}
	}
	return out, nil
}

// ForgetReplaced forgets replaced answers from before a time.
func (d *DB) ForgetReplaced(ctx context.Context, before time.Time) error {
	return d.write.exec(ctx, "replaced_forget", before)
}
