package ui

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

// Cases reads lists of cases; single cases go through the desk.
type Cases interface {
	Summaries(ctx context.Context, scope workflow.Scope, q workflow.CaseQuery) ([]workflow.Listed, string, error)
	// List reads whole cases; Summaries reads less.
	List(ctx context.Context, scope workflow.Scope, q workflow.CaseQuery) ([]workflow.Loaded, string, error)
	Events(ctx context.Context, id workflow.ID) ([]workflow.Event, error)
	Board(ctx context.Context, scope workflow.Scope, q workflow.BoardQuery) ([]workflow.Counts, error)
	Replaced(ctx context.Context, on workflow.ID, since time.Time) ([]workflow.Replaced, error)
}

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

type Attachments interface {
	edge.EvidenceStore
	// Take removes a file from a draft, if the case is still at that version.
	Take(ctx context.Context, on *workflow.Case, file workflow.ID) error
	Of(ctx context.Context, on workflow.ID) ([]workflow.Attachment, error)
	Find(ctx context.Context, id workflow.ID) (*workflow.Attachment, error)
	Open(ctx context.Context, a *workflow.Attachment) (io.ReadSeekCloser, error)
}

type Filters interface {
	SavedFilters(ctx context.Context, user workflow.ID) ([]SavedFilter, error)
	// SaveFilter fails with workflow.Invalid if there are too many.
	SaveFilter(ctx context.Context, user workflow.ID, f SavedFilter) error
	DropFilter(ctx context.Context, user workflow.ID, name string) error
}

// SavedFilter is a named list of cases; Query is the query string, without "?".
type SavedFilter struct{ Name, Query string }

type Public interface {
	PublicRounds(ctx context.Context) ([]workflow.RoundRecord, error)
	Notices(ctx context.Context, cursor string) ([]Notice, string, error)
	// Notice reads a current notice, or fails with workflow.ErrNotFound.
	Notice(ctx context.Context, id workflow.ID) (*Notice, error)
	Awards(ctx context.Context, round workflow.ID, in region.Code, cursor string) ([]Award, string, error)
	// Figures sums up what Awards lists, by round.
	Figures(ctx context.Context, round workflow.ID, in region.Code) ([]Figure, error)
}

// Notice is an intended award in its public notice.
type Notice struct {
	ID           workflow.ID
	Ref          string
	Organization string
	Title        string
	Round        workflow.Text
	RegionName   string
	Amount       money.Fen
	Since, Until calendar.Date // the last day for objections
	Anonymous    bool          // an anonymous objection holds up the award too
}

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

// Options are the dependencies of the pages.
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
	Limits      *edge.Limits // shared with the API; nil: their own
	Secure      bool         // behind HTTPS
	Demo        bool
	Log         *slog.Logger
}

// Setup creates the first administrators with a one-time token; registry.ErrTokenUsed if it is used or expired.
type Setup interface {
	Setup(ctx context.Context, token, address string, accounts []registry.FirstAccount) error
}

type Site struct {
	Options
	Plain   echo.HTTPErrorHandler
	Recent  recent
	Checked audit // the latest check of all chains
}
