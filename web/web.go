// Package web serves pages: the commands of the API from forms, the truth of the API in templates. It decides nothing;
// buttons, forms and refusals are drawn from definitions, so that a new workflow needs no new page. Pages work without
// scripts.
package web

import (
	"context"
	"io"
	"log/slog"
	"time"

	"github.com/labstack/echo/v4"

	"incubase/api/edge"
	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/desk"
	"incubase/workflow/erase"
	"incubase/workflow/money"
	"incubase/workflow/region"
	"incubase/workflow/registry"
)

// Cases reads cases in number; single ones go through the desk.
type Cases interface {
	Summaries(ctx context.Context, scope workflow.Scope, q workflow.CaseQuery) ([]workflow.Listed, string, error)
	// List reads whole cases, for what a summary does not tell.
	List(ctx context.Context, scope workflow.Scope, q workflow.CaseQuery) ([]workflow.Loaded, string, error)
	Events(ctx context.Context, id workflow.ID) ([]workflow.Event, error)
	Board(ctx context.Context, scope workflow.Scope, q workflow.BoardQuery) ([]workflow.Counts, error)
	Replaced(ctx context.Context, on workflow.ID, since time.Time) ([]workflow.Replaced, error)
}

// Records reads records within the scope of who asks.
type Records interface {
	Rounds(ctx context.Context, s registry.RecordScope) ([]workflow.RoundRecord, error)
	Organization(ctx context.Context, s registry.RecordScope, id workflow.ID) (*registry.OrganizationRecord, error)
	Organizations(ctx context.Context, s registry.RecordScope, words string) ([]registry.OrganizationRecord, error)
	Projects(ctx context.Context, s registry.RecordScope, organization workflow.ID) ([]registry.ProjectRecord, error)
	RegionPath(ctx context.Context, code region.Code) (string, error) // from the province down
	RegionName(ctx context.Context, code region.Code) (string, error)
	Regions(ctx context.Context, parent region.Code) ([]registry.RegionRecord, error)
	Agency(ctx context.Context, id workflow.ID) (*registry.AgencyRecord, error)
	Competences(ctx context.Context, agency workflow.ID) ([]registry.CompetenceRecord, error)
	Calendars(ctx context.Context) ([]registry.CalendarRecord, error)
}

// Attachments keeps files by their content.
type Attachments interface {
	edge.EvidenceStore
	// Take takes a file out of the draft of a case as it was seen.
	Take(ctx context.Context, on *workflow.Case, file workflow.ID) error
	Of(ctx context.Context, on workflow.ID) ([]workflow.Attachment, error)
	Find(ctx context.Context, id workflow.ID) (*workflow.Attachment, error)
	Open(ctx context.Context, a *workflow.Attachment) (io.ReadSeekCloser, error)
}

// Filters keeps lists of cases under names, each person's own.
type Filters interface {
	SavedFilters(ctx context.Context, user workflow.ID) ([]SavedFilter, error)
	// SaveFilter refuses with workflow.Invalid where there are too many.
	SaveFilter(ctx context.Context, user workflow.ID, f SavedFilter) error
	DropFilter(ctx context.Context, user workflow.ID, name string) error
}

// SavedFilter is a list of cases by a name; the query is an address's, without the question mark.
type SavedFilter struct{ Name, Query string }

// Public reads what everybody may see.
type Public interface {
	PublicRounds(ctx context.Context) ([]workflow.RoundRecord, error)
	Notices(ctx context.Context, cursor string) ([]Notice, string, error)
	// Notice reads one that runs now, or workflow.ErrNotFound.
	Notice(ctx context.Context, id workflow.ID) (*Notice, error)
	Awards(ctx context.Context, round workflow.ID, in region.Code, cursor string) ([]Award, string, error)
	// Figures sum up what Awards lists, the rows of a round together.
	Figures(ctx context.Context, round workflow.ID, in region.Code) ([]Figure, error)
}

// Notice is an intended award before the public.
type Notice struct {
	ID           workflow.ID
	Ref          string
	Organization string
	Title        string
	Round        workflow.Text
	RegionName   string
	Amount       money.Fen
	Since, Until calendar.Date // the last day on which objections are taken
	Anonymous    bool          // an objection without a name holds up the award too
}

// Award is a confirmed award.
type Award struct {
	Ref          string
	Organization string
	Title        string
	Round        workflow.Text
	RegionName   string
	Stage        workflow.Stage
	Awarded      money.Fen
	Paid         money.Fen
	At           calendar.Date
}

// Options are what pages are made of.
type Options struct {
	Desk        *desk.Desk
	Bulk        *desk.Bulk
	Registry    *registry.Registry
	Cases       Cases
	Live        *edge.Live
	Finder      *edge.Finder
	Filters     Filters
	Records     Records
	Attachments Attachments
	Exports     edge.Exports
	Papers      Papers
	Acts        workflow.Acts
	Public      Public
	Objections  *edge.Objections
	Accounts    Accounts
	Eraser      *erase.Eraser
	Erasures    Erasures
	Templates   Templates
	Definitions Definitions
	Integrity   Integrity
	Sessions    edge.Sessions
	Keeper      edge.SessionKeeper
	Factors     edge.Factors
	Setup       Setup
	Limits      *edge.Limits // shared with the API; nil: the pages' own
	Secure      bool         // behind HTTPS
	Demo        bool
	Log         *slog.Logger
}

// Setup makes the first administrators with a one-time token; workflow.ErrTokenUsed if it was used or is over.
type Setup interface {
	Setup(ctx context.Context, token, address string, accounts []registry.FirstAccount) error
}

type site struct {
	Options
	plain   echo.HTTPErrorHandler
	recent  recent
	checked audit // of everything, the latest
}

// Register serves the pages beside whatever else e serves.
func Register(e *echo.Echo, o Options) {
	if o.Limits == nil {
		o.Limits = edge.NewLimits()
	}
	s := &site{Options: o, plain: e.HTTPErrorHandler}
	e.HTTPErrorHandler = s.failed
	e.GET("/static/*", static)
	s.table(e)
}

// table is every page, in the order of a first visit.
func (s *site) table(e *echo.Echo) {
	for _, r := range []struct {
		method, path string
		who          access
		do           func(*visit) error
	}{
		{"GET", "/", everybody, s.front},
		{"GET", "/login", everybody, s.loginPage},
		{"POST", "/login", everybody, s.login},
		{"GET", "/code", everybody, s.codePage},
		{"POST", "/code", everybody, s.choosePassword},
		{"GET", "/setup", everybody, s.setupPage},
		{"POST", "/setup", everybody, s.setUp},
		{"POST", "/logout", signedIn, s.logout},
		{"POST", "/preferences", everybody, s.prefer},
		{"GET", "/account", signedIn, s.accountPage},
		{"POST", "/account/sessions", signedIn, s.endOwnSessions},
		{"GET", "/account/factor", signedIn, s.factorPage},
		{"POST", "/account/factor", signedIn, s.beginFactor},
		{"POST", "/account/factor/code", signedIn, s.enrolFactor},
		{"POST", "/account/factor/remove", signedIn, s.removeFactor},
		{"GET", "/password", signedIn, s.passwordPage},
		{"POST", "/password", signedIn, s.changePassword},
		{"GET", "/people", signedIn, s.people},
		{"GET", "/people/new", signedIn, s.newPersonPage},
		{"POST", "/people/new", signedIn, s.addPerson},
		{"GET", "/people/:id", signedIn, s.personPage},
		{"POST", "/people/:id", signedIn, s.changePerson},
		{"POST", "/people/:id/roles", signedIn, s.grantRole},
		{"POST", "/people/:id/end", signedIn, s.endRole},
		{"POST", "/people/:id/code", signedIn, s.resetPerson},
		{"POST", "/people/:id/sessions", signedIn, s.endSessions},
		{"GET", "/trail", signedIn, s.trail},
		{"GET", "/erasures", signedIn, s.erasures},
		{"GET", "/erasures/new", signedIn, s.erasurePage},
		{"POST", "/erasures", signedIn, s.erase},
		{"GET", "/acts", signedIn, s.acts},
		{"GET", "/verify", signedIn, s.verifyAllPage},
		{"POST", "/verify", signedIn, s.verifyAll},
		{"GET", "/search", signedIn, s.search},
		{"GET", "/cases", signedIn, s.list},
		{"POST", "/filters", signedIn, s.saveFilter},
		{"POST", "/filters/drop", signedIn, s.dropFilter},
		{"GET", "/next/:workflow/:action", signedIn, s.goOn},
		{"GET", "/opinions", signedIn, s.ourOpinions},
		{"GET", "/reviews", signedIn, s.reviews},
		{"GET", "/batch", signedIn, s.batchPage},
		{"POST", "/batch", signedIn, s.actOnAll},
		{"GET", "/jobs/:id", signedIn, s.jobPage},
		{"GET", "/cases/:ref", signedIn, s.showCase},
		{"GET", "/cases/:ref/do/:action", signedIn, s.doPage},
		{"POST", "/cases/:ref/do/:action", signedIn, s.act},
		{"POST", "/cases/:ref/do/:action/draft", signedIn, s.saveAct},
		{"GET", "/cases/:ref/form", signedIn, s.formPage},
		{"POST", "/cases/:ref/form", signedIn, s.saveForm},
		{"GET", "/cases/:ref/receipt", signedIn, s.receipt},
		{"GET", "/cases/:ref/as/applicant", signedIn, s.asApplicant},
		{"GET", "/cases/:ref/objections", signedIn, s.objections},
		{"GET", "/cases/:ref/verify", signedIn, s.verify},
		{"POST", "/cases/:ref/files", signedIn, s.upload},
		{"GET", "/files/:id", signedIn, s.download},
		{"POST", "/files/:id/out", signedIn, s.takeOut},
		{"GET", "/exports/awards", everybody, s.exportAwards},
		{"GET", "/exports/:list", signedIn, s.export},
		{"GET", "/papers/:id", signedIn, s.paper},
		{"GET", "/papers/:id/pdf", signedIn, s.paperPDF},
		{"GET", "/calls", everybody, s.read(s.calls)},
		{"GET", "/calls/:id", everybody, s.read(s.call)},
		{"GET", "/notices", everybody, s.read(s.notices)},
		{"GET", "/notices/:id", everybody, s.read(s.notice)},
		{"GET", "/notices/:id/paper", everybody, s.read(s.noticePaper)},
		{"GET", "/notices/:id/pdf", everybody, s.read(s.noticePDF)},
		{"POST", "/notices/:id/object", everybody, s.object},
		{"GET", "/objections", everybody, s.lookUp},
		{"GET", "/objections/:code", everybody, s.read(s.follow)},
		{"GET", "/awards", everybody, s.read(s.awards)},
		{"GET", "/statistics", everybody, s.read(s.statistics)},
		{"GET", "/board", signedIn, s.board},
		{"GET", "/board/live", signedIn, s.liveBoard},
		{"GET", "/rounds", signedIn, s.rounds},
		{"GET", "/rounds/new", signedIn, s.newRoundPage},
		{"POST", "/rounds/new", signedIn, s.prepareRound},
		{"GET", "/rounds/:id", signedIn, s.roundPage},
		{"GET", "/rounds/:id/edit", signedIn, s.editRoundPage},
		{"POST", "/rounds/:id/edit", signedIn, s.changeRound},
		{"GET", "/rounds/:id/form", signedIn, s.formEditPage},
		{"POST", "/rounds/:id/form", signedIn, s.changeForm},
		{"GET", "/rounds/:id/papers/:kind", signedIn, s.roundPapers},
		{"GET", "/rounds/:id/papers/:kind/pdf", signedIn, s.roundPDF},
		{"GET", "/workflows", signedIn, s.definitions},
		{"GET", "/workflows/check", signedIn, s.checkPage},
		{"POST", "/workflows/check", signedIn, s.checkDefinition},
		{"GET", "/workflows/:name", signedIn, s.definitionPage},
		{"GET", "/workflows/:name/diagram.svg", signedIn, s.diagram},
		{"GET", "/workflows/:name/diff", signedIn, s.diff},
		{"GET", "/workflows/:name/versions/:n/approval", signedIn, s.approvalPage},
		{"POST", "/workflows/:name/versions/:n/approval", signedIn, s.approve},
		{"POST", "/workflows/:name/versions/:n/withdrawal", signedIn, s.withdraw},
		{"GET", "/records", signedIn, s.recordsIndex},
		{"GET", "/organizations", signedIn, s.organizationList},
		{"GET", "/organizations/new", signedIn, s.newOrganizationPage},
		{"POST", "/organizations/new", signedIn, s.addOrganization},
		{"GET", "/organizations/:id", signedIn, s.organizationPage},
		{"GET", "/organizations/:id/edit", signedIn, s.editOrganizationPage},
		{"POST", "/organizations/:id/edit", signedIn, s.changeOrganization},
		{"GET", "/organizations/:id/projects/new", signedIn, s.projectPage},
		{"POST", "/organizations/:id/projects/new", signedIn, s.saveProject},
		{"GET", "/organizations/:id/projects/:project", signedIn, s.projectPage},
		{"POST", "/organizations/:id/projects/:project", signedIn, s.saveProject},
		{"GET", "/agencies", signedIn, s.agencies},
		{"GET", "/agencies/new", signedIn, s.agencyFormPage},
		{"POST", "/agencies/new", signedIn, s.saveAgency},
		{"GET", "/agencies/:id", signedIn, s.agencyPage},
		{"GET", "/agencies/:id/edit", signedIn, s.agencyFormPage},
		{"POST", "/agencies/:id/edit", signedIn, s.saveAgency},
		{"GET", "/agencies/:id/competences", signedIn, s.competencePage},
		{"POST", "/agencies/:id/competences", signedIn, s.setCompetence},
		{"POST", "/agencies/:id/end", signedIn, s.endCompetence},
		{"GET", "/calendars", signedIn, s.calendars},
		{"GET", "/calendars/new", signedIn, s.calendarFormPage},
		{"POST", "/calendars/new", signedIn, s.addCalendar},
		{"GET", "/apply", signedIn, s.applyPage},
		{"POST", "/apply", signedIn, s.apply},
	} {
		e.Add(r.method, r.path, s.page(r.who, r.do))
	}
}

// read counts what is read without a session, as the API does.
func (s *site) read(do func(*visit) error) func(*visit) error {
	return func(v *visit) error {
		if err := s.Limits.Reading.Anonymous(edge.Of(v.ctx)); err != nil {
			return err
		}
		return do(v)
	}
}
