package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"incubase/cmd/incubase/app"
	"incubase/db/cases"
	"incubase/db/records"
	"incubase/workflow"
	"incubase/workflow/clean"
	"incubase/workflow/desk"
	"incubase/workflow/intake"
	"incubase/workflow/registry"
)

type importApplications struct {
	tableFlags
	Round string `required:"" help:"The round that they are for: reference or id." placeholder:"REF"`
	As    string `required:"" help:"The officer who enters them on behalf; the certifier of each organization submits." placeholder:"LOGIN"`
}

// Run opens a case for each row and saves its answers as a draft, as the officer on behalf of the organization.
func (c *importApplications) Run(s *app.Session) error {
	in, err := c.OpenExisting(s.Ctx, c.Logger(s.Stderr))
	if err != nil {
		return err
	}
	defer in.Close()
	t := &applicationTaker{c: c, s: s, in: in, bad: badRows{}, seen: map[string]int{}}
	if t.actor, err = actor(in, s.Ctx, c.As); err != nil {
		return err
	}
	if t.round, err = round(in, s.Ctx, t.actor, c.Round); err != nil {
		return err
	}
	t.form = intake.FormOf(t.round.Form, t.round.Tracks)
	t.form.Ceiling = t.round.Rules.AwardCeiling
	sum, err := hashOf(c.File)
	if err != nil {
		return err
	}
	t.file = cases.ImportFile{ID: workflow.NewID(time.Now()), Name: fileName(c.File), SHA256: workflow.Hash(sum)}
	p := newProgress(s.Stderr)
	if err := t.all(s.Ctx, p); err != nil {
		return c.unfit(err)
	}
	p.done(t.n.Rows)
	return c.conclude(s, t.n)
}

func round(in *app.Installation, ctx context.Context, actor workflow.Actor, ref string) (*workflow.RoundRecord, error) {
	for cursor := ""; ; {
		list, next, err := in.DB.Rounds(ctx, registry.RecordScopeOf(actor), registry.RecordQuery{Cursor: cursor,
			Limit: workflow.MaxPage})
		if err != nil {
			return nil, err
		}
		for i := range list {
			if list[i].Ref == ref || list[i].ID == ref {
				return &list[i], nil
			}
		}
		if next == "" {
			return nil, app.UsageError{Err: fmt.Errorf("there is no round %s", ref)}
		}
		cursor = next
	}
}

func hashOf(path string) (sum intake.Sum, err error) {
	f, err := os.Open(path)
	if err != nil {
		return sum, err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return sum, err
	}
	h.Sum(sum[:0])
	return sum, nil
}

type applicationTaker struct {
	c     *importApplications
	s     *app.Session
	in    *app.Installation
	actor workflow.Actor
	round *workflow.RoundRecord
	form  *intake.Form
	file  cases.ImportFile
	mu    sync.Mutex
	bad   badRows
	seen  map[string]int
	good  []application
	n     tableCounts
}

type application struct {
	intake.ApplicationRow
	organization workflow.ID
	project      workflow.ID // "" is to be created
}

func (t *applicationTaker) problem(p intake.Problem) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if p.Lost { // else it is only a notice
		t.bad[p.Row] = true
	}
	t.c.tell(t.s.Stdout, p)
}

func (t *applicationTaker) all(ctx context.Context, p *progress) error {
	t.n.DryRun = t.c.DryRun
	var rows []intake.ApplicationRow
	err := intake.ReadTable(t.c.File, t.form.Columns, t.problem, func(l *intake.Line) error {
		t.n.Rows++
		p.at(t.n.Rows)
		rows = append(rows, t.form.Read(l))
		return ctx.Err()
	})
	if err != nil {
		return err
	}
	for part := range slices.Chunk(rows, 500) {
		if err := t.vet(ctx, part); err != nil {
			return err
		}
	}
	t.n.Bad, t.n.Written = len(t.bad), len(t.good)
	if t.c.DryRun || t.n.Bad > 0 && !t.c.GoodRows {
		return nil
	}
	t.n.Written = 0
	err = abreast(ctx, t.good, t.write)
	t.n.Bad = len(t.bad)
	return err
}

func (t *applicationTaker) external(key string) string {
	return "application:" + t.round.ID + ":" + key
}

func (t *applicationTaker) vet(ctx context.Context, rows []intake.ApplicationRow) error {
	var ids []records.Identity
	var keys []string
	for i := range rows {
		kind, place, what := rows[i].Identity()
		ids, keys = append(ids, records.Identity{Kind: kind, Place: place, What: what}), append(keys, t.external(rows[i].Key))
	}
	organizations, err := t.in.DB.KnownOrganizations(ctx, ids)
	if err != nil {
		return err
	}
	before, err := t.in.DB.Imported(ctx, cases.ExternalCase, keys)
	if err != nil {
		return err
	}
	for i := range rows {
		if was, there := before[keys[i]]; there {
			t.n.Known++
			if string(was.Hash) != string(rows[i].Hash[:]) {
				t.c.tell(t.s.Stdout, intake.Problem{Sheet: rows[i].Line.Sheet, Row: rows[i].Line.Row, ID: rows[i].Key,
					Code: "changed", Message: workflow.Text{
						ZH: fmt.Sprintf("与导入为 %s 时的内容不同，系统中的保持原样", was.Ref),
						EN: fmt.Sprintf("it differs from what was imported as %s, which is left as it is", was.Ref)}})
			}
			continue
		}
		var organization workflow.ID
		if len(organizations[i]) > 0 {
			organization = organizations[i][0].ID
		}
		if err := t.vetOne(ctx, &rows[i], organization); err != nil {
			return err
		}
	}
	return nil
}

func (t *applicationTaker) vetOne(ctx context.Context, r *intake.ApplicationRow, organization workflow.ID) error {
	for _, p := range r.Bad {
		t.problem(p)
	}
	if first := t.seen[r.Key]; first > 0 {
		t.problem(r.Line.Problem("key", "twice", workflow.Text{ZH: fmt.Sprintf("与第 %d 行的编号相同", first),
			EN: fmt.Sprintf("row %d has the same number", first)}))
	}
	t.seen[r.Key] = r.Line.Row
	a := application{ApplicationRow: *r, organization: organization}
	if organization == "" {
		t.problem(r.Line.Problem("organization", "no_organization",
			workflow.Text{ZH: "没有登记过这个组织，请先登记（incubase import organizations）",
				EN: "no such organization is registered: register it first (incubase import organizations)"}))
	} else if err := t.vetOpening(ctx, &a); err != nil {
		return err
	}
	if !t.bad[r.Line.Row] {
		t.good = append(t.good, a)
	}
	return nil
}

// vetOpening checks that the case could be opened, for a new project as far as possible.
func (t *applicationTaker) vetOpening(ctx context.Context, a *application) error {
	projects, _, err := t.in.DB.Projects(ctx, registry.RecordScope{Everything: true},
		registry.RecordQuery{Organization: a.organization, Limit: workflow.MaxPage})
	if err != nil {
		return err
	}
	for _, p := range projects {
		if clean.Identity(p.Title) == clean.Identity(a.Project) {
			a.project = p.ID
		}
	}
	err = registry.VetOpening(t.in.Desk, ctx, t.actor, t.opening(a))
	if errors.Is(err, workflow.ErrNotFound) {
		err = &workflow.Invalid{Fields: []workflow.FieldError{{Field: "organization",
			Message: workflow.Text{ZH: "不在办理人的管辖范围内", EN: "it lies outside the scope of the officer"}}}}
	}
	bad, err := faultsOf(a.Line, err, t.columnOf)
	for _, p := range bad {
		if a.project != "" || p.Column != a.Line.Problem("project", "", workflow.Text{}).Column {
			t.problem(p)
		}
	}
	return err
}

// columnOf returns the column of a field that the workflow refused.
func (t *applicationTaker) columnOf(field string) string {
	field = strings.TrimPrefix(field, "fields.")
	if name, ok := strings.CutPrefix(field, "answers."); ok {
		name, _, _ = strings.Cut(name, ".")
		return "answers." + name
	}
	return field
}

func (t *applicationTaker) opening(a *application) desk.Opening {
	o := desk.Opening{Workflow: t.round.Kind, Round: t.round.ID, Organization: a.organization, Project: a.project,
		Fields: map[string]any{}}
	if a.Track != "" {
		o.Fields["track"] = a.Track
	}
	if n, ok := a.Answers["requested_fen"].(int64); ok {
		o.Fields["requested_fen"] = n
	}
	return o
}

// write creates a new project, opens the case, saves its answers and records the row. Each step has the row's
// idempotency key, so a repeated run continues where an interrupted one stopped.
func (t *applicationTaker) write(ctx context.Context, a *application) error {
	err := t.writeOne(ctx, a)
	bad, err := faultsOf(a.Line, err, t.columnOf)
	if err != nil {
		return fmt.Errorf("row %d: %w", a.Line.Row, err)
	}
	for _, p := range bad {
		t.problem(p)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(bad) == 0 {
		t.n.Written++
	}
	return nil
}

func (t *applicationTaker) writeOne(ctx context.Context, a *application) error {
	digest := workflow.Hash(a.Hash)
	key := fmt.Sprintf("import:%x", sha256.Sum256([]byte(t.external(a.Key)+digest.String())))
	if a.project == "" {
		p, err := t.in.Registry.CreateProject(ctx, t.actor, a.organization, registry.NewProject{Title: a.Project},
			registry.RecordCommand{Key: key + ":project", Digest: digest, Note: fmt.Sprintf("%s, %d", t.file.Name, a.Line.Row)})
		if err != nil {
			return err
		}
		a.project = p.ID
	}
	o := t.opening(a)
	o.Key, o.Digest = key+":open", digest
	opened, err := t.in.Desk.Open(ctx, t.actor, o)
	if err != nil {
		return err
	}
	id := opened.View.Case.ID
	_, err = t.in.Desk.Do(ctx, t.actor, workflow.Command{Ref: id, Action: workflow.SaveAction, Key: key + ":save",
		Digest: digest,
		Fields: map[string]any{"answers": a.Answers}})
	if err != nil {
		return err
	}
	return t.in.DB.RememberImport(ctx, t.file, "applications", t.actor.ID, cases.ExternalCase, id,
		cases.ImportSource{External: t.external(a.Key), Row: a.Line.Row, Hash: digest})
}
