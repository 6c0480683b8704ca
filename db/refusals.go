package db

import (
	"fmt"

	"github.com/lib/pq"

	"incubase/workflow"
	"incubase/workflow/text"
)

// refused turns the server's certain "no" into the words of the ports: the statement did nothing.
func refused(e *pq.Error) error {
	switch e.Code {
	case "40001", "40P01":
		return fmt.Errorf("%w: %w", workflow.ErrMoved, e)
	case "23505", "23514", "23503", "23502", "23P01":
		if e.Constraint == "idempotency_keys_pkey" {
			return fmt.Errorf("%w: %w", workflow.ErrMoved, e)
		}
		if r, ok := rules[e.Constraint]; ok {
			return &workflow.Refused{Refusals: []workflow.Refusal{r}}
		}
		return e
	}
	if away(e) {
		return fmt.Errorf("%w: %w", workflow.ErrBusy, e)
	}
	return e
}

// rules are the constraints that a person can meet, in words a person can act on. Constraints not listed here say that
// the program is wrong, not the person.
var rules = map[string]workflow.Refusal{}

// rule registers a constraint: its name in the schema, the rule's name for clients, and the words.
func rule(constraint, name, zh, en string) {
	rules[constraint] = workflow.Refusal{Rule: name, Message: text.Text{ZH: zh, EN: en}}
}
