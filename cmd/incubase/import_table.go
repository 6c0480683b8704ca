package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"incubase/cmd/incubase/app"
	"incubase/db/records"
	"incubase/workflow"
	"incubase/workflow/clean"
	"incubase/workflow/intake"
	"incubase/workflow/registry"
	"incubase/workflow/text"
)

type tableFlags struct {
	app.Common
	reporting
	GoodRows bool   `name:"good-rows" help:"Write the good rows although others are bad; otherwise nothing is written unless every row is good."`
	File     string `arg:"" type:"existingfile" help:"XLSX or CSV file whose first row are the template's headings (incubase export template)."`
}

type tableCounts struct {
	Rows    int  `json:"rows"`
	Written int  `json:"written"`
	Known   int  `json:"known"` // already there and unchanged
	Bad     int  `json:"bad"`
	DryRun  bool `json:"dry_run"`
}

// conclude prints the result. Bad rows make the command fail.
func (c *tableFlags) conclude(s *app.Session, n tableCounts) error {
	did := c.say("已写入", "written")
	switch {
	case n.DryRun:
		did = c.say("试读，可写入", "dry run, to be written")
	case n.Bad > 0 && !c.GoodRows:
		did = c.say("全部没有写入，可写入", "nothing was written; good:")
	}
	sentence := c.say("共 %d 行：%s %d 行；已有 %d 行（未改动）；有错 %d 行", "%d rows: %s %d; %d there already (left as they are); %d bad",
		n.Rows, did, n.Written, n.Known, n.Bad)
	if n.Bad > 0 && !c.GoodRows && !n.DryRun && c.JSON {
		n.Written = 0
	}
	if err := c.sum(s.Stdout, n, sentence); err != nil {
		return err
	}
	if n.Bad > 0 {
		return errors.New(c.say("有 %d 行有错；改正后重新运行即可，已写入的不会重复",
			"%d rows are bad: mend them and run it again; what is written is not written twice", n.Bad))
	}
	return nil
}

// unfit translates the error of an unusable file.
func (c *tableFlags) unfit(err error) error {
	var u *intake.Unfit
	if errors.As(err, &u) {
		return fmt.Errorf("%s: %s", fileName(c.File), u.Message.In(c.Lang))
	}
	return err
}

type badRows map[int]bool

// faultsOf returns an error's fields as problems of a line, or the error if it has none.
func faultsOf(l *intake.Line, err error, columnOf func(field string) string) ([]intake.Problem, error) {
	var similar *registry.Similar
	if errors.As(err, &similar) {
		return []intake.Problem{l.Problem("name", "similar", similar.Message())}, nil
	}
	faults := registry.Faults(err)
	if err != nil && faults == nil {
		return nil, err
	}
	var out []intake.Problem
	for _, f := range faults {
		if column := columnOf(f.Field); !l.Spoilt(column) { // else the cell has been reported
			out = append(out, l.Problem(column, "refused", f.Message))
		}
	}
	return out, nil
}

// workers bounds concurrent writes: the store's connections less one for others.
const workers = 4

// abreast does rows concurrently until the first error.
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
	As string `help:"The officer who registers them; empty: the owner of the installation." placeholder:"LOGIN"`
}

// Run registers a table's organizations by the path of the API, each with its log.
func (c *importOrganizations) Run(s *app.Session) error {
	in, err := c.OpenExisting(s.Ctx, c.Logger(s.Stderr))
	if err != nil {
		return err
	}
	defer in.Close()
	t := &organizationTaker{c: c, s: s, in: in, actor: workflow.System(), columns: intake.OrganizationColumns(),
		bad: badRows{}, seen: map[string]int{}}
	if c.As != "" {
		if t.actor, err = actor(in, s.Ctx, c.As); err != nil {
			return err
		}
	}
	p := newProgress(s.Stderr)
	if err := t.all(s.Ctx, p); err != nil {
		return c.unfit(err)
	}
	p.done(t.n.Rows)
	return c.conclude(s, t.n)
}

type organizationTaker struct {
	c       *importOrganizations
	s       *app.Session
	in      *app.Installation
	actor   workflow.Actor
	columns []intake.Column
	mu      sync.Mutex
	bad     badRows
	seen    map[string]int // identities in the file with their rows
	good    []intake.OrganizationRow
	n       tableCounts
}

func (t *organizationTaker) problem(p intake.Problem) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if p.Lost { // else it is only a notice
		t.bad[p.Row] = true
	}
	t.c.tell(t.s.Stdout, p)
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

func (t *organizationTaker) vet(ctx context.Context, rows []intake.OrganizationRow) error {
	var ids []records.Identity // four a row
	for i := range rows {
		n, place := &rows[i].New, rows[i].Place()
		ids = append(ids, records.Identity{Kind: "credit_code", What: n.CreditCode},
			records.Identity{Kind: "filing_number", Place: place, What: n.FilingNumber},
			records.Identity{Kind: "name", Place: place, What: n.Name}, records.Identity{Kind: "credit_code",
				What: rows[i].Host})
	}
	known, err := t.in.DB.KnownOrganizations(ctx, ids)
	if err != nil {
		return err
	}
	for i := range rows {
		k := known[4*i:]
		if err := t.vetOne(ctx, &rows[i], registered{k[0], k[1], k[2], k[3]}); err != nil {
			return err
		}
	}
	return nil
}

type registered struct{ code, filing, name, host []registry.SimilarRecord }

// same reports whether the row is registered: by code, or number and name, or only the name where it has neither.
func (k *registered) same(r *intake.OrganizationRow) bool {
	switch {
	case r.New.CreditCode != "":
		return len(k.code) > 0
	case r.New.FilingNumber != "":
		return len(k.filing) > 0 && clean.Identity(k.filing[0].Name) == clean.Identity(r.New.Name)
	}
	return !r.New.Another && slices.ContainsFunc(k.name, func(c registry.SimilarRecord) bool {
		return c.Name == r.New.Name && c.CreditCode+c.FilingNumber == ""
	})
}

func (t *organizationTaker) vetOne(ctx context.Context, r *intake.OrganizationRow, known registered) error {
	for _, p := range r.Bad {
		t.problem(p)
	}
	if known.same(r) && !t.bad[r.Line.Row] {
		t.n.Known++
		return nil
	}
	t.vetTwice(r)
	t.vetSimilar(r, known)
	if r.Host != "" {
		if len(known.host) == 0 {
			t.problem(r.Line.Problem("fiscal_host", "no_host", workflow.Text{ZH: "没有登记过这个信用代码的组织，请先登记代管单位",
				EN: "no organization of this credit code is registered: register the host first"}))
		} else {
			r.New.FiscalHost = known.host[0].ID
		}
	}
	bad, err := faultsOf(r.Line, t.in.Registry.VetOrganization(ctx, t.actor, r.New), sameField)
	if err != nil {
		return err
	}
	for _, p := range bad {
		// the cell has been reported otherwise
		if !slices.ContainsFunc(r.Bad, func(b intake.Problem) bool { return b.Column == p.Column }) {
			t.problem(p)
		}
	}
	if !t.bad[r.Line.Row] {
		t.good = append(t.good, *r)
	}
	return nil
}

func (t *organizationTaker) vetTwice(r *intake.OrganizationRow) {
	for _, x := range []struct {
		kind, what string
		similar    bool
	}{{"credit_code", r.New.CreditCode, false}, {"filing_number", r.New.FilingNumber, false}, {"name", r.New.Name, true}} {
		if x.what == "" || x.similar && t.bad[r.Line.Row] {
			continue
		}
		key := x.kind + " " + r.Place() + " " + clean.Identity(x.what)
		first := t.seen[key]
		switch {
		case first == 0:
			t.seen[key] = r.Line.Row
		case !x.similar:
			t.problem(r.Line.Problem(x.kind, "twice", text.Format("与第 %[1]d 行是同一个组织", "the same organization as in row %[1]d",
				first)))
		case !r.New.Another:
			t.problem(r.Line.Problem(x.kind, "similar", text.Format("与第 %[1]d 行的名称相同：是同一个组织就删去这一行；确是另一个，请在「确为另一组织的理由」列写明",
				"the same name as in row %[1]d: if it is the same organization delete this row; if it is another one, say why "+
					"in the column “Why it is another organization”", first)))
		}
	}
}

func (t *organizationTaker) vetSimilar(r *intake.OrganizationRow, known registered) {
	switch {
	case r.New.CreditCode == "" && len(known.filing) > 0:
		t.problem(r.Line.Problem("filing_number", "filing_number_once", text.Format("本县（区）已有这个备案编号，登记在「%[1]s」名下",
			"this filing number exists in the county already, of %[1]q", known.filing[0].Name)))
	case len(known.name) > 0 && !r.New.Another && !t.bad[r.Line.Row]:
		t.problem(r.Line.Problem("name", "similar", text.Format("已登记有名称相同的「%[1]s」：是同一个组织就删去这一行；确是另一个，请在「确为另一组织的理由」列写明",
			"%[1]q is registered under the same name: if it is the same organization delete this row; if it is another one, "+
				"say why in the column “Why it is another organization”", known.name[0].Name)))
	}
}

func sameField(field string) string { return field }

func (t *organizationTaker) write(ctx context.Context, r *intake.OrganizationRow) error {
	digest := workflow.Hash(r.Hash)
	_, err := t.in.Registry.CreateOrganization(ctx, t.actor, r.New,
		registry.RecordCommand{Key: "import:" + digest.String(), Digest: digest,
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
