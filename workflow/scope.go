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
// "workflow/version/state" keys. It says of lists exactly what desk.Visible says of a single case; a test compares.
//
// Ways are subject to the rule of independence: of the cases in them those are left out whose insider the actor is.
// Free are the ways of the applicant's side, which stay open.
type Scope struct {
	User   ID
	Houses []ID // organizations whose insider the actor is
	Ways
	Free Ways
}

// Ways are the ways in which an actor comes to see cases.
type Ways struct {
	Own       []Slice // of an organization
	Regions   []Slice // of a region, maybe of one round or one responsible agency
	Competent []Slice // agencies asked to co-sign
	Lead      []Slice // of what the actor leads, as far as the grant reaches
	Assigned  []string
	Anyone    []string
}

// Covers reports whether figures of the region are the actor's to see: a grant over it, not limited to a round or
// agency.
func (s Scope) Covers(c region.Code) bool {
	covers := func(x Slice) bool { return c.Within(x.Region) && x.Round == "" && x.Agency == "" && len(x.Places) > 0 }
	return slices.ContainsFunc(s.Regions, covers) || slices.ContainsFunc(s.Free.Regions, covers)
}

// Slice is one grant's share of a scope.
type Slice struct {
	Organization ID
	Region       region.Code
	Agency       ID
	Round        ID
	Places       []string
}

// Place is the key of a state within all definitions.
func Place(workflow string, version int, s State) string {
	return workflow + "/" + strconv.Itoa(version) + "/" + string(s)
}

// Alias stands in a scope's place between where cases are and as what the actor is shown them:
// "w/1/determined?in_review".
const Alias = "?"

// PlaceOf is where a scope's place is, and the state that its cases are shown in.
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
	Waiting      bool // for the actor, who can act now
	Later        bool // for the actor, when the case is ready for it
	IDs          []ID // of these alone, where there are some
	Asked        bool // an agency of the actor's was asked to co-sign, and it is among those whom the case concerns still
	Overdue      bool // running clock past its last day at Now
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
	Key     string              `json:"key"` // region code, agency id, topic, round id
	Label   Text                `json:"label"`
	Count   map[Stage]int       `json:"count"`
	Sum     map[Stage]money.Fen `json:"sum_fen"`
	Overdue int                 `json:"overdue"`
}

// BoardQuery asks for a board.
type BoardQuery struct {
	Region region.Code
	By     string // region, agency, field, round
	Today  calendar.Date
}
