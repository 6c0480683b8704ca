package ui

import (
	"bytes"
	"encoding/json"
	"errors"

	"incubase/workflow"
	"incubase/workflow/machine"
	"incubase/workflow/registry"
)

// RoundView is the officer's page of a round.
type RoundView struct {
	*Folder
	Round   *workflow.RoundRecord
	Place   string
	Counts  workflow.Counts
	Wording machine.Wording // of the counts
	Papers  map[string]int  // valid ones by kind
	Asks    []Question
	Copies  bool
	Edits   bool

	Lists     []WholeList // waiting for the reader
	MoreLists bool        // more cases than were counted
	Jobs      []JobRow
}

// Patch returns the form's changes to a round; of an open round only the closing. It leaves out an unchanged
// application form, whose version stays.
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

// compact strips insignificant space from JSON.
func compact(form json.RawMessage) []byte {
	var b bytes.Buffer
	if json.Compact(&b, form) != nil {
		return form
	}
	return b.Bytes()
}

func asSyntax(err error, at **json.SyntaxError) bool { return errors.As(err, at) }
