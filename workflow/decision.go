package workflow

import (
	"encoding/json"
	"slices"
	"time"

	"incubase/workflow/money"
	"incubase/workflow/paper"
)

// Command is a request to act on a case, from JSON, a form, a timer or the command line.
type Command struct {
	Ref    string // id or readable reference
	Action string
	// names the action by what it does, where Action is empty and the sender knows no name: see Machine.doing
	Effect  string
	Version *int // nil: against the current version
	Key     string
	Unkeyed bool // the key is the program's own: an act that needs one from its client has none
	Digest  Hash // of the request as the client sent it: the same key with another digest is refused
	Note    string
	Fields  map[string]any
	Merge   bool // of save: the answers named replace theirs, null takes one away, the others stay as anybody saved them
	// Unseen names answers of a save whose saved text its writer was not shown: it is kept as a replaced one.
	Unseen []string
}

// Decision is what an action does, complete: the store writes it in one statement, guarded by Before.Version.
type Decision struct {
	Before   Case
	Case     Case            // as it will be; Version = Before.Version + len(Events)
	Events   []Event         // the act, then automatic moves
	Answers  json.RawMessage // new frozen answers of revision Case.AnswersRevision, nil if none
	Postings []Posting
	Children []Birth
	Signals  []Signal
	Duties   []Duty        // the whole set that holds after the commit
	Attach   []ID          // uploads bound to the case by this act
	Freeze   []ID          // files of the draft that this act submits
	Draft    int           // number of the draft that was there when answers were frozen: it is over
	Discard  bool          // drafts and their files are deleted
	Papers   []paper.Paper // official documents that it issues; the store numbers them
	Voids    []Voiding     // earlier papers that hold no longer
	Asserts  Asserts
	Envelope EnvelopeChange
	Round    *RoundChange // only when the case is itself a round
	Coached  *Coached     // that its organization was coached

	Objections []Objection // brought or changed by this act

	Erase *EraseDoc // what goes from the rows beside the case
}

// Asserts are versions that the commit checks again (guard letter e); 0 asserts nothing.
type Asserts struct {
	Round        int `json:"round,omitempty"`
	Organization int `json:"organization,omitempty"`
	Parent       int `json:"parent,omitempty"`
}

// Birth is a new case with its first event: opened by a person, or by an action of its parent.
type Birth struct {
	// Ref is empty for a case opened by a person: the store numbers it; a child's follows its parent's (GA-2026-0042-P1)
	Case   Case
	Event  Event
	Duties []Duty
	Round  *RoundRecord // only when the case is a round: its details, written in the same statement
}

// Posting moves money between two accounts; it balances by its shape.
type Posting struct {
	Case  ID     `json:"case"`
	Grant ID     `json:"grant"` // the case whose award it concerns (a payment's parent)
	Round ID     `json:"round"`
	Kind  string `json:"kind"` // hold, unhold, commit, release, pay, return
	// account, "envelope:ROUND", "held:CASE", "commitment:CASE", "paid:CASE", "returned:ROUND"
	Debit   string    `json:"debit"`
	Credit  string    `json:"credit"`
	Amount  money.Fen `json:"amount_fen"` // > 0
	Tranche int       `json:"tranche,omitempty"`
}

// EnvelopeChange adds to the columns of the round's envelope; CHECKs of the schema keep it within its total.
type EnvelopeChange struct {
	Round      ID
	Held       money.Fen
	HeldAwards int
	Committed  money.Fen
	Paid       money.Fen
	Returned   money.Fen
	Awards     int
}

// RoundChange carries a round case's new state into its details row and bumps the version that guards assert.
type RoundChange struct{ State State }

// Voiding takes the force of the case's papers of that kind that were issued before; their numbers stay.
type Voiding struct {
	Kind string
	Seq  int // of the act
}

// Signal is what a child tells its parent: a system action, queued in the child's commit, keyed by the child's event,
// run at once after it and retried until done.
type Signal struct {
	To     ID             `json:"to"`
	Action string         `json:"action"`
	Fields map[string]any `json:"fields,omitempty"`
}

// Duty says who is waited for. A person sees it when it names them, their organization or agency, or a role they hold
// in the case's scope.
type Duty struct {
	Key          string     `json:"key"` // unique in the case: "admit/checker", "score/<user>"
	Action       string     `json:"action"`
	Role         Role       `json:"role"`
	User         ID         `json:"user,omitempty"`
	Organization ID         `json:"organization,omitempty"`
	Agency       ID         `json:"agency,omitempty"`
	Due          *time.Time `json:"due,omitempty"`
	Staff        bool       `json:"staff,omitempty"` // of a party that insiders are kept out of
	Ready        bool       `json:"ready"`           // the guards about the case held at the commit
	ReadyFrom    *time.Time `json:"ready_from"`      // when the last missing clock runs out, where only time is missing
}

// Receipt is the answer to a command. A repetition under the same key gets the same event, and the case as its reader
// may see it by then.
type Receipt struct {
	View   View
	Event  *Event // nil for a saved draft
	Replay bool
}

// KeptReceipt is what is kept of a receipt: which event on which case. It repeats nothing that anybody said, so that
// there is nothing in it to erase.
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

// Receipt is the answer again, with what was said in the event by its actor.
func (k *KeptReceipt) Receipt(actor Actor, said string) Receipt {
	r := Receipt{View: View{Case: Case{ID: k.Case.ID, Ref: k.Case.Ref, Workflow: k.Case.Workflow,
		Version: k.Case.Version}}, Event: k.Event}
	if r.Event != nil {
		r.Event.Payload, r.Event.ActorName, r.Event.Erased = said, actor.Name, said == ""
	}
	return r
}

// Keyed reports whether the decision takes money, so that an idempotency key is required. Ending a proposal only gives
// back what it held, so it needs no key.
func (d *Decision) Keyed() bool {
	takes := func(p Posting) bool { return p.Kind != "unhold" }
	return slices.ContainsFunc(d.Postings, takes) || slices.ContainsFunc(d.Children,
		func(b Birth) bool { return b.Case.Awarded > 0 })
}
