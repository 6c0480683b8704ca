package define

import "incubase/workflow"

// PanelDef declares a panel: several answer, and a number of them must have answered.
type PanelDef struct {
	Name    string        `yaml:"name" json:"name"`
	Label   workflow.Text `yaml:"label" json:"label"`
	Seats   SeatsDef      `yaml:"seats" json:"seats"`
	Declare bool          `yaml:"declare,omitempty" json:"declare,omitempty"` // interests first; a conflict frees the seat
	// what the answering action asks for, beside the answer
	Asks    []FieldDef    `yaml:"asks,omitempty" json:"asks,omitempty"`
	Answers []PanelAnswer `yaml:"answers,omitempty" json:"answers,omitempty"`
	Need    any           `yaml:"need" json:"need"` // a number, a reference, or all
	// any (default): every answer counts to the need; approvals: only the first of the answers
	Counts string `yaml:"counts,omitempty" json:"counts,omitempty"`
	// parties or kinds of agency whose answer must be among those that count
	Mandatory []string `yaml:"mandatory,omitempty" json:"mandatory,omitempty"`
	Veto      []string `yaml:"veto,omitempty" json:"veto,omitempty"` // parties or kinds of agency who can end it
	// answer: an objection must be answered in words before the panel is met
	Objection string `yaml:"objection,omitempty" json:"objection,omitempty"`
	// when a seat reads the others: after_own (default), after_declaring, always, never; or a reference
	Others string `yaml:"others,omitempty" json:"others,omitempty"`
	Secret bool   `yaml:"secret,omitempty" json:"secret,omitempty"` // answers and names stay with the staff
	Due    string `yaml:"due,omitempty" json:"due,omitempty"`       // period of each seat
	// wait (default), lapse, or the answer that silence gives; or a reference
	Silence   string `yaml:"silence,omitempty" json:"silence,omitempty"`
	OnSilence string `yaml:"on_silence,omitempty" json:"on_silence,omitempty"` // the action that the end of a period fires
	Restart   string `yaml:"restart,omitempty" json:"restart,omitempty"`       // as DeskDef's
	Paper     string `yaml:"paper,omitempty" json:"paper,omitempty"`           // as DeskDef's
}

// SeatsDef says who sits on a panel: holders of a role, parties, or agencies with a competence.
type SeatsDef struct {
	From      string        `yaml:"from,omitempty" json:"from,omitempty"` // round.reviewers: holders of the role reviewer
	Holders   workflow.Role `yaml:"holders,omitempty" json:"holders,omitempty"`
	Parties   []string      `yaml:"parties,omitempty" json:"parties,omitempty"`
	Competent string        `yaml:"competent,omitempty" json:"competent,omitempty"` // action of the competence
	Each      string        `yaml:"each" json:"each"`                               // person, agency or party
	// setting of the round and the value that switches the panel off
	Unless map[string]string `yaml:"unless,omitempty" json:"unless,omitempty"`
}

// PanelAnswer is one of the answers that a panel takes.
type PanelAnswer struct {
	Value     string        `yaml:"value" json:"value"`
	Label     workflow.Text `yaml:"label" json:"label"`
	Reason    bool          `yaml:"reason,omitempty" json:"reason,omitempty"`       // must say why
	Objection bool          `yaml:"objection,omitempty" json:"objection,omitempty"` // see PanelDef.Objection and Veto
}
