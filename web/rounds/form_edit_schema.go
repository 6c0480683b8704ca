package rounds

import (
	"encoding/json"

	"incubase/web/ui"
)

// schema returns the edited form and each row's name in it. Malformed fields become faults in x; the registry checks
// the result.
func (e *formEdit) schema(x *ui.RoundReader) (json.RawMessage, []string) {
	root, names := ui.Build(e.Round.Form, e.Rows, e.Had, "q", x)
	out, err := json.Marshal(root)
	if err != nil {
		return nil, names
	}
	return out, names
}
