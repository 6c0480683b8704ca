package main

import (
	"context"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"incubase/api"
	"incubase/api/edge"
	"incubase/db"
	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/catalog"
	"incubase/workflow/region"
)

// The ports that the API declares, on the database. api and db never meet; they do here.

// sessions finds, opens and ends sessions.
type sessions struct {
	db      *db.DB
	limits  db.SessionLimits
	factors bool // roles of administrators, deciders and finance need a second factor
}

func (s sessions) Find(ctx context.Context, token string) (*edge.Session, error) {
	return s.edgeSession(ctx, token, s.db.SessionActor)
}

// Asking finds a session with the stamp of a case.
func (s sessions) Asking(ctx context.Context, token, ref string, events bool) (*edge.Session, error) {
	var stamp *workflow.Stamp
	found, err := s.edgeSession(ctx, token, func(ctx context.Context, token workflow.Hash) (x db.Session, err error) {
		x, stamp, err = s.db.SessionAsking(ctx, token, ref, events)
		return x, err
	})
	if found != nil {
		found.Stamp = stamp
	}
	return found, err
}

// Stands finds a session without using it.
func (s sessions) Stands(ctx context.Context, token string) (*edge.Session, error) {
	return s.edgeSession(ctx, token, s.db.SessionStands)
}

func (s sessions) edgeSession(ctx context.Context, token string, find func(context.Context, workflow.Hash) (db.Session, error)) (*edge.Session, error) {
	found, err := find(ctx, db.TokenHash(token))
	if isNoSession(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &edge.Session{ID: found.ID, Token: token, Actor: found.Actor, Expires: found.Expires, Lacks: s.lacks(found)}, nil
}

// lacks reports whether the session's user needs a second factor for their roles but has not enrolled one.
func (s sessions) lacks(found db.Session) bool {
	return s.factors && !found.Factor && workflow.NeedsFactor(found.Actor)
}

func (s sessions) Login(ctx context.Context, in edge.SignIn) (*edge.Session, error) {
	opened, err := s.db.Login(ctx, db.SignIn{Login: in.Login, Password: in.Password, Address: in.IP, Replaces: in.Replaces, Code: in.Code, Ticket: in.Ticket}, s.limits)
	if err != nil {
		return nil, err
	}
	return &edge.Session{ID: opened.ID, Token: opened.Token, Actor: opened.Actor, Expires: opened.Expires, Lacks: s.lacks(opened), Told: (*edge.Told)(opened.Told)}, nil
}

// Live, End and EndAll keep the sessions of one account.
func (s sessions) Live(ctx context.Context, user workflow.ID) ([]edge.SessionInfo, error) {
	list, err := s.db.Sessions(ctx, user)
	out := make([]edge.SessionInfo, len(list))
	for i, x := range list {
		out[i] = edge.SessionInfo{ID: x.ID, Address: x.Address, Created: x.Created, Seen: x.Seen, Ends: x.Ends}
		if me := edge.Of(ctx).Session; me != nil {
			out[i].Current = me.ID == x.ID
		}
	}
	return out, err
}

func (s sessions) End(ctx context.Context, user, session, actor workflow.ID, ip string) error {
	if err := s.db.EndSession(ctx, user, session, actor, ip); !isNoSession(err) {
		return err
	}
	return workflow.ErrNotFound
}

func (s sessions) EndAll(ctx context.Context, user, except, actor workflow.ID, ip string) (int, error) {
	return s.db.RevokeSessions(ctx, user, except, actor, ip)
}

func (s sessions) Confirm(ctx context.Context, user, session workflow.ID, password, ip string) error {
	return s.db.ConfirmSession(ctx, user, session, password, ip)
}

func (s sessions) Logout(ctx context.Context, token, ip string) error {
	if err := s.db.Logout(ctx, db.TokenHash(token), ip); !isNoSession(err) {
		return err
	}
	return nil
}

// records reads records.
type records struct{ db *db.DB }

func query(in region.Code, p api.Page) db.RecordQuery {
	return db.RecordQuery{Region: in, Words: p.Words, Cursor: p.Cursor, Limit: p.Limit}
}

func (r records) Organizations(ctx context.Context, s workflow.RecordScope, in region.Code, p api.Page) ([]workflow.OrganizationRecord, string, error) {
	return r.db.Organizations(ctx, s, query(in, p))
}

// record reads one record in scope.
func record[T any](ctx context.Context, d *db.DB, s workflow.RecordScope, kind workflow.RecordKind, id workflow.ID) (*T, error) {
	out := new(T)
	if err := d.Record(ctx, s, kind, id, out); err != nil {
		return nil, err
	}
	return out, nil
}

func (r records) Organization(ctx context.Context, s workflow.RecordScope, id workflow.ID) (*workflow.OrganizationRecord, error) {
	return record[workflow.OrganizationRecord](ctx, r.db, s, workflow.KindOrganization, id)
}

func (r records) Projects(ctx context.Context, s workflow.RecordScope, organization workflow.ID, p api.Page) ([]workflow.ProjectRecord, string, error) {
	if _, err := r.Organization(ctx, s, organization); err != nil {
		return nil, "", err
	}
	q := query("", p)
	q.Organization = organization
	return r.db.Projects(ctx, s, q)
}

func (r records) Project(ctx context.Context, s workflow.RecordScope, id workflow.ID) (*workflow.ProjectRecord, error) {
	return record[workflow.ProjectRecord](ctx, r.db, s, workflow.KindProject, id)
}

func (r records) Rounds(ctx context.Context, s workflow.RecordScope, which api.RoundFilters, p api.Page) ([]workflow.RoundRecord, string, error) {
	q := query(which.Region, p)
	q.Kind, q.State = which.Workflow, which.State
	return r.db.Rounds(ctx, s, q)
}

func (r records) Users(ctx context.Context, s workflow.RecordScope, p api.Page) ([]workflow.UserRecord, string, error) {
	return r.db.Users(ctx, s, query("", p))
}

func (r records) User(ctx context.Context, s workflow.RecordScope, id workflow.ID) (*workflow.UserRecord, error) {
	return record[workflow.UserRecord](ctx, r.db, s, workflow.KindUser, id)
}

func (r records) Agencies(ctx context.Context, in region.Code, p api.Page) ([]workflow.AgencyRecord, string, error) {
	return r.db.Agencies(ctx, query(in, p))
}

func (r records) Role(ctx context.Context, s workflow.RecordScope, id workflow.ID) (*workflow.RoleRecord, error) {
	return record[workflow.RoleRecord](ctx, r.db, s, workflow.KindRole, id)
}

func (r records) Competence(ctx context.Context, id workflow.ID) (*workflow.CompetenceRecord, error) {
	return record[workflow.CompetenceRecord](ctx, r.db, workflow.RecordScope{}, workflow.KindCompetence, id)
}

// Agency is for everybody who is signed in.
func (r records) Agency(ctx context.Context, id workflow.ID) (*workflow.AgencyRecord, error) {
	return record[workflow.AgencyRecord](ctx, r.db, workflow.RecordScope{}, workflow.KindAgency, id)
}

func (r records) Competences(ctx context.Context, agency workflow.ID) ([]workflow.CompetenceRecord, error) {
	items, _, err := r.db.Competences(ctx, db.RecordQuery{Agency: agency, Limit: db.MaxPage})
	return items, err
}

func (r records) Calendars(ctx context.Context) ([]workflow.CalendarRecord, error) {
	return r.db.Calendars(ctx)
}

func (r records) Regions(ctx context.Context, parent region.Code) ([]api.RegionDoc, error) {
	list, err := r.db.Regions(ctx, parent)
	out := make([]api.RegionDoc, len(list))
	for i, x := range list {
		out[i] = regionDoc(x)
	}
	return out, err
}

func (r records) Region(ctx context.Context, code region.Code) (*api.RegionDoc, error) {
	x, err := r.db.Region(ctx, code)
	if err != nil {
		return nil, err
	}
	d := regionDoc(x)
	return &d, nil
}

func regionDoc(x workflow.RegionRecord) api.RegionDoc {
	return api.RegionDoc{Code: x.Code, Name: x.Name, Path: x.FullName, Level: x.Code.Level().String(), Parent: x.Code.Parent(), Pilot: x.Pilot}
}

// public reads what everybody may see.
type public struct {
	db    *db.DB
	clock *db.Clock
}

func (p public) PublicRounds(ctx context.Context) ([]workflow.RoundRecord, error) {
	return p.db.PublicRounds(ctx)
}

func (p public) PublicNotices(ctx context.Context, cursor string, limit int) ([]api.NoticeDoc, string, error) {
	list, next, err := p.db.PublicNotices(ctx, calendar.DateOf(p.clock.Now()), cursor, limit)
	out := make([]api.NoticeDoc, len(list))
	for i, n := range list {
		out[i] = api.NoticeDoc{ID: n.ID, Ref: n.Ref, Organization: n.Organization, Title: n.Title, Round: workflow.Text{ZH: n.RoundZH, EN: n.RoundEN},
			Region: n.Region, RegionName: n.RegionName, Amount: n.Amount, Since: n.Since, Until: n.Until, Anonymous: n.Anonymous}
	}
	return out, next, err
}

func (p public) PublicAwards(ctx context.Context, round workflow.ID, in region.Code, cursor string, limit int) ([]api.AwardDoc, string, error) {
	list, next, err := p.db.PublicAwards(ctx, round, in, cursor, limit)
	out := make([]api.AwardDoc, len(list))
	for i, a := range list {
		out[i] = api.AwardDoc{ID: a.ID, Ref: a.Ref, Organization: a.Name, CreditCode: a.CreditCode, Title: a.Title,
			Round: workflow.Text{ZH: a.RoundZH, EN: a.RoundEN}, Region: a.Region, RegionName: a.RegionName,
			Agency: workflow.Text{ZH: a.AgencyZH, EN: a.AgencyEN}, Stage: a.Stage, Awarded: a.Committed, Paid: a.Paid, Returned: a.Returned, At: a.At}
	}
	return out, next, err
}

// definitions takes in what an administrator loads.
type definitions struct {
	*catalog.Catalog
	in *installation
}

func (d definitions) Versions(name string) []int {
	var out []int
	for _, e := range d.Catalog.Versions(name) {
		out = append(out, e.Machine.Definition().Version)
	}
	return out
}

// Check decodes and compiles a definition without keeping it.
func (d definitions) Check(source string) (*workflow.Machine, error) {
	def, err := catalog.Decode([]byte(source))
	if err != nil {
		return nil, faulty(err)
	}
	e, err := catalog.NewEntry(def)
	if err != nil {
		return nil, faulty(err)
	}
	if err := d.Fits(def); err != nil {
		return nil, faulty(err)
	}
	return e.Machine, nil
}

func (d definitions) Load(ctx context.Context, actor workflow.Actor, source, _ string) (*workflow.Machine, error) {
	if !workflow.May(actor, workflow.KindWorkflow, "load") {
		return nil, &workflow.Refused{Action: "workflow.load", Refusals: []workflow.Refusal{{Rule: "role", Forbidden: true,
			Message: workflow.Text{ZH: "只有系统管理员可以装入流程定义", EN: "only the system administrator may load a definition"}}}}
	}
	return d.take(ctx, actor, source)
}

// take keeps a definition for whoever may: the administrator over HTTP, or who owns the machine.
func (d definitions) take(ctx context.Context, actor workflow.Actor, source string) (*workflow.Machine, error) {
	def, err := catalog.Decode([]byte(source))
	if err != nil {
		return nil, faulty(err)
	}
	e, err := catalog.NewEntry(def)
	if err != nil {
		return nil, faulty(err)
	}
	if err := d.Fits(def); err != nil {
		return nil, faulty(err)
	}
	if err := d.in.db.DefineBy(ctx, actor.ID, e.Machine); err != nil {
		if isChanged(err) {
			return nil, faulty(catalog.ErrChanged)
		}
		return nil, err
	}
	if err := d.in.learn(ctx, d.Catalog); err != nil {
		return nil, err
	}
	return d.Machine(def.Name, def.Version), nil
}

func (d definitions) entry(name string, version int) *catalog.Entry {
	for _, e := range d.Catalog.Versions(name) {
		if e.Machine.Definition().Version == version {
			return &e
		}
	}
	return nil
}

func (d definitions) Standing(name string, version int) workflow.DefinitionStanding {
	if e := d.entry(name, version); e != nil {
		return e.Standing
	}
	return workflow.DefinitionStanding{}
}

// Approval compares a version with the newest approved one besides.
func (d definitions) Approval(name string, version int) (*workflow.DefinitionApproval, error) {
	e := d.entry(name, version)
	if e == nil {
		return nil, workflow.ErrNotFound
	}
	var against *workflow.Machine
	for _, x := range d.Catalog.Versions(name) {
		if n := x.Machine.Definition().Version; n != version && x.Standing.Status == workflow.DefinitionApproved && (n < version || against == nil) {
			against = x.Machine
		}
	}
	return workflow.ApprovalOf(e.Machine, e.Standing, against), nil
}

func (d definitions) Approve(ctx context.Context, actor workflow.Actor, name string, version int, note string) (*workflow.DefinitionApproval, error) {
	return d.stand(ctx, actor, name, version, note, workflow.DefinitionApproved, workflow.MayApprove)
}

func (d definitions) Withdraw(ctx context.Context, actor workflow.Actor, name string, version int, note string) (*workflow.DefinitionApproval, error) {
	return d.stand(ctx, actor, name, version, note, workflow.DefinitionWithdrawn, workflow.MayWithdraw)
}

// stand changes how a version stands, as the database has it at this moment; a repetition by the same person changes nothing.
func (d definitions) stand(ctx context.Context, actor workflow.Actor, name string, version int, note string, to workflow.DefinitionStatus,
	may func(workflow.Actor, workflow.DefinitionStanding) error) (*workflow.DefinitionApproval, error) {
	if utf8.RuneCountInString(note) > 500 {
		return nil, &workflow.Invalid{Fields: []workflow.FieldError{{Field: "note", Message: workflow.Text{ZH: "最多 500 字", EN: "at most 500 characters"}}}}
	}
	for try := 1; ; try++ {
		if err := d.in.learn(ctx, d.Catalog); err != nil {
			return nil, err
		}
		e := d.entry(name, version)
		if e == nil {
			return nil, workflow.ErrNotFound
		}
		if e.Standing.Done(to, actor.ID) {
			return d.Approval(name, version)
		}
		if err := may(actor, e.Standing); err != nil {
			return nil, err
		}
		if err := d.in.db.StandDefinition(ctx, actor.ID, name, version, to, note); err != nil && (!errors.Is(err, workflow.ErrMoved) || try == 3) {
			return nil, err
		}
	}
}

// faulty says what is wrong with a definition. The decoder has words in both languages; the compiler's are for
// administrators and exist in English.
func faulty(err error) error {
	var f *catalog.Fault
	if errors.As(err, &f) {
		m := f.Message
		if f.Line > 0 {
			m = workflow.Text{ZH: fmt.Sprintf("第 %d 行：%s", f.Line, m.ZH), EN: fmt.Sprintf("line %d: %s", f.Line, m.EN)}
		}
		return &workflow.Invalid{Fields: []workflow.FieldError{{Field: "source", Message: m}}}
	}
	return &workflow.Invalid{Fields: []workflow.FieldError{{Field: "source", Message: workflow.Text{ZH: "流程定义有误：" + err.Error(), EN: err.Error()}}}}
}

// health tells whether the installation can serve.
type health struct{ in *installation }

func (h health) Ready(ctx context.Context) error {
	if h.in.leaving.Load() {
		return errors.New("the server was told to stop")
	}
	if err := h.in.db.Ping(ctx); err != nil {
		return err
	}
	return h.in.db.CheckSchema(ctx, version)
}

// demoClock moves the demonstration's time.
type demoClock struct {
	clock *db.Clock
	wake  func()
}

func (c demoClock) Advance(ctx context.Context, by time.Duration, months int) (time.Time, error) {
	now := c.clock.Now()
	by += now.AddDate(0, months, 0).Sub(now)
	at, err := c.clock.Advance(ctx, by)
	if err != nil {
		return time.Time{}, fmt.Errorf("move the clock: %w", err)
	}
	c.wake()
	return at, nil
}

// accounts makes the first administrators and reads the audit trail.
type accounts struct{ in *installation }

func (a accounts) Setup(ctx context.Context, token, address string, list []workflow.FirstAccount) error {
	return a.in.db.Setup(ctx, token, address, list)
}

func (a accounts) Audit(ctx context.Context, actor workflow.Actor, q workflow.TrailQuery) ([]api.AuditDoc, error) {
	list, err := a.in.db.Audit(ctx, actor, q)
	out := make([]api.AuditDoc, len(list))
	for i, x := range list {
		out[i] = auditDoc(x)
	}
	return out, err
}

func auditDoc(x db.AuditEntry) api.AuditDoc {
	return api.AuditDoc{N: x.ID, At: x.At, Act: x.Act, Actor: x.ActorName, Subject: x.Subject, Address: x.Address, Success: x.Success, Detail: x.Detail}
}
