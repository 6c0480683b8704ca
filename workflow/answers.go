package workflow

import (
	"encoding/json"
)

// MaxTitle is the longest title, in characters (the schema's title_length).
const MaxTitle = 200

// Form returns the form of the answers: the definition's own, else the round's, else nil.
func (f *Facts) Form() json.RawMessage {
	if f.Schema != "" {
		return json.RawMessage(f.Schema)
	}
	if f.Round == nil || len(f.Round.Form) == 0 {
		return nil
	}
	return f.Round.Form
}
