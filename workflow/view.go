package workflow

import (
	"encoding/json"
	"slices"
	"time"

	"incubase/workflow/money"
	"incubase/workflow/paper"
)

// View is a case as one actor may see it: only what the actor's part in it entitles to. It carries words in both
// languages and is what receipts store, so it is the same for JSON, pages and repetitions.
type View struct {
	Case       Case            `json:"case"` // parts the actor may not see are left out (see desk.Show)
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
	Objections []Objection     `json:"-"`                // at most ObjectionsShown; the case counts them all
	CanEdit    bool            `json:"can_edit"`
	Bounds     Bounds          `json:"-"` // that the answers are held against
	// what will stand in the way, or what to look at; nothing is refused yet
	Warnings []Refusal `json:"warnings,omitempty"`
	// until when what is written here can be sent off; nil where no round says so
	Closing  *Closing `json:"-"`
	Returned *Return  `json:"-"` // why it was sent back to the reader, who may correct it
	// the form of the answers, for pages; the API has it at the action and at the round
	Schema json.RawMessage `json:"-"`
	// who wrote each saved answer last
	Written map[string]Written `json:"-"`
	DraftBy string             `json:"draft_by,omitempty"` // who saved the draft last, and when
	DraftAt time.Time          `json:"draft_at,omitzero"`

	Reader    ID   `json:"-"`
	Inside    bool `json:"-"` // of the staff in scope
	Own       bool `json:"-"` // of the case's organization
	Objectors bool `json:"-"` // may know who objected
	Blind     bool `json:"-"` // has still to declare interests: the content comes afterwards
	Lead      bool `json:"-"` // helps with the case
	Printable bool `json:"-"` // may read the papers of all cases below it
	Veiled    bool `json:"-"` // is shown another state than it stands in
}

// Staff reports whether the reader is of the staff that handles the case.
func (v *View) Staff() bool { return v.Inside }

// Readable reports whether the reader of the case may read a file of it. What the organization brought, or who helps
// it, everybody reads who sees the case; what the staff, reviewers and agencies brought is for the staff and for who
// brought it; what the public brought is as secret as who did.
func (v *View) Readable(a *Attachment) bool {
	switch {
	case a.Seq == 0 && a.Case != "" && a.Uploader != v.Reader: // of a draft, which is its organization's alone
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

// Takes tells what may become of a file that the reader brings: it joins the draft of the answers, or it waits for an
// act that names it. What has been submitted grows by acts alone.
func (v *View) Takes() (draft, act bool) {
	return v.CanEdit, slices.ContainsFunc(v.Offers, func(o Offer) bool {
		return o.Allowed() && slices.ContainsFunc(o.Fields, func(x OfferedField) bool { return x.Type == "attachments" })
	})
}

// Removable reports whether the reader may take a file out of the case: it belongs to a draft that the reader edits.
func (v *View) Removable(a *Attachment) bool {
	return v.CanEdit && a.Seq == 0 && a.Case == v.Case.ID && v.Readable(a)
}

// Files are those of a case's files that the reader may read, without the names of the other side.
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

// Papers are those of a case's papers that the reader may read: all for the staff and the organization; reviewers and
// agencies read what is announced; minutes are for those who print a round's papers.
func (v *View) Papers(all []paper.Paper) []paper.Paper {
	var out []paper.Paper
	for _, p := range all {
		entitled := v.Inside || v.Own || v.Lead || !v.Blind && (p.Kind == paper.Notice || p.Kind == paper.Award)
		if p.Kind == paper.Minutes { // they name every application of a round, and who decided
			entitled = v.Printable
		}
		if entitled && !v.Veiled {
			out = append(out, p)
		}
	}
	return out
}

// Prints reports whether the reader of a round may read the papers of all its cases, and its minutes.
func (v *View) Prints() bool { return v.Printable }

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
	// Declarations are what who submits the form declares; they are sent in DeclarationsField, or with the whole
	// answers.
	Declarations []OfferedField `json:"declarations,omitempty"`
	Paper        string         `json:"paper,omitempty"` // kind of the paper that it signs, named by its hash in TextField
	Note         bool           `json:"note_required,omitempty"`
	Keyed        bool           `json:"key_required,omitempty"` // has a ledger effect: an idempotency key is required
	Revert       bool           `json:"revert,omitempty"`
}

// Allowed reports whether the action would go through now, given acceptable fields.
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
	Tap      string   `json:"tap,omitempty"` // the choice that may be made with one press, from a list
	Hint     Text     `json:"hint,omitzero"`
	Weight   int      `json:"weight,omitempty"` // of a criterion, in percent
}

// Outstanding is money promised and not yet paid out.
func (c *Case) Outstanding() money.Fen { return c.Committed - c.Paid }

// plainExample turns a form's raw example into what a request would hold.
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

// Examples are the fields of a request made of the required fields' examples: what is offered accepts it.
func (o Offer) Examples() map[string]any {
	out := map[string]any{}
	for _, f := range o.Fields {
		if f.Required {
			out[f.Name] = plainExample(f.Example)
		}
	}
	return out
}
