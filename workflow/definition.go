package workflow

// Relation is what ties a party to one case, beyond holding a role.
type Relation string

// The relations of a party.
const (
	RelOwn       Relation = "own"       // the case is its organization's
	RelScope     Relation = "scope"     // the case lies in the region (and round, agency) of its role grant
	RelAssigned  Relation = "assigned"  // assigned to the case, no conflict declared
	RelCompetent Relation = "competent" // of an agency asked to co-sign the case
	RelLead      Relation = "lead"      // leads this record
	RelAnyone    Relation = "anyone"    // holds the role anywhere (roles empty: any signed-in person)
	RelSystem    Relation = "system"    // timers, automatic moves, other cases
	RelPublic    Relation = "public"    // a member of the public, through the public pages
)

// Party is a definition's own name for somebody, mapped to roles and a relation.
type Party struct {
	Name     string   `yaml:"name" json:"name"`
	Label    Text     `yaml:"label" json:"label"`
	Roles    []Role   `yaml:"roles,omitempty" json:"roles,omitempty"`
	Relation Relation `yaml:"relation" json:"relation"`
	// applicant or staff; empty: applicant for relation own, else staff
	Side Side `yaml:"side,omitempty" json:"side,omitempty"`

	// Independent: false lets insiders act as this party of the staff; Source says on what that rests. See insider.go.
	Independent *bool  `yaml:"independent,omitempty" json:"independent,omitempty"`
	Source      string `yaml:"source,omitempty" json:"source,omitempty"`
}

// TimerDef starts a clock on entry. At the end of its last day the system fires Action, if there is one.
type TimerDef struct {
	Name  string `yaml:"name" json:"name"`
	Label Text   `yaml:"label" json:"label"`
	// "5wd", "10d", "1mo"; "$round.correction_period", with " or 5wd" as fallback; "$round.closes"
	Period string `yaml:"period" json:"period"`
	Action string `yaml:"action,omitempty" json:"action,omitempty"`
	Source string `yaml:"source,omitempty" json:"source,omitempty"`
}

// Choice is one allowed answer of a choice field.
type Choice struct {
	Value string `yaml:"value" json:"value"`
	Label Text   `yaml:"label" json:"label"`
}
