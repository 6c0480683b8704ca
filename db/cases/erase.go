package cases

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/lib/pq"

	"incubase/db/pg"
	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/erase"
	"incubase/workflow/text"
)

const erasureColumns = `x.id, x.at, x.actor_id, u.name as actor_name, x.kind, coalesce(c.ref, '') as ref, coalesce(x.record_kind, '') as record_kind,
  coalesce(x.record_id, '') as record_id, x.seq, x.reason, x.detail`

type erasureRow struct {
	ID         string    `db:"id"`
	At         time.Time `db:"at"`
	Actor      string    `db:"actor_id"`
	ActorName  string    `db:"actor_name"`
	Kind       string    `db:"kind"`
	Ref        string    `db:"ref"`
	RecordKind string    `db:"record_kind"`
	RecordID   string    `db:"record_id"`
	Seq        int       `db:"seq"`
	Reason     string    `db:"reason"`
	Detail     string    `db:"detail"`
}

func (r *erasureRow) erased() erase.Erased {
	return erase.Erased{ID: r.ID, At: r.At.UTC(), Actor: r.Actor, ActorName: r.ActorName,
		Kind: workflow.ErasureKind(r.Kind), Ref: r.Ref, Record: workflow.RecordKind(r.RecordKind), RecordID: r.RecordID,
		Seq: r.Seq, Reason: r.Reason, Detail: r.Detail}
}

func (d *Cases) Erasure(ctx context.Context, id workflow.ID) (*erase.Erased, error) {
	var row erasureRow
	err := d.Read.One(ctx, &row, "erasure_one", pg.IdOrNil(id))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, workflow.ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("read erasing %s: %w", id, err)
	}
	e := row.erased()
	return &e, nil
}

// Erasures lists erasures, latest first, for actors who may read them. The cursor is the last one of the previous
// page.
func (d *Cases) Erasures(ctx context.Context, actor workflow.Actor, cursor string,
	limit int) (list []erase.Erased, next string, err error) {
	if err := erase.MayReadErasures(actor); err != nil {
		return nil, "", err
	}
	if limit <= 0 {
		limit = workflow.DefaultPage
	}
	limit = min(limit, workflow.MaxPage)
	var at *time.Time
	var id *string
	if cursor != "" {
		when, which, _ := strings.Cut(cursor, "_")
		t, err := time.Parse(time.RFC3339Nano, when)
		if id = pg.IdOrNil(which); err != nil || id == nil {
			return nil, "", &workflow.Invalid{Fields: []workflow.FieldError{{Field: "cursor",
				Message: text.Text{ZH: "翻页标记无效，请从第一页开始", EN: "this cursor is not valid here; start from the first page"}}}}
		}
		at = &t
	}
	var rows []erasureRow
	if err := d.Read.All(ctx, &rows, "erasure_list", at, id, limit+1); err != nil {
		return nil, "", fmt.Errorf("list erasings: %w", err)
	}
	if len(rows) > limit {
		rows = rows[:limit]
		last := rows[limit-1]
		next = last.At.UTC().Format(time.RFC3339Nano) + "_" + last.ID
	}
	list = make([]erase.Erased, len(rows))
	for i := range rows {
		list[i] = rows[i].erased()
	}
	return list, next, nil
}

func (d *Cases) Retentions(ctx context.Context) ([]erase.Retention, error) {
	var rows []struct {
		Kind    string        `db:"kind"`
		Since   calendar.Date `db:"since"`
		Months  int           `db:"months"`
		TitleZH string        `db:"title_zh"`
		TitleEN string        `db:"title_en"`
		Source  string        `db:"source"`
	}
	if err := d.Read.All(ctx, &rows, "erasure_retentions"); err != nil {
		return nil, fmt.Errorf("read retention periods: %w", err)
	}
	out := make([]erase.Retention, len(rows))
	for i, r := range rows {
		out[i] = erase.Retention{Kind: r.Kind, Since: r.Since, Months: r.Months,
			Title: text.Text{ZH: r.TitleZH, EN: r.TitleEN}, Source: r.Source}
	}
	return out, nil
}

func (d *Cases) NamedOn(ctx context.Context, user workflow.ID) (refs []string, err error) {
	if err := d.Read.All(ctx, &refs, "erasure_named", user); err != nil {
		return nil, fmt.Errorf("find cases that name %s: %w", user, err)
	}
	return refs, nil
}

// Preview counts what an erasure would remove; see erase.ErasureStore.
func (d *Cases) Preview(ctx context.Context, x erase.Erasure) (*erase.ErasurePreview, error) {
	var row struct {
		ID       string     `db:"id"`
		Ref      string     `db:"ref"`
		Workflow string     `db:"workflow"`
		State    string     `db:"state"`
		Subject  string     `db:"subject"`
		Money    bool       `db:"money"`
		Closed   *time.Time `db:"closed_at"`
		Events   int        `db:"events"`
		Answers  int        `db:"answers"`
		Drafts   int        `db:"drafts"`
		Files    int        `db:"files"`
		Papers   int        `db:"papers"`
		Entries  int        `db:"entries"`
		Sessions int        `db:"sessions"`
		Roles    int        `db:"roles"`
		Cases    int        `db:"cases"`
	}
	var err error
	switch x.Kind {
	case workflow.ErasePerson:
		err = d.Read.One(ctx, &row, "erasure_person", pg.IdOrNil(x.User))
	case workflow.EraseEntry:
		err = d.Read.One(ctx, &row, "erasure_entry", string(x.Record), x.RecordID, x.Entry)
	default:
		id, ref := pg.Identify(x.Case)
		err = d.Read.One(ctx, &row, "erasure_case", id, ref, string(x.Kind), x.Event, x.Question, x.Objection,
			pg.IdOrNil(x.File))
	}
	if errors.Is(err, sql.ErrNoRows) {
		return nil, workflow.ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("count what an erasing takes away: %w", err)
	}
	p := &erase.ErasurePreview{Case: row.ID, Ref: row.Ref, Subject: row.Subject, Money: row.Money, Events: row.Events,
		Answers: row.Answers, Drafts: row.Drafts, Files: row.Files, Papers: row.Papers, Entries: row.Entries,
		Sessions: row.Sessions, Roles: row.Roles, Cases: row.Cases}
	if row.Workflow != "" {
		p.Subject = row.Workflow + " / " + row.State
	}
	if row.Closed != nil {
		day := calendar.DateOf(*row.Closed)
		p.Closed = &day
	}
	return p, nil
}

// erasing prefixes contents that are being removed, so that they are found after a crash.
const erasing = "erasing-"

// RemoveErased removes the contents of erased files from disk, after each erasure and at start, since a crash may
// leave some. A content that another file shares stays. It is moved aside before the lookup, so that a concurrent
// upload of the same content finds none and keeps its own.
func (f *Files) RemoveErased(ctx context.Context) (removed int, err error) {
	f.sweep.Lock()
	defer f.sweep.Unlock()
	var rows []struct {
		Hash  []byte `db:"sha256"`
		Named bool   `db:"named"`
	}
	if err := f.db.Read.All(ctx, &rows, "attachment_erased"); err != nil {
		return 0, fmt.Errorf("list erased files: %w", err)
	}
	for _, r := range rows {
		h := pg.HashOf(r.Hash)
		if err := f.removeContent(ctx, h, r.Named); err != nil {
			return removed, err
		}
		if !r.Named {
			removed++
		}
		if err := f.db.Write.Run(ctx, "attachment_gone", r.Hash); err != nil {
			return removed, fmt.Errorf("note that an erased content is gone: %w", err)
		}
	}
	return removed, nil
}

// removeContent moves a content aside and deletes it; a named content that a crash left aside is moved back.
func (f *Files) removeContent(ctx context.Context, h workflow.Hash, named bool) error {
	path, aside := f.path(h), filepath.Join(f.waiting(), erasing+h.String())
	if !named {
		if err := os.Rename(path, aside); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("remove an erased content: %w", err)
		}
	}
	pg.Crash("before", "unlink")
	var known [][]byte
	if err := f.db.Read.All(ctx, &known, "attachment_known", pq.Array([][]byte{h[:]})); err != nil {
		return fmt.Errorf("whether an erased content is named: %w", err)
	}
	var err error
	if len(known) > 0 { // uploaded again meanwhile
		if _, there := os.Stat(path); there == nil {
			err = os.Remove(aside)
		} else {
			err = os.Rename(aside, path)
		}
	} else {
		err = os.Remove(aside)
	}
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("remove an erased content: %w", err)
	}
	return syncFolder(f.waiting())
}

func init() {
	pg.Rule("erasing_is_the_security_administrators", "role", "须由安全管理员办理", "this is for: security administrator")
	pg.Rule("nothing_to_erase", "nothing_to_erase", "已经删除，或没有可删除的内容",
		"there is nothing to erase, or it was erased already")
	pg.Rule("erasure_has_a_reason", "reason", "请写明删除的理由和依据", "give the reason and its basis")
}

type Erasures struct {
	*Cases
	Files *Files
}

var _ erase.ErasureStore = Erasures{}

func (e Erasures) Sweep(ctx context.Context) error {
	_, err := e.Files.RemoveErased(ctx)
	return err
}
