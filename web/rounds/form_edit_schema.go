package rounds

import (
	"encoding/json"

	"incubase/web/ui"
)

// schema is the form with its questions as they were edited, and the name of each row in it. What cannot be understood
// is in the reader's faults; whether the result is a form is the registry's to say.
func (e *formEdit) schema(x *ui.RoundReader) (json.RawMessage, []string) {
	root, names := ui.Build(e.Round.Form, e.Rows, e.Had, "q", x)
	out, err := json.Marshal(root)
	if err != nil {
		return nil, names
	}
	return out, names
}
