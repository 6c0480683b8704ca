package walk

import (
	_ "embed"
	"fmt"
)

// form is the application form of the walk's round, filled from a row of the file.
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

func (c caseView) exampleFields(action string) (map[string]any, error) {
	for _, a := range c.Actions {
		if a.Name == action {
			return a.Fields.example(), nil
		}
	}
	return nil, fmt.Errorf("the case does not offer %s in %s", action, c.State)
}

type schema struct {
	Required   []string          `json:"required"`
	Properties map[string]schema `json:"properties"`
	Examples   []any             `json:"examples"`
}

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
