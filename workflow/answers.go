package workflow

import (
	"encoding/json"
)

// MaxTitle of a case, in characters (the schema's title_length).
const MaxTitle = 200

// Form of the answers: the definition's own, else the round's, nil where neither has one.
func (f *Facts) Form() json.RawMessage {
	if f.Schema != "" {
		return json.RawMessage(f.Schema)
	}
	if f.Round == nil || len(f.Round.Form) == 0 {
		return nil
	}
	return f.Round.Form
}
