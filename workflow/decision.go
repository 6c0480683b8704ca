package workflow

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"incubase/workflow/money"
	"incubase/workflow/paper"
)

// Mark says what an act is for, to those who look for acts by that. Effects and guards carry it: see define.Traits.
type Mark string

// Command is a request to act on a case, from JSON, a form, a timer or the command line.
type Command struct {
	Ref    string // id or readable reference
	Action string
	// names the action by what it is for, where Action is empty: see Machine.Doing
	Mark    Mark
	Version *int // nil: against the current version
	Key     string
	Unkeyed bool // the key is the program's own and does not count as the client's
	Digest  Hash // of the request as sent: the same key with another digest is refused
	Note    string
	Fields  map[string]any
	Merge   bool // of save: the answers given replace saved ones, null removes one, others stay
	// Unseen names answers of a save whose saved text the writer was not shown; that text is kept as replaced.
	Unseen []string
}

// Decision is the complete result of an action, written in one statement and guarded by Before.Version.
type Decision struct {
	Before   Case
	Case     Case            // as it will be; Version = Before.Version + len(Events)
	Events   []Event         // the act, then automatic moves
	Answers  json.RawMessage // new frozen answers of revision Case.AnswersRevision, nil if none
	Postings []Posting
	Children []OpenedCase
	Signals  []Signal
	Duties   []Duty        // all duties after the commit
	Attach   []ID          // uploads bound to the case by this act
	Freeze   []ID          // files of the draft that this act submits
	Draft    int           // number of the draft that ends as its answers are frozen
	Discard  bool          // drafts and their files are deleted
	Papers   []paper.Paper // papers to issue; the store numbers them
	Voids    []Voiding     // earlier papers that are no more in force
	Asserts  Asserts
	Envelope EnvelopeChange
	Round    *RoundChange // of a round's own case
	Coached  *Coached     // the organization's coach
	Results  []Result     // of the organization

	Objections []Objection // added or changed by this act

	Erase *EraseDoc // rows beside the case to erase
}

// Asserts are versions that the commit checks again (guard letter e); 0 asserts nothing.
type Asserts struct {
	Round        int `json:"round,omitempty"`
	Organization int `json:"organization,omitempty"`
	Parent       int `json:"parent,omitempty"`
}

type OpenedCase struct {
	// Ref is empty for a case opened by a person: the store numbers it. A child's follows its parent's
	// (GA-2026-0042-P1).
	Case   Case
	Event  Event
	Duties []Duty
	Round  *RoundRecord // details of a round's case, written in the same statement
}

type Posting struct {
	Case  ID     `json:"case"`
	Grant ID     `json:"grant"` // the case of the award (of a payment: the parent)
	Round ID     `json:"round"`
	Kind  string `json:"kind"` // hold, unhold, commit, release, pay, return
	// accounts: "envelope:ROUND", "held:CASE", "commitment:CASE", "paid:CASE", "returned:ROUND"
	Debit   string    `json:"debit"`
	Credit  string    `json:"credit"`
	Amount  money.Fen `json:"amount_fen"` // > 0
	Tranche int       `json:"tranche,omitempty"`
}

// EnvelopeChange adds to the columns of the round's envelope. The schema's CHECKs keep it within its total.
type EnvelopeChange struct {
	Round      ID
	Held       money.Fen
	HeldAwards int
	Committed  money.Fen
	Paid       money.Fen
	Returned   money.Fen
	Awards     int
}

// RoundChange carries a round case's new state to its details row and bumps the version that guards assert.
type RoundChange struct{ State State }

// Voiding ends the force of the case's earlier papers of a kind. Their numbers stay.
type Voiding struct {
	Kind string
	Seq  int // of the act
}

// Signal is a system action of the parent, queued in the child's commit and retried until done. Its key is the
// child's event.
type Signal struct {
	To     ID             `json:"to"`
	Action string         `json:"action"`
	Fields map[string]any `json:"fields,omitempty"`
}

// Duty is an act that the case waits for. It is for the people it names, or for a role in the case's scope.
type Duty struct {
	Key          string     `json:"key"` // unique in the case: "admit/checker", "score/<user>"
	Action       string     `json:"action"`
	Role         Role       `json:"role"`
	User         ID         `json:"user,omitempty"`
	Organization ID         `json:"organization,omitempty"`
	Agency       ID         `json:"agency,omitempty"`
	Due          *time.Time `json:"due,omitempty"`
	Staff        bool       `json:"staff,omitempty"` // of a party that bars insiders
	Ready        bool       `json:"ready"`           // the guards about the case held at the commit
	ReadyFrom    *time.Time `json:"ready_from"`      // when the last missing clock runs out, if only time is missing
}

// Receipt is the answer to a command. A repetition of its key gets the same event, and the case as now readable.
type Receipt struct {
	View   View
	Event  *Event // nil for a saved draft
	Replay bool
}

// KeptReceipt is stored. It holds no words of a person, so that it needs no erasing.
type KeptReceipt struct {
	Case struct {
		ID       ID     `json:"id"`
		Ref      string `json:"ref"`
		Workflow string `json:"workflow"`
		Version  int    `json:"version"`
	} `json:"case"`
	Event *Event `json:"event,omitempty"`
}

func Keep(r *Receipt) (k KeptReceipt) {
	c := &r.View.Case
	k.Case.ID, k.Case.Ref, k.Case.Workflow, k.Case.Version = c.ID, c.Ref, c.Workflow, c.Version
	if r.Event != nil {
		e := *r.Event
		e.Payload, e.ActorName = "", ""
		k.Event = &e
	}
	return k
}

func (k *KeptReceipt) Receipt(actor Actor, said string) Receipt {
	r := Receipt{View: View{Case: Case{ID: k.Case.ID, Ref: k.Case.Ref, Workflow: k.Case.Workflow,
		Version: k.Case.Version}}, Event: k.Event}
	if r.Event != nil {
		r.Event.Payload, r.Event.ActorName, r.Event.Erased = said, actor.Name, said == ""
	}
	return r
}

// Keyed reports whether the decision takes money and so requires an idempotency key. What gives back needs none.
func (d *Decision) Keyed() bool {
	takes := func(p Posting) bool {
		return !strings.HasPrefix(p.Credit, "envelope:") && !strings.HasPrefix(p.Credit, "returned:")
	}
	return slices.ContainsFunc(d.Postings, takes) || slices.ContainsFunc(d.Children,
		func(b OpenedCase) bool { return b.Case.Awarded > 0 })
}
