package cases

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"incubase/db/pg"
	"incubase/db/records"
	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/money"
	"incubase/workflow/region"
)

type roundRecordRow struct {
	ID         string         `db:"id"`
	Version    int            `db:"version"`
	Ref        string         `db:"ref"`
	State      workflow.State `db:"state"`
	ZH         string         `db:"name_zh"`
	EN         string         `db:"name_en"`
	Kind       string         `db:"kind"`
	Region     region.Code    `db:"region"`
	Agency     *string        `db:"agency_id"`
	Opens      *time.Time     `db:"opens_at"`
	Closes     *time.Time     `db:"closes_at"`
	Tracks     []byte         `db:"tracks"`
	Rules      []byte         `db:"rules"`
	Form       []byte         `db:"form"`
	FormNumber int            `db:"form_number"`
	Total      money.Fen      `db:"total_fen"`
	Held       money.Fen      `db:"held_fen"`
	Committed  money.Fen      `db:"committed_fen"`
	Paid       money.Fen      `db:"paid_fen"`
	Definition int            `db:"definition_version"`
	Created    time.Time      `db:"created_at"`
	Updated    time.Time      `db:"updated_at"`
}

func (r *roundRecordRow) record() (workflow.RoundRecord, error) {
	x := workflow.RoundRecord{ID: r.ID, Version: r.Version, Ref: r.Ref, State: r.State,
		Name: workflow.Text{ZH: r.ZH, EN: r.EN}, Kind: r.Kind,
		Region: r.Region, Agency: pg.Str(r.Agency), Opens: pg.Utc(r.Opens), Closes: pg.Utc(r.Closes),
		Form:       json.RawMessage(r.Form),
		FormNumber: r.FormNumber, Total: r.Total, HeldSum: r.Held, CommittedSum: r.Committed, PaidSum: r.Paid,
		Definition: r.Definition, Created: r.Created.UTC(), Updated: r.Updated.UTC()}
	if err := pg.Decode(r.Tracks, &x.Tracks); err != nil {
		return x, err
	}
	return x, pg.Decode(r.Rules, &x.Rules)
}

// PublicRounds returns the announced rounds (every state but preparing), newest first.
func (d *Cases) PublicRounds(ctx context.Context) ([]workflow.RoundRecord, error) {
	var rows []roundRecordRow
	if err := d.Read.All(ctx, &rows, "public_rounds", workflow.MaxPage); err != nil {
		return nil, err
	}
	out := make([]workflow.RoundRecord, len(rows))
	for i := range rows {
		var err error
		if out[i], err = rows[i].record(); err != nil {
			return nil, fmt.Errorf("read round %s: %w", rows[i].Ref, err)
		}
	}
	return out, nil
}

// PublicNotices reads running notices, the last to end first, after the cursor.
func (d *Cases) PublicNotices(ctx context.Context, today calendar.Date, after string,
	limit int) (items []workflow.Notice, next string, err error) {
	from, err := parseCursor(after, noticeOrder)
	if err != nil {
		return nil, "", err
	}
	if from == nil {
		from = &cursor{}
	}
	limit = pg.PageSize(limit)
	if err := d.Read.All(ctx, &items, "public_notices", limit+1, today.String(), from.Key,
		pg.IdOrNil(from.ID)); err != nil {
		return nil, "", err
	}
	if len(items) > limit {
		items = items[:limit]
		last := items[limit-1]
		next = cursor{noticeOrder, last.Until.String(), last.ID}.String()
	}
	return items, next, nil
}

const noticeOrder = "notice"

func (d *Cases) PublicNotice(ctx context.Context, today calendar.Date, id workflow.ID) (*workflow.Notice, error) {
	var out []workflow.Notice
	if pg.IdOrNil(id) == nil {
		return nil, workflow.ErrNotFound
	}
	if err := d.Read.All(ctx, &out, "public_notice", id, today.String()); err != nil {
		return nil, err
	}
	if len(out) == 0 {
		return nil, workflow.ErrNotFound
	}
	return &out[0], nil
}

// PublicAwards reads confirmed awards, newest cases first, after the given one (empty: from the start); round and
// region filter unless empty.
func (d *Cases) PublicAwards(ctx context.Context, round workflow.ID, in region.Code, after workflow.ID,
	limit int) (items []workflow.Award, next workflow.ID, err error) {
	limit = pg.PageSize(limit)
	if after != "" && pg.IdOrNil(after) == nil {
		return nil, "", pg.Invalid("cursor", "翻页标记无效，请从第一页开始", "this cursor is not valid here; start from the first page")
	}
	if round, err = records.RoundOf(ctx, d.DB, round); err != nil {
		return nil, "", err
	}
	if err := d.Read.All(ctx, &items, "public_awards", pg.IdOrNil(after), pg.IdOrNil(round), string(in),
		limit+1); err != nil {
		return nil, "", err
	}
	if len(items) > limit {
		items = items[:limit]
		next = items[limit-1].ID
	}
	return items, next, nil
}

// PublicFigures totals what PublicAwards lists, by round, workflow and stage; round and region filter unless empty.
func (d *Cases) PublicFigures(ctx context.Context, round workflow.ID, in region.Code) (out []workflow.Figure,
	err error) {
	if round != "" && pg.IdOrNil(round) == nil {
		return nil, nil
	}
	name := "public_figures"
	if in.Level() > region.Street { // board cells end at the street, and a community has few awards
		name = "public_figures_near"
	}
	err = d.Read.All(ctx, &out, name, pg.IdOrNil(round), string(in))
	return out, err
}
