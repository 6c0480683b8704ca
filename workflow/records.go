package workflow

import (
	"context"
	"encoding/json"
	"time"

	"incubase/workflow/calendar"
	"incubase/workflow/money"
	"incubase/workflow/region"
)

// Records are the things that are no cases: organizations, projects, rounds' details, users and their roles, agencies
// and competences, calendars. They change by one small audited path (Registry.Write) with the same key and version
// rules as cases, and every record has a hash-chained log of its own.

// RecordKind names a kind of record.
type RecordKind string

// The kinds of records.
const (
	KindOrganization RecordKind = "organization"
	KindProject      RecordKind = "project"
	KindRound        RecordKind = "round"
	KindUser         RecordKind = "user"
	KindRole         RecordKind = "role"
	KindAgency       RecordKind = "agency"
	KindCompetence   RecordKind = "competence"
	KindCalendar     RecordKind = "calendar"
	KindWorkflow     RecordKind = "workflow"
	KindRegion       RecordKind = "region"
	KindErasure      RecordKind = "erasure" // has rights and no log of its own
)

// OrganizationRecord is a community organization: registered with a credit code, or filed without one and then with a
// fiscal host to receive money.
type OrganizationRecord struct {
	ID         ID     `json:"id"`
	Version    int    `json:"version"`
	Name       string `json:"name"`
	Kind       string `json:"kind"` // OrganizationKinds
	CreditCode string `json:"credit_code,omitempty"`
	// an officer's reason for keeping a code that fails a layer
	CreditOverride string         `json:"credit_override,omitempty"`
	FilingNumber   string         `json:"filing_number,omitempty"`
	FiscalHost     ID             `json:"fiscal_host,omitempty"`
	Region         region.Code    `json:"region"`
	Address        string         `json:"address,omitempty"`
	Contact        string         `json:"contact,omitempty"`
	Phone          string         `json:"phone,omitempty"`
	About          string         `json:"about,omitempty"`
	Founded        *calendar.Date `json:"founded,omitempty"`
	Topics         []string       `json:"topics"`
	Standing       string         `json:"standing"` // good, abnormal, dishonest, barred
	StandingReason string         `json:"standing_reason,omitempty"`
	BarredUntil    *calendar.Date `json:"barred_until,omitempty"`
	Created        time.Time      `json:"created_at"`
	Updated        time.Time      `json:"updated_at"`

	Alone bool `json:"-"` // decided on while no other had the name; nothing is written where one has come since
}

// ProjectRecord is a branded project of an organization, with its own history over several rounds.
type ProjectRecord struct {
	ID           ID          `json:"id"`
	Version      int         `json:"version"`
	Organization ID          `json:"organization"`
	Title        string      `json:"title"`
	Summary      string      `json:"summary,omitempty"`
	Topics       []string    `json:"topics"` // empty in a request: its organization's
	Region       region.Code `json:"region"` // empty in a request: its organization's
	Created      time.Time   `json:"created_at"`
	Updated      time.Time   `json:"updated_at"`
}

// RoundRecord is the details row of a round case: the friendly view of /rounds.
type RoundRecord struct {
	ID           ID              `json:"id"` // of the case
	Version      int             `json:"version"`
	Ref          string          `json:"ref"`
	State        State           `json:"state"`
	StateLabel   Text            `json:"state_label"`
	Name         Text            `json:"name"`
	Kind         string          `json:"kind"` // grant or incubation: the workflow of its applications
	Region       region.Code     `json:"region"`
	Agency       ID              `json:"agency,omitempty"`
	Opens        *time.Time      `json:"opens_at,omitempty"`
	Closes       *time.Time      `json:"closes_at,omitempty"`
	Tracks       []Track         `json:"tracks"`
	Rules        Rules           `json:"rules"`
	Form         json.RawMessage `json:"form,omitempty"`
	FormNumber   int             `json:"form_version"`
	Total        money.Fen       `json:"total_fen"`
	HeldSum      money.Fen       `json:"held_fen"`
	CommittedSum money.Fen       `json:"committed_fen"`
	PaidSum      money.Fen       `json:"paid_fen"`
	Definition   int             `json:"workflow_version"` // its cases are born under
	Created      time.Time       `json:"created_at"`
	Updated      time.Time       `json:"updated_at"`
}

// Track is a class of applications inside a round.
type Track struct {
	Code string `json:"code"`
	Name Text   `json:"name"`
}

// UserRecord is a person who can sign in.
type UserRecord struct {
	ID           ID           `json:"id"`
	Version      int          `json:"version"`
	Login        string       `json:"login"`
	Name         string       `json:"name"`
	Organization ID           `json:"organization,omitempty"`
	Agency       ID           `json:"agency,omitempty"`
	Disabled     bool         `json:"disabled"`
	Region       region.Code  `json:"region,omitempty" doc:"Of its organization."`
	Roles        []RoleRecord `json:"roles"`
	Reset        *ResetRecord `json:"reset,omitempty" doc:"A code under way, with which its owner chooses a password."`
	Created      time.Time    `json:"created_at"`
}

// RoleRecord is one grant of a role to a user.
type RoleRecord struct {
	ID      ID  `json:"id"`
	Version int `json:"version"`
	User    ID  `json:"user"`
	Grant
	Since time.Time  `json:"since"`
	Until *time.Time `json:"until,omitempty"`
}

// AgencyRecord is a government department, mass organization, union, university or incubator base.
type AgencyRecord struct {
	ID      ID   `json:"id"`
	Version int  `json:"version"`
	Name    Text `json:"name"`
	// civil_affairs, justice, culture, women, disabled, union, university, incubator_base ...
	Kind   string      `json:"kind"`
	Region region.Code `json:"region"`
}

// CompetenceRecord says what an agency is competent for: its topic, region and usual action.
type CompetenceRecord struct {
	ID      ID          `json:"id"`
	Version int         `json:"version"`
	Agency  ID          `json:"agency"`
	Topic   string      `json:"topic"` // "*" is all
	Region  region.Code `json:"region"`
	Action  string      `json:"action"` // cosign, comment, view, decide, advise
	Since   time.Time   `json:"since"`
	Until   *time.Time  `json:"until,omitempty"`
}

// RegionRecord is a division of the country as lists show it.
type RegionRecord struct {
	Code     region.Code `json:"code"`
	Version  int         `json:"version"`
	Name     string      `json:"name"`
	FullName string      `json:"full_name"`
	Level    string      `json:"level"`
	Parent   region.Code `json:"parent,omitempty"`
	Pilot    bool        `json:"pilot"` // takes part in the pilot of the platform

	Ended     *calendar.Date `json:"ended,omitempty"`     // its last day was the one before
	Successor region.Code    `json:"successor,omitempty"` // what an ended one has become part of
}

// CalendarRecord is a set of exceptions laid over the shipped calendar, as a yearly notice publishes it.
type CalendarRecord struct {
	ID      ID                   `json:"id"`
	Version int                  `json:"version"`
	Name    string               `json:"name"`
	Source  string               `json:"source"`
	Through calendar.Date        `json:"through"`
	Days    []calendar.Exception `json:"days"`
}

// RecordWrite is a change of one record as the store gets it: decided, complete, with its key and log entry.
type RecordWrite struct {
	Kind    RecordKind
	ID      ID
	Op      string // create, change, end, password, reset_started ...
	Version *int   // the version it was decided on; nil for create
	Actor   ID
	Key     string
	Digest  Hash
	At      time.Time
	Body    any    // the typed record as it will be
	Secret  string // what the row keeps and no log or answer may show: hashes of a password and of a code's halves
	Note    string
	Erase   *EraseEntryDoc // what goes from the record's log, in the same transaction
}

// RecordStore keeps records. Writing one is one statement: the row, its log entry (chained) and the key together.
type RecordStore interface {
	// WriteRecord answers with the record's stored JSON. ErrMoved when Version is stale or an organization is no longer
	// alone under its name; *Refused or *Invalid when a
	// constraint that is a rule says no (a credit code already registered ...).
	WriteRecord(ctx context.Context, w RecordWrite) (json.RawMessage, error)
	// ReadRecord reads one record into out (a pointer to its type) and answers with the earlier receipt of (actor, key).
	// ErrNotFound if there is no such record; an empty id reads the receipt alone.
	ReadRecord(ctx context.Context, kind RecordKind, id ID, actor ID, key string, out any) (*StoredReceipt, error)
	// SimilarOrganizations finds organizations whose names a person reads as the same, in a place of ComparedIn.
	SimilarOrganizations(ctx context.Context, place, name string) ([]SimilarRecord, error)
	// Replay marks the key as answered again; see Store.
	Replay(ctx context.Context, actor ID, key string) (said string, err error)
}
