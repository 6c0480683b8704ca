package workflow

import (
	"encoding/json"
	"time"

	"incubase/workflow/calendar"
	"incubase/workflow/money"
	"incubase/workflow/region"
)

// Facts is everything a guard may look at: one consistent snapshot, read once, never changed.
type Facts struct {
	Case         Case
	Round        *Round
	Organization *Organization
	Parent       *ParentFacts
	Actor        Actor
	Now          time.Time // domain time, frozen once per command (guard letter c)
	Calendar     *calendar.Calendar
	Candidates   Candidates
	Answers      json.RawMessage // frozen answers of the current revision, nil before
	Secret       [32]byte        // random, of this command alone: payloads are salted with it
	Draft        json.RawMessage // newest saved draft for this command's action; read by no guard
	DraftAt      time.Time       // when it was saved
	DraftBy      ID              // by whom
	DraftName    string
	DraftNumber  int                // counts the saves of the answers
	Written      map[string]Written // who wrote each saved answer last
	Files        []DraftFile        // of the organization's side: they go with a submission
	DraftRead    bool               // whether the draft of the answers and its files were read at all
	Children     []Child
	AgencyName   Text // of the responsible agency: it issues the case's papers

	// Objections are the first of those to show, unanswered ones first; no guard reads them, guards read the case's
	// counters.
	Objections []Objection
	// Waiting are all unanswered ones, without their words, loaded only for actions whose effects ask for them (see
	// Needs).
	Waiting []Objection

	Schema string `json:"-"` // the definition's own form, filled in by the machine
}

// ParentFacts is what a child's guards may read of its parent; the commit asserts Version again (guard letter e).
type ParentFacts struct {
	ID      ID
	Ref     string
	State   State
	Stage   Stage
	Outcome string
	Version int
	Awarded money.Fen
	Paid    money.Fen
}

// Child is a linked case as its parent shows it.
type Child struct {
	ID       ID     `json:"id"`
	Ref      string `json:"ref"`
	Workflow string `json:"workflow"`
	State    State  `json:"state"`
	Stage    Stage  `json:"stage,omitempty"`
}

// Candidates are inputs of effects, loaded only for actions whose effects ask for them (see Needs).
type Candidates struct {
	Reviewers []Candidate // reviewers granted on the case's round, conflicts of affiliation left out, by id
	Agencies  []Competent // agencies competent to co-sign for the case's topics and region, by id
}

// Candidate is a person who could be assigned.
type Candidate struct {
	User ID
	Name string
}

// Competent is an agency that must speak, with the topic that makes it so.
type Competent struct {
	Agency ID
	Name   Text
	Topic  string
}

// Organization is an organization's standing as guards read it; the commit asserts Version again (guard letter e).
type Organization struct {
	ID          ID
	Name        string
	Kind        string // social_group, service_org, foundation, filed_community_org, unregistered_team ...
	CreditCode  string
	FiscalHost  ID
	Standing    string         // good, abnormal, dishonest, barred
	BarredUntil *calendar.Date // refused until this day has passed
	Topics      []string
	Region      region.Code
	Version     int
}

// Round is what a funding round says to its cases: state, dates, form and rules, each pinned by Version (letter e).
type Round struct {
	ID         ID
	Ref        string
	Name       Text
	Agency     ID // responsible for its cases
	State      State
	Opens      *time.Time
	Closes     *time.Time
	Version    int // bumped by every change of rules, form, dates or state
	Rules      Rules
	Form       json.RawMessage // JSON Schema 2020-12 of the answers
	FormNumber int
	Total      money.Fen // envelope, all tracks
	Held       money.Fen // by proposals that are not decided yet
	HeldAwards int
	Committed  money.Fen
	Awards     int // committed and not released
	Undecided  int // applications submitted and without award or outcome; read of a round's own case alone

	// Read only where a case is opened:
	Kind       string      // the workflow of its cases
	Definition int         // the version they are born under
	Region     region.Code // where they lie
	Tracks     []string    // codes
}

// Left is what the envelope can still promise: neither held nor committed. The schema's envelope_covers_commitments
// asserts it again (letter b).
func (r *Round) Left() money.Fen { return r.Total - r.Held - r.Committed }

// Rules are a round's numbers. Each comes from law or local practice: Basis says which, and since when.
type Rules struct {
	MinReviews       int             `json:"min_reviews"`
	PassPoints       int             `json:"pass_points"` // hundredths; mean below it cannot be proposed
	NoticePeriod     calendar.Period `json:"notice_period"`
	CorrectionPeriod calendar.Period `json:"correction_period"`
	CosignPeriod     calendar.Period `json:"cosign_period"`
	// for so long who coached an organization neither scores nor decides; none: three years
	LookBack calendar.Period `json:"look_back,omitzero"`
	// lapse: silence is no objection; wait: an answer is required
	CosignSilence string          `json:"cosign_silence"`
	Cosigners     string          `json:"cosigners"` // competent: by topic; none
	SignPeriod    calendar.Period `json:"sign_period"`
	ReportPeriod  calendar.Period `json:"report_period"`
	// by when an objection is answered; 0: the definition's
	ObjectionPeriod calendar.Period `json:"objection_period,omitzero"`
	AwardCeiling    money.Fen       `json:"award_ceiling_fen"` // 0: none
	MaxAwards       int             `json:"max_awards"`        // 0: no limit
	Tranches        []TrancheRule   `json:"tranches"`
	Criteria        []Criterion     `json:"criteria,omitempty"` // none: one number for the whole
	// reviewers read each other's scores before their own is in
	OpenScores          bool `json:"open_scores,omitempty"`
	AnonymousObjections bool `json:"anonymous_objections"`
	AllowProvisional    bool `json:"allow_provisional"`
	// where applicants ask: telephone and hours of the base
	Contact string `json:"contact,omitempty"`
	// 机关代字 of numbered papers: 黑民社孵; none: papers carry no number
	DocumentWord string  `json:"document_word,omitempty"`
	Basis        []Basis `json:"basis"`
}

// TrancheRule is one instalment: its share and the accepted reports it waits for.
type TrancheRule struct {
	Share   money.BasisPoints `json:"share_bp"`
	Reports int               `json:"reports"`
}

// Basis cites where a rule's number comes from.
type Basis struct {
	Rule   string        `json:"rule"`
	Source Text          `json:"source"`
	Since  calendar.Date `json:"since"`
}
