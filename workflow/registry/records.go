// Package registry is the single path on which records change: organizations, projects, details of rounds, users and
// their roles, agencies and competences, calendars. Keys and versions work as for cases; every record has a
// hash-chained log.
package registry

import (
	"context"
	"encoding/json"
	"time"

	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/region"
)

// OrganizationRecord is a community organization: registered with a credit code, or filed without one and then with a
// fiscal host to receive money.
type OrganizationRecord struct {
	ID         workflow.ID `json:"id"`
	Version    int         `json:"version"`
	Name       string      `json:"name"`
	Kind       string      `json:"kind"` // OrganizationKinds
	CreditCode string      `json:"credit_code,omitempty"`
	// an officer's reason for keeping a code that fails a layer
	CreditOverride string         `json:"credit_override,omitempty"`
	FilingNumber   string         `json:"filing_number,omitempty"`
	FiscalHost     workflow.ID    `json:"fiscal_host,omitempty"`
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

	Alone bool `json:"-"` // decided while no other had its name; the write fails where one has come since
}

// ProjectRecord is a branded project of an organization, over several rounds.
type ProjectRecord struct {
	ID           workflow.ID `json:"id"`
	Version      int         `json:"version"`
	Organization workflow.ID `json:"organization"`
	Title        string      `json:"title"`
	Summary      string      `json:"summary,omitempty"`
	Topics       []string    `json:"topics"` // empty in a request: its organization's
	Region       region.Code `json:"region"` // empty in a request: its organization's
	Created      time.Time   `json:"created_at"`
	Updated      time.Time   `json:"updated_at"`
}

type UserRecord struct {
	ID           workflow.ID  `json:"id"`
	Version      int          `json:"version"`
	Login        string       `json:"login"`
	Name         string       `json:"name"`
	Organization workflow.ID  `json:"organization,omitempty"`
	Agency       workflow.ID  `json:"agency,omitempty"`
	Disabled     bool         `json:"disabled"`
	Region       region.Code  `json:"region,omitempty" doc:"Of its organization."`
	Roles        []RoleRecord `json:"roles"`
	Reset        *ResetRecord `json:"reset,omitempty" doc:"A code under way, with which its owner chooses a password."`
	Created      time.Time    `json:"created_at"`
}

type RoleRecord struct {
	ID      workflow.ID `json:"id"`
	Version int         `json:"version"`
	User    workflow.ID `json:"user"`
	workflow.Grant
	Since time.Time  `json:"since"`
	Until *time.Time `json:"until,omitempty"`
}

type AgencyRecord struct {
	ID      workflow.ID   `json:"id"`
	Version int           `json:"version"`
	Name    workflow.Text `json:"name"`
	Kind    string        `json:"kind"`
	Region  region.Code   `json:"region"`
}

type CompetenceRecord struct {
	ID      workflow.ID `json:"id"`
	Version int         `json:"version"`
	Agency  workflow.ID `json:"agency"`
	Topic   string      `json:"topic"` // "*" is all
	Region  region.Code `json:"region"`
	Action  string      `json:"action"` // cosign, comment, view, decide, advise
	Since   time.Time   `json:"since"`
	Until   *time.Time  `json:"until,omitempty"`
}

type RegionRecord struct {
	Code     region.Code `json:"code"`
	Version  int         `json:"version"`
	Name     string      `json:"name"`
	FullName string      `json:"full_name"`
	Level    string      `json:"level"`
	Parent   region.Code `json:"parent,omitempty"`
	Pilot    bool        `json:"pilot"` // takes part in the pilot of the platform

	Ended     *calendar.Date `json:"ended,omitempty"`     // the day after its last
	Successor region.Code    `json:"successor,omitempty"` // the division that an ended one became part of
}

// CalendarRecord is a set of exceptions laid over the shipped calendar, as a yearly notice publishes it.
type CalendarRecord struct {
	ID      workflow.ID          `json:"id"`
	Version int                  `json:"version"`
	Name    string               `json:"name"`
	Source  string               `json:"source"`
	Through calendar.Date        `json:"through"`
	Days    []calendar.Exception `json:"days"`
}

type RecordWrite struct {
	Kind    workflow.RecordKind
	ID      workflow.ID
	Op      string // create, change, end, password, reset_started ...
	Version *int   // the version it was decided on; nil for create
	Actor   workflow.ID
	Key     string
	Digest  workflow.Hash
	At      time.Time
	Body    any    // the typed record after the change
	Secret  string // hashes of a password and of a code's halves: kept in the row, never in a log or answer
	Note    string
	Erase   *EraseEntryDoc // what to erase from the record's log, in the same transaction
}

// RecordStore writes a record's row, log entry (chained) and key in one statement.
type RecordStore interface {
	// WriteRecord returns the record's stored JSON; ErrMoved when Version is stale or an organization's name has been
	// taken meanwhile; *Refused or *Invalid when a constraint refuses (a credit code already registered ...).
	WriteRecord(ctx context.Context, w RecordWrite) (json.RawMessage, error)
	// ReadRecord reads one record into out (a pointer to its type) and returns the earlier receipt of (actor, key).
	// ErrNotFound if there is no such record; an empty id reads the receipt alone.
	ReadRecord(ctx context.Context, kind workflow.RecordKind, id workflow.ID, actor workflow.ID, key string,
		out any) (*workflow.StoredReceipt, error)
	// SimilarOrganizations returns organizations of the same name to a reader, in a place of ComparedIn.
	SimilarOrganizations(ctx context.Context, place, name string) ([]SimilarRecord, error)
	// Replay marks the key as answered again; see Store.
	Replay(ctx context.Context, actor workflow.ID, key string) (said string, err error)
}
