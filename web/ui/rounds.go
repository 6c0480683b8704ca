package ui

import (
	"bytes"
	"encoding/json"
	"errors"

	"incubase/workflow"
	"incubase/workflow/registry"
	"incubase/workflow/text"
)

// Templates are what new rounds begin from: forms, and rules of real rounds with their sources.
type Templates interface {
	// Form of applications of a workflow; nil where there is none.
	Form(workflow string) json.RawMessage
	Rules() []RulesTemplate
}

// RulesTemplate is the rules of a real round.
type RulesTemplate struct {
	Name        string
	Title, Note text.Text
	Rules       workflow.Rules
}

// RoundView is the officer's page of a round: its rules, what still lacks, what may be done, and its applications in
// number.
type RoundView struct {
	*Folder
	Round  *workflow.RoundRecord
	Place  string
	Counts workflow.Counts
	Papers map[string]int // that hold, by kind
	Asks   []Question
	Copies bool
	Edits  bool

	Lists     []WholeList // that wait for the reader
	MoreLists bool        // of more cases than were counted
	Jobs      []JobRow
}

// Patch is what the form changes of a round; of an open one only the closing. A form that says the same stays the same
// version.
func (x *RoundReader) Patch(now *workflow.RoundRecord) registry.RoundPatch {
	if now.State != "preparing" {
		return registry.RoundPatch{Closes: x.moment("closes_at")}
	}
	n := x.Round()
	if bytes.Equal(compact(n.Form), compact(now.Form)) {
		n.Form = nil
	}
	return registry.RoundPatch{Name: &n.Name, Agency: &n.Agency, Opens: n.Opens, Closes: n.Closes, Tracks: &n.Tracks,
		Rules: n.Rules, Form: n.Form, Total: &n.Total}
}

// compact is JSON without the blanks in which people read it.
func compact(form json.RawMessage) []byte {
	var b bytes.Buffer
	if json.Compact(&b, form) != nil {
		return form
	}
	return b.Bytes()
}

func asSyntax(err error, at **json.SyntaxError) bool { return errors.As(err, at) }
