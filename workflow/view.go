package workflow

import (
	"encoding/json"
	"slices"
	"time"

	"incubase/workflow/money"
	"incubase/workflow/paper"
)

// View is a case as one actor may see it, in both languages, for JSON and pages alike.
type View struct {
	Case       Case            `json:"case"` // without parts that the actor may not see (desk.Show)
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
	Results    []PastResult    `json:"-"`                // of the organization's other cases, for its readers
	Objections []Objection     `json:"-"`                // at most ObjectionsShown; the case counts them all
	CanEdit    bool            `json:"can_edit"`
	Bounds     Bounds          `json:"-"` // of the answers
	// obstacles to come and points to check; nothing is refused yet
	Warnings []Refusal `json:"warnings,omitempty"`
	// until when the round takes a submission; nil without a round's date
	Closing  *Closing `json:"-"`
	Returned *Return  `json:"-"` // why it was returned to the reader, who may correct it
	// the form of the answers, for pages; the API has it at the action and at the round
	Schema json.RawMessage `json:"-"`
	// who wrote each saved answer last
	Written map[string]Written `json:"-"`
	DraftBy string             `json:"draft_by,omitempty"` // who saved the draft last
	DraftAt time.Time          `json:"draft_at,omitzero"`

	Reader    ID   `json:"-"`
	Inside    bool `json:"-"` // staff in scope
	Own       bool `json:"-"` // of the case's organization
	Objectors bool `json:"-"` // may know the objectors
	Blind     bool `json:"-"` // has to declare interests before the content is shown
	Lead      bool `json:"-"` // helps with the case
	Printable bool `json:"-"` // may read the papers of all cases below it
	Veiled    bool `json:"-"` // is shown another state than the true one
}

func (v *View) Staff() bool { return v.Inside }

// Readable reports whether the reader may read a file. Files of the organization or its helper are for all readers of
// the case; those of staff, reviewers and agencies for the staff and the uploader; those of the public for readers
// who may know the objectors.
func (v *View) Readable(a *Attachment) bool {
	switch {
	case a.Seq == 0 && a.Case != "" && a.Uploader != v.Reader: // a draft's file is the organization's alone
		return v.Own || v.Lead
	case v.Blind:
		return a.Uploader == v.Reader
	case a.Uploader == ObjectorID:
		return v.Objectors
	case a.Uploader == v.Reader, a.Uploader == v.Case.Lead, v.Case.Organization != "" && a.House == v.Case.Organization:
		return true
	}
	return v.Inside
}

// Takes reports whether a file of the reader joins the draft, or can go with an act. Submitted answers grow by acts
// only.
func (v *View) Takes() (draft, act bool) {
	return v.CanEdit, slices.ContainsFunc(v.Offers, func(o Offer) bool {
		return o.Allowed() && slices.ContainsFunc(o.Fields, func(x OfferedField) bool { return x.Type == "attachments" })
	})
}

// Removable reports whether the file belongs to a draft that the reader edits.
func (v *View) Removable(a *Attachment) bool {
	return v.CanEdit && a.Seq == 0 && a.Case == v.Case.ID && v.Readable(a)
}

// Files returns the files that the reader may read, without uploaders of the other side.
func (v *View) Files(all []Attachment) []Attachment {
	var out []Attachment
	for _, a := range all {
		if !v.Readable(&a) {
			continue
		}
		if !v.Inside && !v.Own && a.Uploader != v.Reader {
			a.Uploader, a.UploaderName = "", ""
		}
		out = append(out, a)
	}
	return out
}

// Papers returns the papers that the reader may read: staff and organization all, reviewers and agencies announced
// ones.
func (v *View) Papers(all []paper.Paper) []paper.Paper {
	var out []paper.Paper
	for _, p := range all {
		entitled := v.Inside || v.Own || v.Lead || !v.Blind && (p.Kind == paper.Notice || p.Kind == paper.Award)
		if p.Kind == paper.Minutes { // minutes name every application of a round, and who decided
			entitled = v.Printable
		}
		if entitled && !v.Veiled {
			out = append(out, p)
		}
	}
	return out
}

func (v *View) Prints() bool { return v.Printable }

type Names struct {
	Organization string `json:"organization,omitempty"`
	Project      string `json:"project,omitempty"`
	Round        Text   `json:"round"`
	Agency       Text   `json:"agency"`
	Region       string `json:"region,omitempty"` // full path: 黑龙江省鸡西市鸡冠区
}

type ScoreFacts struct {
	Count int `json:"count"`
	Mean  int `json:"mean"` // hundredths of a point, rounded half up; 0 where Count is 0
}

// Gate is one condition of moving on: a guard that is not about the actor.
type Gate struct {
	Name   string `json:"name"`
	Label  Text   `json:"label"`
	Met    bool   `json:"met"`
	Detail Text   `json:"detail"`
}

// Offer is one button, or one of the API's "actions": allowed, or with all reasons why not.
type Offer struct {
	Name     string          `json:"name"`
	Label    Text            `json:"label"`
	Refusals []Refusal       `json:"refusals,omitempty"` // empty: go ahead
	Fields   []OfferedField  `json:"fields,omitempty"`
	Form     json.RawMessage `json:"form,omitempty"` // the round's form, when a field is of type answers
	// Declarations of the form's submitter, sent in DeclarationsField or with the whole answers.
	Declarations []OfferedField `json:"declarations,omitempty"`
	Paper        string         `json:"paper,omitempty"` // kind of the paper that it signs by the hash in TextField
	Note         bool           `json:"note_required,omitempty"`
	Keyed        bool           `json:"key_required,omitempty"` // takes money: an idempotency key is required
	Revert       bool           `json:"revert,omitempty"`
}

// Allowed reports whether the action would succeed now with valid fields.
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
	Tap      string   `json:"tap,omitempty"` // the choice that one press in a list makes
	Hint     Text     `json:"hint,omitzero"`
	Weight   int      `json:"weight,omitempty"` // of a criterion, in percent
}

func (c *Case) Outstanding() money.Fen { return c.Committed - c.Paid }

func plainExample(v any) any {
	raw, ok := v.(json.RawMessage)
	if !ok {
		return v
	}
	var out any
	if json.Unmarshal(raw, &out) != nil {
		return v
	}
	return out
}

// Examples returns a valid request of the required fields.
func (o Offer) Examples() map[string]any {
	out := map[string]any{}
	for _, f := range o.Fields {
		if f.Required {
			out[f.Name] = plainExample(f.Example)
		}
	}
	return out
}
