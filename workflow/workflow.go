// Package workflow holds the rules of a case's life as values, the decision, and the desk that carries it out.
//
// Facts in, decision out, one write: everything here but Desk is pure. A definition (data, see Definition) is compiled
// into a Machine; Machine.Offers and Machine.Decide answer from immutable Facts; Desk.Do loads, decides and commits
// through the small ports of ports.go. The package knows no database, no HTTP and no clock of its own.
package workflow

import "incubase/workflow/text"

// Text is words for people in both languages.
type Text = text.Text

// ID is a UUIDv7 in its text form. Empty means none.
type ID = string

// State is a definition's own fine word for where a case stands ("screened").
type State string

// Stage is the four-word public status of a case, "" before submission.
type Stage string

// The four public stages, in order.
const (
	NoStage  Stage = ""
	Applied  Stage = "applied"
	Reviewed Stage = "reviewed"
	Funded   Stage = "funded"
	Reported Stage = "reported"
)

// Stages lists the public stages in the order a case walks them.
var Stages = []Stage{Applied, Reviewed, Funded, Reported}

// Label is the stage's name for the public.
func (s Stage) Label() Text {
	switch s {
	case Applied:
		return Text{ZH: "已申报", EN: "Applied"}
	case Reviewed:
		return Text{ZH: "已评审", EN: "Reviewed"}
	case Funded:
		return Text{ZH: "资助中", EN: "Funded"}
	case Reported:
		return Text{ZH: "已结项", EN: "Reported"}
	}
	return Text{ZH: "未提交", EN: "Not submitted"}
}
