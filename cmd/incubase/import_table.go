package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"incubase/cmd/incubase/intake"
	"incubase/db"
	"incubase/workflow"
)

// tableFlags are those of what comes in as a table.
type tableFlags struct {
	common
	reporting
	GoodRows bool   `name:"good-rows" help:"Write the good rows although others are bad; otherwise nothing is written unless every row is good."`
	File     string `arg:"" type:"existingfile" help:"XLSX or CSV file whose first row are the template's headings (incubase export template)."`
}

// tableCounts sum up the import of a table.
type tableCounts struct {
	Rows    int  `json:"rows"`
	Written int  `json:"written"`
	Known   int  `json:"known"` // there already: left as they are
	Bad     int  `json:"bad"`
	DryRun  bool `json:"dry_run"`
}

// conclude says how it went; bad rows make the command fail.
func (c *tableFlags) conclude(s *session, n tableCounts) error {
	did := c.say("已写入", "written")
	switch {
	case n.DryRun:
		did = c.say("试读，可写入", "dry run, to be written")
	case n.Bad > 0 && !c.GoodRows:
		did = c.say("全部没有写入，可写入", "nothing was written; good:")
	}
	sentence := c.say("共 %d 行：%s %d 行；已有 %d 行（未改动）；有错 %d 行", "%d rows: %s %d; %d there already (left as they are); %d bad", n.Rows, did, n.Written, n.Known, n.Bad)
	if n.Bad > 0 && !c.GoodRows && !n.DryRun && c.JSON {
		n.Written = 0
	}
	if err := c.sum(s.stdout, n, sentence); err != nil {
		return err
	}
	if n.Bad > 0 {
		return errors.New(c.say("有 %d 行有错；改正后重新运行即可，已写入的不会重复", "%d rows are bad: mend them and run it again; what is written is not written twice", n.Bad))
	}
	return nil
}

// unfit puts an unusable file into the language of the report.
func (c *tableFlags) unfit(err error) error {
	var u *intake.Unfit
	if errors.As(err, &u) {
		return fmt.Errorf("%s: %s", fileName(c.File), u.Message.In(c.Lang))
	}
	return err
}

// badRows keeps count of the rows that have a problem, each once.
type badRows map[int]bool

// faultsOf are the fields of an error as problems of a line; an error of another kind is nobody's fault here.
func faultsOf(l *intake.Line, err error, columnOf func(field string) string) ([]intake.Problem, error) {
	faults := workflow.Faults(err)
	if err != nil && faults == nil {
		return nil, err
	}
	var out []intake.Problem
	for _, f := range faults {
		out = append(out, l.Problem(columnOf(f.Field), "refused", f.Message))
	}
	return out, nil
}

// workers is how many rows are written at once: as many as the store has connections for, less one for others.
const workers = 4

// abreast does the rows, several at once; the first error that is no row's own ends it.
func abreast[T any](ctx context.Context, rows []T, do func(context.Context, *T) error) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	next := make(chan *T)
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for r := range next {
				if err := do(ctx, r); err != nil {
					stop(err)
				}
			}
		})
	}
feed:
	for i := range rows {
		select {
		case next <- &rows[i]:
		case <-ctx.Done():
			break feed
		}
	}
	close(next)
	wg.Wait()
	return context.Cause(ctx)
}

type importOrganizations struct {
	tableFlags
	As string `help:"The officer who registers them; empty: whoever owns the installation." placeholder:"LOGIN"`
}

// Run registers the organizations of a table by the same path as the API, each with its log.
func (c *importOrganizations) Run(s *session) error {
	in, err := c.open(s.ctx, false, c.logger(s.stderr))
	if err != nil {
		return err
	}
	defer in.close()
	t := &organizationTaker{c: c, s: s, in: in, actor: workflow.System(), columns: intake.OrganizationColumns(), bad: badRows{}, seen: map[string]int{}}
	if c.As != "" {
		if t.actor, err = in.actor(s.ctx, c.As); err != nil {
			return err
		}
	}
	p := newProgress(s.stderr)
	if err := t.all(s.ctx, p); err != nil {
		return c.unfit(err)
	}
	p.done(t.n.Rows)
	return c.conclude(s, t.n)
}

// organizationTaker takes a table of organizations in.
type organizationTaker struct {
	c       *importOrganizations
	s       *session
	in      *installation
	actor   workflow.Actor
	columns []intake.Column
	mu      sync.Mutex
	bad     badRows
	seen    map[string]int // identities of the file, with their row
	good    []intake.OrganizationRow
	n       tableCounts
}

func (t *organizationTaker) problem(p intake.Problem) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.bad[p.Row] = true
	t.c.tell(t.s.stdout, p)
}

func (t *organizationTaker) all(ctx context.Context, p *progress) error {
	t.n.DryRun = t.c.DryRun
	var rows []intake.OrganizationRow
	err := intake.ReadTable(t.c.File, t.columns, t.problem, func(l *intake.Line) error {
		t.n.Rows++
		p.at(t.n.Rows)
		rows = append(rows, intake.ReadOrganization(l, t.columns))
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

// vet checks rows by every rule: those of the cells, of the registry, and that none stands there twice.
func (t *organizationTaker) vet(ctx context.Context, rows []intake.OrganizationRow) error {
	var ids []db.Identity
	for i := range rows {
		kind, key := rows[i].Identity()
		ids = append(ids, db.Identity{Kind: kind, Key: key})
		if h := rows[i].Host; h != "" {
			ids = append(ids, db.Identity{Kind: "credit_code", Key: h})
		}
	}
	known, err := t.in.db.KnownOrganizations(ctx, ids)
	if err != nil {
		return err
	}
	for i := range rows {
		if err := t.vetOne(ctx, &rows[i], known); err != nil {
			return err
		}
	}
	return nil
}

func (t *organizationTaker) vetOne(ctx context.Context, r *intake.OrganizationRow, known map[db.Identity]db.KnownOrganization) error {
	for _, p := range r.Bad {
		t.problem(p)
	}
	kind, key := r.Identity()
	if _, there := known[db.Identity{Kind: kind, Key: key}]; there {
		t.n.Known++
		return nil
	}
	if first := t.seen[kind+" "+key]; first > 0 {
		t.problem(r.Line.Problem(kind, "twice", workflow.Text{ZH: fmt.Sprintf("与第 %d 行是同一个组织", first), EN: fmt.Sprintf("the same organization as in row %d", first)}))
	} else {
		t.seen[kind+" "+key] = r.Line.Row
	}
	if r.Host != "" {
		host, there := known[db.Identity{Kind: "credit_code", Key: r.Host}]
		if !there {
			t.problem(r.Line.Problem("fiscal_host", "no_host", workflow.Text{ZH: "没有登记过这个信用代码的组织，请先登记代管单位", EN: "no organization of this credit code is registered: register the host first"}))
		}
		r.New.FiscalHost = host.ID
	}
	bad, err := faultsOf(r.Line, t.in.registry.VetOrganization(ctx, t.actor, r.New), sameField)
	if err != nil {
		return err
	}
	for _, p := range bad {
		if !slices.ContainsFunc(r.Bad, func(b intake.Problem) bool { return b.Column == p.Column }) { // else the cell has been named already
			t.problem(p)
		}
	}
	if !t.bad[r.Line.Row] {
		t.good = append(t.good, *r)
	}
	return nil
}

func sameField(field string) string { return field }

func (t *organizationTaker) write(ctx context.Context, r *intake.OrganizationRow) error {
	digest := workflow.Hash(r.Hash)
	_, err := t.in.registry.CreateOrganization(ctx, t.actor, r.New, workflow.RecordCommand{Key: "import:" + digest.String(), Digest: digest,
		Note: fmt.Sprintf("%s, %d", fileName(t.c.File), r.Line.Row)})
	bad, err := faultsOf(r.Line, err, func(rule string) string { return strings.TrimSuffix(rule, "_once") })
	if err != nil {
		return fmt.Errorf("row %d: %w", r.Line.Row, err)
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
