package workflow

import (
	"time"

	"incubase/workflow/calendar"
	"incubase/workflow/money"
	"incubase/workflow/region"
)

// What anyone may read without signing in. Nothing here names a person.

// Notice is an intended award on public notice: its id takes objections.
type Notice struct {
	ID           ID // of the case
	Ref          string
	Organization string
	Title        string
	Round        Text
	Region       region.Code
	RegionName   string
	Amount       money.Fen
	Since, Until calendar.Date // Until is the last day on which objections are taken
	Anonymous    bool          // anonymous objections hold up the award too
}

// Award is a confirmed award.
type Award struct {
	ID                ID
	Ref               string
	Organization      string
	CreditCode        string
	Title             string
	Round             Text
	Region            region.Code
	RegionName        string
	Agency            Text
	Workflow          string
	DefinitionVersion int
	Stage             Stage
	StageLabel        Text // filled in by machine.WordAwards
	Awarded           money.Fen
	Paid              money.Fen
	Returned          money.Fen
	At                time.Time // of the confirmation, domain time
}

// Figure is the confirmed awards of a round in one stage, in sum.
type Figure struct {
	RoundID  ID
	Round    Text
	Workflow string
	Stage    Stage
	Count    int
	Awarded  money.Fen
	Paid     money.Fen
}

// SavedFilter is a list of cases that a user saved under a name. Query is a URL query without the question mark.
type SavedFilter struct{ Name, Query string }
