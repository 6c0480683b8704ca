package machine

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"

	"incubase/workflow"
	"incubase/workflow/define"
)

func (t *Transition) AsksAnswers() bool {
	return slices.ContainsFunc(t.Def.Fields, func(x define.FieldDef) bool { return x.Type == "answers" })
}

// taken reports whether the action would take a field from the saved draft because the command lacks it.
func (t *Transition) taken(f *workflow.Facts, cmd workflow.Command) bool {
	var saved map[string]json.RawMessage
	if !t.AsksAnswers() || json.Unmarshal(f.Draft, &saved) != nil {
		return false
	}
	return slices.ContainsFunc(t.Asks(f), func(x define.FieldDef) bool {
		return saved[x.Name] != nil &&
			cmd.Fields[x.Name] == nil
	})
}

// seen refuses a command that takes the saved draft without naming its digest. A command with the whole answers needs
// none.
func (t *Transition) seen(f *workflow.Facts, cmd workflow.Command) error {
	if !t.AsksAnswers() {
		return nil
	}
	named := cmd.Fields[workflow.DraftField]
	if named == nil {
		if t.taken(f, cmd) {
			return &workflow.Unnamed{Now: f.DraftDigest()}
		}
		return nil
	}
	shown, ok := named.(string)
	if b, err := hex.DecodeString(shown); !ok || err != nil || len(b) != sha256.Size {
		return &workflow.Invalid{Fields: []workflow.FieldError{{Field: "fields." + workflow.DraftField,
			Message: workflow.Text{ZH: "应为草稿的校验码（64 位十六进制），见所提供操作的示例",
				EN: "the digest of the draft is expected (64 hexadecimal digits): it is the example of this field in the offered " +
					"action"}}}}
	}
	if now := f.DraftDigest(); shown != now {
		return &workflow.Changed{Shown: shown, Now: now, By: f.DraftBy, Name: f.DraftName, At: f.DraftAt}
	}
	return nil
}
