package app

import (
	"context"
	"encoding/hex"
	"encoding/json"

	"incubase/api/edge"
	"incubase/db"
	"incubase/db/cases"
	"incubase/db/pg"
	"incubase/db/records"
	"incubase/web/ui"
	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/catalog"
	"incubase/workflow/region"
	"incubase/workflow/registry"
)

// pageRecords reads records for pages: whole short lists, newest first.
type pageRecords struct{ recordPorts }

func (r pageRecords) Rounds(ctx context.Context, s registry.RecordScope) ([]workflow.RoundRecord, error) {
	list, _, err := r.db.Rounds(ctx, s, records.RecordQuery{Limit: pg.MaxPage})
	return list, err
}

func (r pageRecords) Organizations(ctx context.Context, s registry.RecordScope,
	words string) ([]registry.OrganizationRecord, error) {
	list, _, err := r.db.Organizations(ctx, s, records.RecordQuery{Words: words, Limit: pg.MaxPage})
	return list, err
}

func (r pageRecords) Projects(ctx context.Context, s registry.RecordScope,
	organization workflow.ID) ([]registry.ProjectRecord, error) {
	list, _, err := r.db.Projects(ctx, s, records.RecordQuery{Organization: organization, Limit: pg.MaxPage})
	return list, err
}

func (r pageRecords) RegionPath(ctx context.Context, code region.Code) (string, error) {
	x, err := r.db.Region(ctx, code)
	return x.FullName, err
}

func (r pageRecords) RegionName(ctx context.Context, code region.Code) (string, error) {
	x, err := r.db.Region(ctx, code)
	return x.Name, err
}

func (r pageRecords) Regions(ctx context.Context, parent region.Code) ([]registry.RegionRecord, error) {
	return r.db.Regions(ctx, parent)
}

// filters keeps people's lists.
type filters struct{ db *db.DB }

func (f filters) SavedFilters(ctx context.Context, user workflow.ID) ([]ui.SavedFilter, error) {
	list, err := f.db.SavedFilters(ctx, user)
	out := make([]ui.SavedFilter, len(list))
	for i, x := range list {
		out[i] = ui.SavedFilter(x)
	}
	return out, err
}

func (f filters) SaveFilter(ctx context.Context, user workflow.ID, x ui.SavedFilter) error {
	return f.db.SaveFilter(ctx, user, cases.SavedFilter(x))
}

func (f filters) DropFilter(ctx context.Context, user workflow.ID, name string) error {
	return f.db.DropFilter(ctx, user, name)
}

// pagePublic reads what everybody may see, for pages.
type pagePublic struct{ public }

func (p pagePublic) Notices(ctx context.Context, cursor string) ([]ui.Notice, string, error) {
	list, next, err := p.db.PublicNotices(ctx, calendar.DateOf(p.clock.Now()), cursor, 0)
	out := make([]ui.Notice, len(list))
	for i, n := range list {
		out[i] = pageNotice(n)
	}
	return out, next, err
}

func (p pagePublic) Notice(ctx context.Context, id workflow.ID) (*ui.Notice, error) {
	n, err := p.db.PublicNotice(ctx, calendar.DateOf(p.clock.Now()), id)
	if err != nil {
		return nil, err
	}
	out := pageNotice(*n)
	return &out, nil
}

func pageNotice(n cases.Notice) ui.Notice {
	return ui.Notice{ID: n.ID, Ref: n.Ref, Organization: n.Organization, Title: n.Title,
		Round:      workflow.Text{ZH: n.RoundZH, EN: n.RoundEN},
		RegionName: n.RegionName, Amount: n.Amount, Since: n.Since, Until: n.Until, Anonymous: n.Anonymous}
}

func (p pagePublic) Awards(ctx context.Context, round workflow.ID, in region.Code, cursor string) ([]ui.Award, string,
	error) {
	list, next, err := p.db.PublicAwards(ctx, round, in, cursor, 0)
	out := make([]ui.Award, len(list))
	for i, a := range list {
		out[i] = ui.Award{Ref: a.Ref, Organization: a.Name, Title: a.Title, Round: workflow.Text{ZH: a.RoundZH,
			EN: a.RoundEN}, RegionName: a.RegionName,
			Stage: a.Stage, Awarded: a.Committed, Paid: a.Paid, At: calendar.DateOf(a.At)}
	}
	return out, next, err
}

func (p pagePublic) Figures(ctx context.Context, round workflow.ID, in region.Code) ([]ui.Figure, error) {
	list, err := p.db.PublicFigures(ctx, round, in)
	out := make([]ui.Figure, len(list))
	for i, f := range list {
		out[i] = ui.Figure{RoundID: f.Round, Round: workflow.Text{ZH: f.RoundZH, EN: f.RoundEN}, Stage: f.Stage,
			Count: f.Count, Awarded: f.Committed, Paid: f.Paid}
	}
	return out, err
}

// accountsOf reads accounts for pages.
type accountsOf struct{ in *Installation }

func (a accountsOf) Users(ctx context.Context, s registry.RecordScope, words string) ([]registry.UserRecord, error) {
	list, _, err := a.in.DB.Users(ctx, s, records.RecordQuery{Words: words, Limit: pg.MaxPage})
	return list, err
}

func (a accountsOf) User(ctx context.Context, s registry.RecordScope, id workflow.ID) (*registry.UserRecord, error) {
	return recordPorts{a.in.DB}.User(ctx, s, id)
}

func (a accountsOf) Agencies(ctx context.Context) ([]registry.AgencyRecord, error) {
	list, _, err := a.in.DB.Agencies(ctx, records.RecordQuery{Limit: pg.MaxPage})
	return list, err
}

func (a accountsOf) AccountsNow(ctx context.Context, actor workflow.Actor) (*ui.AccountsNow, error) {
	x, err := a.in.DB.AccountsNow(ctx, actor)
	if err != nil {
		return nil, err
	}
	out := &ui.AccountsNow{Open: x.Open, Disabled: x.Disabled, WithoutRights: x.WithoutRights, Refused: x.Refused}
	for _, r := range x.Ending {
		out.Ending = append(out.Ending, ui.EndingRight(r))
	}
	for _, n := range x.Stale {
		out.Stale = append(out.Stale, ui.Named(n))
	}
	return out, nil
}

func (a accountsOf) Trail(ctx context.Context, actor workflow.Actor, q workflow.TrailQuery) ([]ui.TrailRow, error) {
	list, err := a.in.DB.Audit(ctx, actor, q)
	out := make([]ui.TrailRow, len(list))
	for i, x := range list {
		out[i] = ui.TrailRow{N: x.ID, At: x.At, Act: x.Act, Actor: x.ActorName, Subject: x.Subject, Address: x.Address,
			Success: x.Success, Detail: x.Detail}
	}
	return out, err
}

// templates are the shipped forms and rules that new rounds begin from.
type templates struct{}

func (templates) Form(workflow string) json.RawMessage {
	form, err := catalog.Form(workflow)
	if err != nil {
		return nil
	}
	return form
}

func (templates) Rules() (out []ui.RulesTemplate) {
	for _, name := range catalog.Presets() {
		if p, err := catalog.LoadPreset(name); err == nil { // shipped and tested: always
			out = append(out, ui.RulesTemplate{Name: name, Title: p.Title, Note: p.Note, Rules: p.Rules})
		}
	}
	return out
}

// pages are what web is made of.
func (c *ServeCommand) pages(in *Installation, files *cases.Files, found Sessions, live *edge.Live,
	objections *edge.Objections) ui.Options {
	return ui.Options{Desk: in.Desk, Bulk: in.bulk, Registry: in.Registry, Cases: in.DB, Live: live,
		Finder:  newFinder(in),
		Filters: filters{in.DB}, Records: pageRecords{recordPorts{in.DB}}, Attachments: files, Papers: in.DB, Acts: in.DB,
		Exports: Exports{in},
		Public:  pagePublic{public{in.DB, in.Clock}}, Objections: objections, Accounts: accountsOf{in},
		Eraser: in.Eraser(files), Erasures: in.DB, Templates: templates{}, Definitions: Definitions{in.Catalog, in},
		Integrity: integrity{in, c}, Sessions: found, Keeper: found, Factors: found, Setup: accountPorts{in},
		Secure: c.Secure,
		Demo:   c.Demo, Log: in.Log}
}

// integrity recomputes the whole installation, for auditors.
type integrity struct {
	in *Installation
	c  *ServeCommand
}

func (x integrity) LastRoot(ctx context.Context) (*ui.SignedRoot, error) {
	r, err := x.in.DB.LastRoot(ctx)
	if r == nil || err != nil {
		return nil, err
	}
	return &ui.SignedRoot{N: r.ID, At: r.At, Heads: r.Heads, Hash: hex.EncodeToString(r.Root)}, nil
}

func (x integrity) VerifyAll(ctx context.Context, report func(row, what string)) (done ui.Verified, err error) {
	problem := func(p pg.Problem) { report(p.Table+" "+p.Row, p.Words()) }
	if done.Events, done.Entries, err = x.in.DB.Verify(ctx, problem); err != nil {
		return done, err
	}
	own, err := x.c.OwnPublicKey()
	if err != nil {
		return done, err
	}
	if done.Roots, err = x.in.DB.VerifyRoots(ctx, own, problem); err != nil {
		return done, err
	}
	kept, err := x.in.DB.NewFiles(x.c.AttachmentFolder(), cases.DefaultFileLimits)
	if err != nil {
		return done, err
	}
	_, err = kept.Verify(ctx, problem)
	return done, err
}
