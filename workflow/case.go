package workflow

import (
	"time"

	"incubase/workflow/calendar"
	"incubase/workflow/money"
	"incubase/workflow/region"
)

// Case is anything with a life: an application, an incubation, a report, a payment, a round. All facts that guards
// read of it are fields here, so that every change bumps Version (guard letter a).
type Case struct {
	ID                ID          `json:"id"`
	Ref               string      `json:"ref"` // GA-2026-0042
	Workflow          string      `json:"workflow"`
	DefinitionVersion int         `json:"definition_version"` // of its birth, kept for life
	State             State       `json:"state"`
	Stage             Stage       `json:"stage"`
	Outcome           string      `json:"outcome,omitempty"`
	StoredState       State       `json:"stored_state,omitempty"` // where resume returns to
	Version           int         `json:"version"`                // sequence number of its latest event
	LastHash          Hash        `json:"last_hash"`              // hash of its latest event
	Parent            ID          `json:"parent,omitempty"`
	Organization      ID          `json:"organization,omitempty"`
	Project           ID          `json:"project,omitempty"`
	Round             ID          `json:"round,omitempty"`
	Track             string      `json:"track,omitempty"`
	Region            region.Code `json:"region"`
	Agency            ID          `json:"agency,omitempty"` // responsible agency
	Lead              ID          `json:"lead,omitempty"`   // who opened or leads the case
	Title             string      `json:"title"`
	Topics            []string    `json:"topics,omitempty"`
	Currency          string      `json:"currency"` // ISO 4217, CNY inside
	Imported          bool        `json:"imported,omitempty"`

	Requested money.Fen `json:"requested_fen"`
	Awarded   money.Fen `json:"awarded_fen"` // proposed amount until confirmed
	Held      money.Fen `json:"held_fen"`    // of the envelope, for a proposed award
	Committed money.Fen `json:"committed_fen"`
	Paid      money.Fen `json:"paid_fen"`
	Returned  money.Fen `json:"returned_fen"`
	Tranche   int       `json:"tranche,omitempty"` // of a payment: number of the tranche, from 1; of a report: its number

	AnswersRevision int             `json:"answers_revision,omitempty"` // frozen answers, 0 before the first submit
	Assignments     []Assignment    `json:"assignments,omitempty"`
	Cosigns         []Cosign        `json:"cosigns,omitempty"`
	Approvals       []Approval      `json:"approvals,omitempty"`
	Parts           Parts           `json:"parts,omitempty"`
	Clocks          []Clock         `json:"clocks,omitempty"`
	Doers           map[string][]ID `json:"doers,omitempty"` // action -> who did it in this case
	Counts          map[string]int  `json:"counts,omitempty"`
	Data            map[string]any  `json:"data,omitempty"` // named facts recorded by actions: grade, mode, axes ...
	Due             *calendar.Date  `json:"due,omitempty"`  // earliest running clock
	Born            time.Time       `json:"created_at"`
	Updated         time.Time       `json:"updated_at"`
	Closed          *time.Time      `json:"closed_at,omitempty"`
	// in a state that keeps its stage: suspended, or ended early
	Aside     bool   `json:"aside,omitempty"`
	UniqueKey string `json:"-"` // unique among live cases

	Helpers []ID      `json:"-"` // who wrote it, or its parent, for the applicant: kept beside the case
	Coaches []Coached `json:"-"` // who coached its organization on another case
}

// Assignment binds a reviewer to the case. A conflict ends access at once and stays on record.
type Assignment struct {
	User     ID        `json:"user"`
	Name     string    `json:"name"`
	At       time.Time `json:"at"`
	Declared bool      `json:"declared"`
	Conflict bool      `json:"conflict,omitempty"`
	Scored   bool      `json:"scored,omitempty"`
	Points   int       `json:"points,omitempty"` // hundredths of a point: 8550 is 85.50
	Comment  string    `json:"comment,omitempty"`

	Criteria []CriterionScore `json:"criteria,omitempty"` // Points are their weighted sum
}

func (a Assignment) Live() bool { return !a.Conflict }

type Cosign struct {
	Agency  ID            `json:"agency"`
	Name    Text          `json:"name"`
	Topic   string        `json:"topic,omitempty"`
	At      time.Time     `json:"at"`
	Due     calendar.Date `json:"due"`
	Answer  string        `json:"answer,omitempty"` // agree, object, comment, lapsed; "" while open
	Opinion string        `json:"opinion,omitempty"`
	By      ID            `json:"by,omitempty"`
	Done    *time.Time    `json:"done,omitempty"`
	Void    bool          `json:"void,omitempty"` // the case ended before the agency answered
}

func (c Cosign) Open() bool { return c.Answer == "" && !c.Void }

func (c *Case) EndCosigns(at time.Time) {
	for i := range c.Cosigns {
		if x := &c.Cosigns[i]; x.Open() {
			x.Void, x.Done = true, &at
		}
	}
}

// Approval is one answer at a desk. Void answers stay on record and do not count.
type Approval struct {
	Desk   string    `json:"desk"`
	Order  int       `json:"order"` // position of the desk in the definition, for "restart: later"
	Party  string    `json:"party"`
	By     ID        `json:"by"`
	Name   string    `json:"name,omitempty"` // of the actor, at that time
	Agency ID        `json:"agency,omitempty"`
	Answer string    `json:"answer"`
	Text   string    `json:"sha256,omitempty"` // hash of the signed paper
	At     time.Time `json:"at"`
	Void   bool      `json:"void,omitempty"`
}

// Clock is a running period. At the end of its last day the system fires Action, if there is one.
type Clock struct {
	Name   string           `json:"name"`
	Label  Text             `json:"label"`
	Owner  State            `json:"owner,omitempty"` // state or group whose leaving ends it; "" runs until stopped
	Start  calendar.Date    `json:"start"`
	Period calendar.Period  `json:"period"`
	Pauses []calendar.Pause `json:"pauses,omitempty"`
	Due    calendar.Date    `json:"due_on"`
	Paused bool             `json:"paused,omitempty"`
	Held   bool             `json:"held,omitempty"` // stopped until the case returns to the stored state
	// stopped by pause_clock until resume_clock
	Stopped     bool `json:"stopped,omitempty"`
	Provisional bool `json:"provisional,omitempty"` // computed past the loaded calendar
	// an exact end, where the period ends at a set date (a round's closing)
	At     time.Time `json:"at,omitzero"`
	Action string    `json:"action,omitempty"`
	Since  int       `json:"since"` // version of the case at its start: makes firing idempotent
}

func (c Clock) Fires() time.Time {
	if !c.At.IsZero() {
		return c.At
	}
	return c.Due.End()
}

// Alarms returns the clocks that fire an action. A provisional date is a guess and fires nothing, unless the round
// says so.
func (c *Case) Alarms(allowProvisional bool) []Clock {
	var out []Clock
	for _, k := range c.Clocks {
		if k.Action != "" && !k.Paused && !k.Held && (!k.Provisional || allowProvisional || !k.At.IsZero()) {
			out = append(out, k)
		}
	}
	return out
}

func (c *Case) Clock(name string) *Clock {
	for i := range c.Clocks {
		if c.Clocks[i].Name == name {
			return &c.Clocks[i]
		}
	}
	return nil
}

// Counted returns the stage that counts in public and on boards: none for an award that was suspended or ended early.
// The schema's counted_stage is the same rule.
func (c *Case) Counted() Stage {
	if c.Aside && c.Stage != Applied {
		return NoStage
	}
	return c.Stage
}
