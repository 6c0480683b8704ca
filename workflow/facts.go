package workflow

import (
	"encoding/json"
	"time"

	"incubase/workflow/calendar"
	"incubase/workflow/money"
	"incubase/workflow/region"
)

// Facts are all that guards may read: one consistent, immutable snapshot.
type Facts struct {
	Case         Case
	Round        *Round
	Organization *Organization
	Parent       *ParentFacts
	Actor        Actor
	Now          time.Time // domain time, fixed once per command (guard letter c)
	Calendar     *calendar.Calendar
	Candidates   Candidates
	Answers      json.RawMessage // frozen answers of the current revision, nil before
	Secret       [32]byte        // random, of this command: salts payloads
	Draft        json.RawMessage // newest saved draft for this command's action; read by no guard
	DraftAt      time.Time       // when it was saved
	DraftBy      ID              // who saved it
	DraftName    string
	DraftNumber  int                // number of saves of the answers
	Written      map[string]Written // who wrote each saved answer last
	Files        []DraftFile        // of the applicant's side: submitted with the answers
	DraftRead    bool               // whether the draft of the answers and its files were read
	Children     []Child
	AgencyName   Text // of the responsible agency, which issues the case's papers

	// Objections are the first to show, unanswered ones first. Guards read the case's counters instead.
	Objections []Objection
	// Waiting are all unanswered objections without their texts, loaded only for effects that need them (see Needs).
	Waiting []Objection

	// Results are those of the organization's other cases, newest first, loaded only where the case is shown (see Needs).
	// No commit asserts them, so no guard may read them.
	Results []PastResult

	Schema string `json:"-"` // the definition's own form, set by the machine
}

// ParentFacts are read by guards; the commit asserts Version again (guard letter e).
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

type Child struct {
	ID       ID     `json:"id"`
	Ref      string `json:"ref"`
	Workflow string `json:"workflow"`
	State    State  `json:"state"`
	Stage    Stage  `json:"stage,omitempty"`
}

// Candidates are loaded only for effects that need them (see Needs).
type Candidates struct {
	Reviewers []Candidate // granted on the case's round, without conflicts of affiliation, by id
	Agencies  []Competent // agencies competent to co-sign for the case's topics and region, by id
}

type Candidate struct {
	User ID
	Name string
}

// Competent is an agency that must co-sign, with the topic that requires it.
type Competent struct {
	Agency ID
	Name   Text
	Topic  string
}

// Organization is read by guards; the commit asserts Version again (guard letter e).
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

// Round is a funding round as its cases read it; Version pins all fields (guard letter e).
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
	Held       money.Fen // by undecided proposals
	HeldAwards int
	Committed  money.Fen
	Awards     int // committed and not released
	Undecided  int // submitted, without award or outcome; set for a round's own case only

	// Read only where a case is opened:
	Kind       string      // the workflow of its cases
	Definition int         // version of that workflow
	Region     region.Code // where they lie
	Tracks     []string    // codes
}

// Left is what the envelope can still promise; the schema's envelope_covers_commitments asserts it (letter b).
func (r *Round) Left() money.Fen { return r.Total - r.Held - r.Committed }

// Rules are a round's numbers, from law or local practice; Basis cites the source of each.
type Rules struct {
	MinReviews       int             `json:"min_reviews"`
	PassPoints       int             `json:"pass_points"` // hundredths; a lower mean cannot be proposed
	NoticePeriod     calendar.Period `json:"notice_period"`
	CorrectionPeriod calendar.Period `json:"correction_period"`
	CosignPeriod     calendar.Period `json:"cosign_period"`
	// for how long a coach of the organization neither scores nor decides; default three years
	LookBack calendar.Period `json:"look_back,omitzero"`
	// lapse: silence is no objection; wait: an answer is required
	CosignSilence string          `json:"cosign_silence"`
	Cosigners     string          `json:"cosigners"` // competent: by topic; none
	SignPeriod    calendar.Period `json:"sign_period"`
	ReportPeriod  calendar.Period `json:"report_period"`
	// for answers to objections; 0: the definition's
	ObjectionPeriod calendar.Period `json:"objection_period,omitzero"`
	AwardCeiling    money.Fen       `json:"award_ceiling_fen"` // 0: none
	MaxAwards       int             `json:"max_awards"`        // 0: no limit
	Tranches        []TrancheRule   `json:"tranches"`
	Criteria        []Criterion     `json:"criteria,omitempty"` // none: one score for the whole
	// reviewers see each other's scores before their own is in
	OpenScores          bool `json:"open_scores,omitempty"`
	AnonymousObjections bool `json:"anonymous_objections"`
	AllowProvisional    bool `json:"allow_provisional"`
	// where applicants get help: telephone and hours of the base
	Contact string `json:"contact,omitempty"`
	// 机关代字 of numbered papers: 黑民社孵; papers without it carry no number
	DocumentWord string  `json:"document_word,omitempty"`
	Basis        []Basis `json:"basis"`
}

type TrancheRule struct {
	Share   money.BasisPoints `json:"share_bp"`
	Reports int               `json:"reports"`
}

type Basis struct {
	Rule   string        `json:"rule"`
	Source Text          `json:"source"`
	Since  calendar.Date `json:"since"`
}

func (f *Facts) Today() calendar.Date { return calendar.DateOf(f.Now) }
