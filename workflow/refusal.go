package workflow

import (
	"errors"
	"fmt"
	"strings"
)

// Refusal says which rule refused, in words that a person can act on.
type Refusal struct {
	Rule      string `json:"rule"`
	Message   Text   `json:"message"`
	Forbidden bool   `json:"-"` // depends on the actor, not on the case: HTTP 403
}

func No(rule, zh, en string, args ...any) *Refusal {
	t := Text{ZH: fmt.Sprintf(zh, args...), EN: fmt.Sprintf(en, args...)}
	return &Refusal{Rule: rule, Message: t}
}

func Forbid(rule, zh, en string, args ...any) *Refusal {
	r := No(rule, zh, en, args...)
	r.Forbidden = true
	return r
}

// Refused reports an action that the rules do not allow now, with all reasons.
type Refused struct {
	Action   string
	Refusals []Refusal
	Offers   []Offer // what the actor could do instead
}

func (r *Refused) Error() string {
	parts := make([]string, len(r.Refusals))
	for i, x := range r.Refusals {
		parts[i] = x.Rule + ": " + x.Message.EN
	}
	return r.Action + " refused: " + strings.Join(parts, "; ")
}

// Forbidden reports whether a refusal depends on the actor.
func (r *Refused) Forbidden() bool {
	for _, x := range r.Refusals {
		if x.Forbidden {
			return true
		}
	}
	return false
}

type FieldError struct {
	Field   string `json:"field"` // "fields.amount_fen", "fields.answers.title"
	Message Text   `json:"message"`
}

// Invalid is a well-formed request with unacceptable fields, all at once.
type Invalid struct {
	Fields []FieldError
	More   int // faults that are not in Fields
}

func (e *Invalid) Error() string {
	parts := make([]string, len(e.Fields))
	for i, f := range e.Fields {
		parts[i] = f.Field + ": " + f.Message.EN
	}
	return "invalid: " + strings.Join(parts, "; ")
}

// NotOffered reports an action that does not exist or does not leave the case's state.
type NotOffered struct {
	Action string
	State  State
	Label  Text // of the state
	Offers []Offer
}

func (e *NotOffered) Error() string { return fmt.Sprintf("%s is not offered in %s", e.Action, e.State) }

type Stale struct {
	Named   bool // the client named the version: 412, otherwise 409
	Current int
}

func (e *Stale) Error() string { return fmt.Sprintf("stale: the current version is %d", e.Current) }

var (
	ErrNotFound    = errors.New("not found")                                         // or outside the actor's scope
	ErrKeyReused   = errors.New("the idempotency key was used with another request") // 422
	ErrKeyInFlight = errors.New("the idempotency key is in use right now")           // 409
	ErrKeyRequired = errors.New("an idempotency key is required")                    // 400
	// from a port to the desk: load again
	ErrMoved = errors.New("the case moved underneath")
	// the answer was lost: load by the key
	ErrUnknown = errors.New("outcome unknown")
	ErrBusy    = errors.New("overloaded or database away") // 503
)
