// Package api is the JSON surface: requests to commands, values to documents, and the OpenAPI document that is derived
// from the very types that serve. Handlers have three beats: decode, do, render.
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

// Cases reads cases in number; single ones go through the desk.
type Cases interface {
	Summaries(ctx context.Context, scope workflow.Scope, q workflow.CaseQuery) ([]workflow.Listed, string, error)
	// List reads whole cases.
	List(ctx context.Context, scope workflow.Scope, q workflow.CaseQuery) ([]workflow.Loaded, string, error)
	Events(ctx context.Context, id workflow.ID) ([]workflow.Event, error)
	Board(ctx context.Context, scope workflow.Scope, q workflow.BoardQuery) ([]workflow.Counts, error)
}

// Page asks for a part of a list of records.
type Page struct {
	Words  string
	Cursor string
	Limit  int
}

// Records reads records, each list within the scope of who asks.
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

// Attachments keeps files by their content.
type Attachments interface {
	Put(ctx context.Context, actor workflow.ID, on *workflow.Case, name string,
		content io.Reader) (*workflow.Attachment, error)
	// Take takes a file out of the draft of a case as it was seen.
	Take(ctx context.Context, on *workflow.Case, file workflow.ID) error
	// Drop forgets files that no case has named.
	Drop(ctx context.Context, actor workflow.ID, files []workflow.ID) error
	Of(ctx context.Context, on workflow.ID) ([]workflow.Attachment, error)
	Find(ctx context.Context, id workflow.ID) (*workflow.Attachment, error)
	Open(ctx context.Context, a *workflow.Attachment) (io.ReadSeekCloser, error)
}

// Public reads what everybody may see.
type Public interface {
	PublicRounds(ctx context.Context) ([]workflow.RoundRecord, error)
	PublicNotices(ctx context.Context, cursor string, limit int) ([]NoticeDoc, string, error)
	PublicAwards(ctx context.Context, round workflow.ID, in region.Code, cursor string, limit int) ([]AwardDoc, string,
		error)
}

// Definitions keeps workflow definitions: those shipped, and those an administrator loads.
type Definitions interface {
	machine.Machines
	Names() []string
	Versions(name string) []int
	// Load takes in a definition written in YAML or JSON, checked, compiled and stored.
	Load(ctx context.Context, actor workflow.Actor, source string, key string) (*machine.Machine, error)
	Approvals
}

// Approvals are the second key of definitions.
type Approvals interface {
	// Standing says how a version stands; of one that there is not, nothing.
	Standing(name string, version int) vet.DefinitionStanding
	// Approval describes a version for its approver, or workflow.ErrNotFound.
	Approval(name string, version int) (*vet.DefinitionApproval, error)
	// Approve and Withdraw change how a version stands, under workflow.MayApprove and MayWithdraw.
	Approve(ctx context.Context, actor workflow.Actor, name string, version int,
		note string) (*vet.DefinitionApproval, error)
	Withdraw(ctx context.Context, actor workflow.Actor, name string, version int,
		note string) (*vet.DefinitionApproval, error)
}

// Setup makes the first administrators with the token that the first start printed, all or none. workflow.ErrTokenUsed
// if it was used or is over.
type Setup interface {
	Setup(ctx context.Context, token, address string, accounts []registry.FirstAccount) error
}

// Trail reads the audit trail of sessions and rights, for audit administrators.
type Trail interface {
	Audit(ctx context.Context, actor workflow.Actor, q workflow.TrailQuery) ([]AuditDoc, error)
}

// Erasures reads the list of erasings.
type Erasures interface {
	Erasures(ctx context.Context, actor workflow.Actor, cursor string, limit int) ([]erase.Erased, string, error)
}

// AuditDoc is a row of the audit trail.
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

// Health reports whether the database answers and its schema fits.
type Health interface {
	Ready(ctx context.Context) error
}

// DemoClock moves the domain's time; nil outside the demonstration.
type DemoClock interface {
	Advance(ctx context.Context, by time.Duration, months int) (time.Time, error)
}

// RegionDoc is an administrative division.
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

// raw keeps JSON as it is.
type raw = json.RawMessage
