// Package api is the JSON surface: requests become commands, values become documents. The OpenAPI document derives
// from the types that serve. Handlers decode, do and render.
package api

import (
	"context"
	"encoding/json"
	"io"
	"time"

	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/erase"
	"incubase/workflow/machine"
	"incubase/workflow/money"
	"incubase/workflow/region"
	"incubase/workflow/registry"
	"incubase/workflow/vet"
)

// Cases reads lists of cases; the desk reads single ones.
type Cases interface {
	Summaries(ctx context.Context, scope workflow.Scope, q workflow.CaseQuery) ([]workflow.Listed, string, error)
	List(ctx context.Context, scope workflow.Scope, q workflow.CaseQuery) ([]workflow.Loaded, string, error)
	Events(ctx context.Context, id workflow.ID) ([]workflow.Event, error)
	Board(ctx context.Context, scope workflow.Scope, q workflow.BoardQuery) ([]workflow.Counts, error)
}

type Page struct {
	Words  string
	Cursor string
	Limit  int
}

// Records reads records, lists within the reader's scope.
type Records interface {
	Organizations(ctx context.Context, s registry.RecordScope, in region.Code, p Page) ([]registry.OrganizationRecord,
		string, error)
	Organization(ctx context.Context, s registry.RecordScope, id workflow.ID) (*registry.OrganizationRecord, error)
	Projects(ctx context.Context, s registry.RecordScope, organization workflow.ID, p Page) ([]registry.ProjectRecord,
		string, error)
	Project(ctx context.Context, s registry.RecordScope, id workflow.ID) (*registry.ProjectRecord, error)
	Rounds(ctx context.Context, s registry.RecordScope, which RoundFilters, p Page) ([]workflow.RoundRecord, string, error)
	Users(ctx context.Context, s registry.RecordScope, p Page) ([]registry.UserRecord, string, error)
	User(ctx context.Context, s registry.RecordScope, id workflow.ID) (*registry.UserRecord, error)
	Agencies(ctx context.Context, in region.Code, p Page) ([]registry.AgencyRecord, string, error)
	Role(ctx context.Context, s registry.RecordScope, id workflow.ID) (*registry.RoleRecord, error)
	Competence(ctx context.Context, id workflow.ID) (*registry.CompetenceRecord, error)
	Agency(ctx context.Context, id workflow.ID) (*registry.AgencyRecord, error)
	Competences(ctx context.Context, agency workflow.ID) ([]registry.CompetenceRecord, error)
	Calendars(ctx context.Context) ([]registry.CalendarRecord, error)
	Regions(ctx context.Context, parent region.Code) ([]RegionDoc, error)
	Region(ctx context.Context, code region.Code) (*RegionDoc, error)
}

// Attachments stores files by their content.
type Attachments interface {
	Put(ctx context.Context, actor workflow.ID, on *workflow.Case, name string,
		content io.Reader) (*workflow.Attachment, error)
	// Take removes a file from a case's draft, at the version given.
	Take(ctx context.Context, on *workflow.Case, file workflow.ID) error
	// Drop deletes files that no case names.
	Drop(ctx context.Context, actor workflow.ID, files []workflow.ID) error
	Of(ctx context.Context, on workflow.ID) ([]workflow.Attachment, error)
	Find(ctx context.Context, id workflow.ID) (*workflow.Attachment, error)
	Open(ctx context.Context, a *workflow.Attachment) (io.ReadSeekCloser, error)
}

type Public interface {
	PublicRounds(ctx context.Context) ([]workflow.RoundRecord, error)
	PublicNotices(ctx context.Context, cursor string, limit int) ([]NoticeDoc, string, error)
	PublicAwards(ctx context.Context, round workflow.ID, in region.Code, cursor string, limit int) ([]AwardDoc, string,
		error)
}

// Definitions holds the shipped workflow definitions and those that administrators load.
type Definitions interface {
	machine.Machines
	Names() []string
	Versions(name string) []int
	// Load checks, compiles and stores a definition in YAML or JSON.
	Load(ctx context.Context, actor workflow.Actor, source string, key string) (*machine.Machine, error)
	Approvals
}

// Approvals hold the second administrator's decisions on definitions.
type Approvals interface {
	// Standing returns a version's standing, the zero value for an unknown version.
	Standing(name string, version int) vet.DefinitionStanding
	// Approval describes a version for its approver, or returns workflow.ErrNotFound.
	Approval(name string, version int) (*vet.DefinitionApproval, error)
	// Approve and Withdraw check vet.MayApprove and vet.MayWithdraw.
	Approve(ctx context.Context, actor workflow.Actor, name string, version int,
		note string) (*vet.DefinitionApproval, error)
	Withdraw(ctx context.Context, actor workflow.Actor, name string, version int,
		note string) (*vet.DefinitionApproval, error)
}

// Setup creates the first administrators, all or none, with the token that the first start printed, or returns
// registry.ErrTokenUsed.
type Setup interface {
	Setup(ctx context.Context, token, address string, accounts []registry.FirstAccount) error
}

type Trail interface {
	Audit(ctx context.Context, actor workflow.Actor, q workflow.TrailQuery) ([]AuditDoc, error)
}

type Erasures interface {
	Erasures(ctx context.Context, actor workflow.Actor, cursor string, limit int) ([]erase.Erased, string, error)
}

type AuditDoc struct {
	N       int64     `json:"n"`
	At      time.Time `json:"at"`
	Act     string    `json:"act"`
	Actor   string    `json:"actor,omitempty"`
	Subject string    `json:"subject,omitempty"`
	Address string    `json:"address,omitempty"`
	Success bool      `json:"success"`
	Detail  string    `json:"detail,omitempty"`
}

type Health interface {
	Ready(ctx context.Context) error
}

type DemoClock interface {
	Advance(ctx context.Context, by time.Duration, months int) (time.Time, error)
}

type RegionDoc struct {
	Code   region.Code `json:"code"`
	Name   string      `json:"name"`
	Path   string      `json:"path" doc:"The full name, from the province."`
	Level  string      `json:"level" enum:"province,city,county,street,community"`
	Parent region.Code `json:"parent,omitempty"`
	Pilot  bool        `json:"pilot,omitempty"`
}

// NoticeDoc is a public notice of an intended award.
type NoticeDoc struct {
	ID           workflow.ID   `json:"id"`
	Ref          string        `json:"ref"`
	Organization string        `json:"organization"`
	Title        string        `json:"title"`
	Round        workflow.Text `json:"round"`
	Region       region.Code   `json:"region"`
	RegionName   string        `json:"region_name"`
	Amount       money.Fen     `json:"amount_fen"`
	Since        calendar.Date `json:"since"`
	Until        calendar.Date `json:"until" doc:"The last day on which objections are taken."`
	Anonymous    bool          `json:"anonymous_objections" doc:"By the round's rule an objection without a name holds up the award too."`
}

// AwardDoc is a confirmed award.
type AwardDoc struct {
	ID           workflow.ID    `json:"id"`
	Ref          string         `json:"ref"`
	Organization string         `json:"organization"`
	CreditCode   string         `json:"credit_code,omitempty"`
	Title        string         `json:"title"`
	Round        workflow.Text  `json:"round"`
	Region       region.Code    `json:"region"`
	RegionName   string         `json:"region_name"`
	Agency       workflow.Text  `json:"agency"`
	Stage        workflow.Stage `json:"stage"`
	Awarded      money.Fen      `json:"awarded_fen"`
	Paid         money.Fen      `json:"paid_fen"`
	Returned     money.Fen      `json:"returned_fen"`
	At           time.Time      `json:"awarded_at"`
}

type raw = json.RawMessage
