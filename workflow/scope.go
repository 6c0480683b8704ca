package workflow

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"incubase/workflow/calendar"
	"incubase/workflow/money"
	"incubase/workflow/region"
)

// Scope is which cases an actor may see, as data for a query: a required argument of every read. Places are
// "workflow/version/state" keys. It must match desk.Visible for a single case; a test compares them.
//
// Grants leave out cases whose insider the actor is (rule of independence). Free are the grants of the applicant's
// side, which do not.
type Scope struct {
	User      ID
	InsiderOf []ID // organizations whose insider the actor is
	Grants
	Free Grants
}

// Grants holds the places that an actor reads, by the relation that opens them.
type Grants struct {
	Own       []GrantScope // of an organization
	Regions   []GrantScope // of a region, optionally of one round or responsible agency
	Competent []GrantScope // agencies asked to co-sign
	Lead      []GrantScope // of the cases that the actor leads, within the grant
	Assigned  []string
	Anyone    []string
}

// Covers reports whether the actor may see figures of the region: by a grant over it that no round or agency limits.
func (s Scope) Covers(c region.Code) bool {
	covers := func(x GrantScope) bool {
		return c.Within(x.Region) && x.Round == "" && x.Agency == "" && len(x.Places) > 0
	}
	return slices.ContainsFunc(s.Regions, covers) || slices.ContainsFunc(s.Free.Regions, covers)
}

// GrantScope holds the places that one grant opens, and what it is limited to.
type GrantScope struct {
	Organization ID
	Region       region.Code
	Agency       ID
	Round        ID
	Places       []string
}

func Place(workflow string, version int, s State) string {
	return workflow + "/" + strconv.Itoa(version) + "/" + string(s)
}

// Alias separates, in a scope's place, the true state from the one shown to the actor: "w/1/determined?in_review".
const Alias = "?"

// PlaceOf returns the key of the true state and the state shown.
func PlaceOf(place string) (at string, shown State) {
	at, as, hidden := strings.Cut(place, Alias)
	if !hidden {
		as = at[strings.LastIndexByte(at, '/')+1:]
	}
	return at, State(as)
}

// CaseQuery filters a list of cases. Zero values do not filter.
type CaseQuery struct {
	Workflow     string
	Stage        Stage
	State        State
	Round        ID
	Track        string
	Region       region.Code
	Organization ID
	Project      ID
	Agency       ID
	Assigned     bool // to the actor
	Waiting      bool // for the actor, now
	Later        bool // for the actor, once the case is ready
	IDs          []ID // only these, if any
	Asked        bool // an agency of the actor's was asked to co-sign, and the case still concerns it
	Overdue      bool // a running clock is past its last day at Now
	Words        string
	UpdatedSince *time.Time
	Now          time.Time
	// "id" does not move under the reader; "updated" (default, newest first), "created", "due", "ref", "amount"
	Sort   string
	Limit  int
	Cursor string
}

// Counts is one child of a board: counts and sums by stage. Sums are CNY fen.
type Counts struct {
	Key     string              `json:"key"` // region code, agency id, topic, round id, workflow name
	Label   Text                `json:"label"`
	Count   map[Stage]int       `json:"count"`
	Sum     map[Stage]money.Fen `json:"sum_fen"`
	Overdue int                 `json:"overdue"`
}

type BoardQuery struct {
	Region   region.Code
	By       string // region, agency, field, round, workflow
	Today    calendar.Date
	Workflow string // only its cases; empty: of all
}
