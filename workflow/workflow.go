// Package workflow declares the values of a case's life: facts, decisions, refusals, rights, scopes and views.
//
// It is pure: it knows no database, no HTTP and no clock. Package machine compiles definitions and decides over
// Facts; package desk loads, decides and commits through the ports of ports.go.
package workflow

import "incubase/workflow/text"

type Text = text.Text

// ID is a UUIDv7 in its text form. Empty means none.
type ID = string

// State is a definition's own word for a step of a case ("screened").
type State string

// Stage is the public status of a case, one of four words, "" before submission.
type Stage string

const (
	NoStage  Stage = ""
	Applied  Stage = "applied"
	Reviewed Stage = "reviewed"
	Funded   Stage = "funded"
	Reported Stage = "reported"
)

// Stages lists the public stages in order.
var Stages = []Stage{Applied, Reviewed, Funded, Reported}
