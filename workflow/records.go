package workflow

import (
	"encoding/json"
	"time"

	"incubase/workflow/money"
	"incubase/workflow/region"
)

// Limits of a page of a list: rows where a query names none, and at most.
const (
	DefaultPage = 50
	MaxPage     = 200
)

type RecordKind string

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
	KindErasure      RecordKind = "erasure" // has rights, but no log of its own
)

// RoundRecord is the details row of a round case, as /rounds shows it.
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
	Definition   int             `json:"workflow_version"` // of its cases
	Created      time.Time       `json:"created_at"`
	Updated      time.Time       `json:"updated_at"`
}

// Track is a class of applications inside a round.
type Track struct {
	Code string `json:"code"`
	Name Text   `json:"name"`
}
