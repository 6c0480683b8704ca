package walk

import (
	_ "embed"
	"fmt"
)

// form is the application of the walk's round: what the file tells of a grant.
//
//go:embed form.json
var form []byte

func (w *walk) answers(f *file) map[string]any {
	out := map[string]any{"title": clip(f.title, 120), "summary": clip(f.summary, 2000), "requested_fen": int64(f.amount)}
	if f.programme != "" {
		out["programme"] = clip(f.programme, 120)
	}
	return out
}

// exampleFields answers what an action asks, from the examples that its offered action carries.
func (c caseView) exampleFields(action string) (map[string]any, error) {
	for _, a := range c.Actions {
		if a.Name == action {
			return a.Fields.example(), nil
		}
	}
	return nil, fmt.Errorf("the case does not offer %s in %s", action, c.State)
}

// schema is the part of an action's JSON Schema that examples are read from.
type schema struct {
	Required   []string          `json:"required"`
	Properties map[string]schema `json:"properties"`
	Examples   []any             `json:"examples"`
}

// example is a body of the required properties' examples.
func (s schema) example() map[string]any {
	out := map[string]any{}
	for _, name := range s.Required {
		p := s.Properties[name]
		if len(p.Examples) > 0 {
			out[name] = p.Examples[0]
		} else {
			out[name] = p.example()
		}
	}
	return out
}
