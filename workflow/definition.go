package workflow

// Relation is what ties a party to one case, beyond a role.
type Relation string

const (
	RelOwn       Relation = "own"       // the case is of its organization
	RelScope     Relation = "scope"     // the case lies in the region (and round, agency) of its role grant
	RelAssigned  Relation = "assigned"  // assigned to the case, no conflict declared
	RelCompetent Relation = "competent" // of an agency asked to co-sign the case
	RelLead      Relation = "lead"      // leads this record
	RelAnyone    Relation = "anyone"    // holds the role anywhere (without roles: any signed-in person)
	RelSystem    Relation = "system"    // timers, automatic moves, other cases
	RelPublic    Relation = "public"    // a member of the public
)

type Party struct {
	Name     string   `yaml:"name" json:"name"`
	Label    Text     `yaml:"label" json:"label"`
	Roles    []Role   `yaml:"roles,omitempty" json:"roles,omitempty"`
	Relation Relation `yaml:"relation" json:"relation"`
	// applicant or staff; by default applicant for relation own, else staff
	Side Side `yaml:"side,omitempty" json:"side,omitempty"`

	// Independent: false lets insiders act as this party of the staff; Source names the basis. See insider.go.
	Independent *bool  `yaml:"independent,omitempty" json:"independent,omitempty"`
	Source      string `yaml:"source,omitempty" json:"source,omitempty"`
}

type TimerDef struct {
	Name  string `yaml:"name" json:"name"`
	Label Text   `yaml:"label" json:"label"`
	// "5wd", "10d", "1mo"; "$round.correction_period", with " or 5wd" as fallback; "$round.closes"
	Period string `yaml:"period" json:"period"`
	Action string `yaml:"action,omitempty" json:"action,omitempty"`
	Source string `yaml:"source,omitempty" json:"source,omitempty"`
}

type Choice struct {
	Value string `yaml:"value" json:"value"`
	Label Text   `yaml:"label" json:"label"`
}
