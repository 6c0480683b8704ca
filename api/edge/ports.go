package edge

import (
	"context"
	"io"
	"log/slog"

	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/catalog"
	"incubase/workflow/desk"
	"incubase/workflow/erase"
	"incubase/workflow/export"
	"incubase/workflow/machine"
	"incubase/workflow/region"
	"incubase/workflow/registry"
	"incubase/workflow/vet"
)

// Ports are what API and pages alike work on: the write paths, and a port for each kind of read. The stores of db are
// most of them as they stand.
type Ports struct {
	Desk          *desk.Desk
	Bulk          *desk.Bulk
	Registry      *registry.Registry
	Eraser        *erase.Eraser
	Factors       *registry.Factors
	Live          *Live
	Finder        *Finder
	Objections    *Objections
	Definitions   *catalog.Catalog
	Loader        Loader
	Trials        Trials
	Cases         Cases
	Boards        Boards
	Records       Records
	Places        Places
	Accounts      Accounts
	Announcements Announcements
	Results       Results
	Public        Public
	Attachments   Attachments
	Uploads       Uploads
	Papers        desk.Papers
	Acts          workflow.Acts
	Exports       Exports
	Erasures      Erasures
	Sessions      Sessions
	Keeper        SessionKeeper
	Limits        *Limits // shared by API and pages; nil: their own
	Secure        bool    // behind HTTPS
	Log           *slog.Logger
}

// Cases reads lists of cases; the desk reads single ones.
type Cases interface {
	Summaries(ctx context.Context, scope workflow.Scope, q workflow.CaseQuery) ([]workflow.Listed, string, error)
	// List reads whole cases, for what a summary does not hold.
	List(ctx context.Context, scope workflow.Scope, q workflow.CaseQuery) ([]workflow.Loaded, string, error)
	Events(ctx context.Context, id workflow.ID) ([]workflow.Event, error)
}

// Records reads records within the scope of the reader; see registry.Read for a single one.
type Records interface {
	registry.Reader
	Organizations(ctx context.Context, s registry.RecordScope, q registry.RecordQuery) ([]registry.OrganizationRecord,
		string, error)
	Projects(ctx context.Context, s registry.RecordScope, q registry.RecordQuery) ([]registry.ProjectRecord, string, error)
	Rounds(ctx context.Context, s registry.RecordScope, q registry.RecordQuery) ([]workflow.RoundRecord, string, error)
}

// Places reads what every signed-in reader may know.
type Places interface {
	Agencies(ctx context.Context, q registry.RecordQuery) ([]registry.AgencyRecord, string, error)
	Competences(ctx context.Context, q registry.RecordQuery) ([]registry.CompetenceRecord, string, error)
	Calendars(ctx context.Context) ([]registry.CalendarRecord, error)
	Regions(ctx context.Context, parent region.Code) ([]registry.RegionRecord, error)
}

// Accounts reads accounts and their audit trail, and creates the first administrators.
type Accounts interface {
	Users(ctx context.Context, s registry.RecordScope, q registry.RecordQuery) ([]registry.UserRecord, string, error)
	// AccountsNow is for the three administrators; workflow.ErrNotFound for others.
	AccountsNow(ctx context.Context, actor workflow.Actor) (*registry.AccountsNow, error)
	// Audit reads the trail of sessions and rights, latest first, for audit administrators; workflow.ErrNotFound for
	// others.
	Audit(ctx context.Context, actor workflow.Actor, q workflow.TrailQuery) ([]workflow.TrailRow, error)
	// Setup creates the first administrators, all or none, with the token that the first start printed, or returns
	// registry.ErrTokenUsed.
	Setup(ctx context.Context, token, address string, accounts []registry.FirstAccount) error
}

// Results reads what an organization achieved; the caller checks who may read them.
type Results interface {
	Results(ctx context.Context, organization workflow.ID) ([]workflow.PastResult, error)
}

// Announcements reads the rounds that have been announced.
type Announcements interface {
	PublicRounds(ctx context.Context) ([]workflow.RoundRecord, error)
}

// Public reads awards, intended and confirmed, as anyone may. A round and a region filter where not empty.
type Public interface {
	// PublicNotices reads the notices that run on a day.
	PublicNotices(ctx context.Context, today calendar.Date, cursor string, limit int) ([]workflow.Notice, string, error)
	// PublicNotice reads one of them, or workflow.ErrNotFound.
	PublicNotice(ctx context.Context, today calendar.Date, id workflow.ID) (*workflow.Notice, error)
	PublicAwards(ctx context.Context, round workflow.ID, in region.Code, cursor string, limit int) ([]workflow.Award,
		string, error)
	// PublicFigures sums up what PublicAwards lists, the rows of a round together.
	PublicFigures(ctx context.Context, round workflow.ID, in region.Code) ([]workflow.Figure, error)
}

// Attachments reads files, and takes them out of drafts.
type Attachments interface {
	// Take removes a file from a case's draft, at the version given.
	Take(ctx context.Context, on *workflow.Case, file workflow.ID) error
	Of(ctx context.Context, on workflow.ID) ([]workflow.Attachment, error)
	Find(ctx context.Context, id workflow.ID) (*workflow.Attachment, error)
	Open(ctx context.Context, a *workflow.Attachment) (io.ReadSeekCloser, error)
}

// Uploads stores files by their content.
type Uploads interface {
	Put(ctx context.Context, actor workflow.ID, on *workflow.Case, name string,
		content io.Reader) (*workflow.Attachment, error)
	// Drop deletes files that no case names.
	Drop(ctx context.Context, actor workflow.ID, files []workflow.ID) error
}

// Exports writes lists as files, each within the scope of the reader.
type Exports interface {
	Export(ctx context.Context, actor workflow.Actor, r export.Request, w io.Writer) error
}

// Erasures reads the list of erasings.
type Erasures interface {
	Erasures(ctx context.Context, actor workflow.Actor, cursor string, limit int) ([]erase.Erased, string, error)
}

// Loader checks and loads definitions, and changes how a version stands. *workflow.Invalid names every fault of a
// source.
type Loader interface {
	// Check decodes and compiles a definition in YAML or JSON without keeping it.
	Check(source string) (*machine.Machine, error)
	// Load keeps it; a version in use never changes.
	Load(ctx context.Context, actor workflow.Actor, source string) (*machine.Machine, error)
	// Approve and Withdraw check vet.MayApprove and vet.MayWithdraw.
	Approve(ctx context.Context, actor workflow.Actor, name string, version int,
		note string) (*vet.DefinitionApproval, error)
	Withdraw(ctx context.Context, actor workflow.Actor, name string, version int,
		note string) (*vet.DefinitionApproval, error)
}

// Trials tries versions of definitions on the live cases of their workflows. It writes nothing.
type Trials interface {
	// Try returns workflow.ErrNotFound for an unknown version, and for who may not (vet.MayTry).
	Try(ctx context.Context, actor workflow.Actor, name string, version int) (*vet.Trial, error)
}

// Sessions finds, makes and ends sessions.
type Sessions interface {
	// Find returns registry.ErrNoSession for an unknown, ended or expired token.
	Find(ctx context.Context, token string) (*registry.Session, error)
	// Login returns registry.ErrWrongLogin for a wrong login or password, *registry.FactorWanted or
	// *registry.Throttled.
	Login(ctx context.Context, in registry.SignIn) (*registry.Session, error)
	// Logout ends a session; an unknown one is fine.
	Logout(ctx context.Context, token, ip string) error
}

// SessionKeeper lists, confirms and ends live sessions. Callers check registry.MayKeepSessions first.
type SessionKeeper interface {
	Sessions(ctx context.Context, user workflow.ID) ([]registry.SessionInfo, error)
	// EndSession ends one session of a user; workflow.ErrNotFound where there is none.
	EndSession(ctx context.Context, user, session, actor workflow.ID, ip string) error
	// RevokeSessions ends all sessions of a user except one ("" for none) and returns their number.
	RevokeSessions(ctx context.Context, user, except, actor workflow.ID, ip string) (int, error)
	// ConfirmSession makes a session fresh with its owner's password; registry.ErrWrongLogin, or *registry.Throttled.
	ConfirmSession(ctx context.Context, user, session workflow.ID, password, ip string) error
}

// LiveSessions lists the sessions of a user, with the one that asks marked.
func (p *Ports) LiveSessions(ctx context.Context, user workflow.ID) ([]registry.SessionInfo, error) {
	list, err := p.Keeper.Sessions(ctx, user)
	for i := range list {
		me := Of(ctx).Session
		list[i].Current = me != nil && me.ID == list[i].ID
	}
	return list, err
}

// Today is the day by the domain's clock.
func (p *Ports) Today() calendar.Date { return calendar.DateOf(p.Desk.Clock.Now()) }
