package form

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"incubase/workflow/text"
)

// Declaration is a question whose only answer is yes (const: true).
type Declaration struct {
	Name  string
	Label text.Text
}

// Declarations returns, in the form's order, what the submitter declares. Another user cannot declare it in advance.
func Declarations(schema json.RawMessage) []Declaration {
	var root struct {
		Properties map[string]struct {
			Title   string          `json:"title"`
			TitleEN string          `json:"x-title-en"`
			Const   json.RawMessage `json:"const"`
		} `json:"properties"`
	}
	if !bytes.Contains(schema, []byte(`"const"`)) || json.Unmarshal(schema, &root) != nil {
		return nil
	}
	var out []Declaration
	for _, name := range Order(schema) {
		if p := root.Properties[name]; string(bytes.TrimSpace(p.Const)) == "true" {
			out = append(out, Declaration{name, text.Text{ZH: p.Title, EN: p.TitleEN}})
		}
	}
	return out
}

// unlisted reports required lists that are empty, at any depth.
func (p property) unlisted(at string, answers json.RawMessage, out *[]Problem) {
	var fields map[string]json.RawMessage
	var list []json.RawMessage
	switch {
	case len(p.Properties) > 0 && json.Unmarshal(answers, &fields) == nil:
		for _, name := range slices.Sorted(maps.Keys(p.Properties)) {
			v, ok := fields[name]
			if !ok {
				continue
			}
			here := strings.TrimPrefix(at+"."+name, ".")
			if json.Unmarshal(v, &list) == nil && list != nil && len(list) == 0 && slices.Contains(p.Required, name) &&
				p.Properties[name].MinItems == 0 {
				*out = append(*out, Problem{here, text.Text{ZH: "请填写", EN: "please fill this in"}})
			}
			p.Properties[name].unlisted(here, v, out)
		}
	case p.Items != nil && json.Unmarshal(answers, &list) == nil:
		for i, v := range list {
			p.Items.unlisted(strings.TrimPrefix(fmt.Sprintf("%s.%d", at, i), "."), v, out)
		}
	}
}
