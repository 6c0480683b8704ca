package workflow

import (
	"encoding/json"

	"incubase/workflow/money"
)

// View is a case as one actor may see it: only what the actor's part in it entitles to. It carries words in both
// languages and is what receipts store, so it is the same for JSON, pages and repetitions.
type View struct {
	Case       Case            `json:"case"` // parts the actor may not see are left out (see Machine.Show)
	Title      Text            `json:"workflow_title"`
	StateLabel Text            `json:"state_label"`
	StageLabel Text            `json:"stage_label"`
	Names      Names           `json:"names"`
	Gates      []Gate          `json:"gates"`
	Offers     []Offer         `json:"offers"`
	Children   []Child         `json:"children"`
	ParentRef  string          `json:"parent_ref,omitempty"`
	Answers    json.RawMessage `json:"answers,omitempty"`
	Draft      json.RawMessage `json:"draft,omitempty"`
	Scores     *ScoreFacts     `json:"scores,omitempty"` // for those who may see the ranking
	CanEdit    bool            `json:"can_edit"`
	Schema     json.RawMessage `json:"-"` // the form of the answers, for pages; the API has it at the action and at the round

	objectors bool // the reader may know who objected
}

// Readable tells whether the reader of the case may read a file of it: what the public brought is as secret as who did.
func (v *View) Readable(a *Attachment) bool { return a.Uploader != ObjectorID || v.objectors }

// Names are what the ids of a case stand for.
type Names struct {
	Organization string `json:"organization,omitempty"`
	Project      string `json:"project,omitempty"`
	Round        Text   `json:"round"`
	Agency       Text   `json:"agency"`
	Region       string `json:"region,omitempty"` // full path: 黑龙江省鸡西市鸡冠区
}

// ScoreFacts sums up the submitted scores.
type ScoreFacts struct {
	Count int `json:"count"`
	Mean  int `json:"mean"` // hundredths of a point, rounded half up; 0 where Count is 0
}

// Gate is one condition of moving on, met or not: a guard of an action that leaves the state and is not about who acts.
type Gate struct {
	Name   string `json:"name"`
	Label  Text   `json:"label"`
	Met    bool   `json:"met"`
	Detail Text   `json:"detail"`
}

// Offer is one button, or one entry of the API's "actions": allowed, or every reason why not.
type Offer struct {
	Name     string          `json:"name"`
	Label    Text            `json:"label"`
	Refusals []Refusal       `json:"refusals,omitempty"` // empty: go ahead
	Fields   []OfferedField  `json:"fields,omitempty"`
	Form     json.RawMessage `json:"form,omitempty"` // the round's form, when a field is of type answers
	Note     bool            `json:"note_required,omitempty"`
	Keyed    bool            `json:"key_required,omitempty"` // has a ledger effect: an idempotency key is required
	Revert   bool            `json:"revert,omitempty"`
}

// Allowed tells whether the action would go through now, given acceptable fields.
func (o Offer) Allowed() bool { return len(o.Refusals) == 0 }

// OfferedField is a field with its references resolved against the facts.
type OfferedField struct {
	Name     string   `json:"name"`
	Label    Text     `json:"label"`
	Type     string   `json:"type"`
	Required bool     `json:"required,omitempty"`
	Min      *int64   `json:"min,omitempty"`
	Max      *int64   `json:"max,omitempty"`
	Choices  []Choice `json:"choices,omitempty"`
	Example  any      `json:"example,omitempty"`
}

// Outstanding is money promised and not yet paid out.
func (c *Case) Outstanding() money.Fen { return c.Committed - c.Paid }
