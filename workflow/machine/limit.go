package machine

import (
	"encoding/json"

	"incubase/workflow"
)

func (c *checker) limits() {
	schema := json.RawMessage(c.m.Def.Form)
	var root struct {
		Properties map[string]struct {
			Type string `json:"type"`
		} `json:"properties"`
	}
	_ = json.Unmarshal(schema, &root) // form.Check reports faults
	for _, l := range workflow.LimitsOf(schema) {
		at := "form: " + l.Question + ": x-limit"
		for _, path := range l.Sum {
			if _, err := workflow.NewRef(path); err != nil {
				c.fail("%s: %v", at, err)
			}
		}
		if len(l.Sum) == 0 || l.Times < 2 || root.Properties[l.Question].Type != "integer" ||
			root.Properties[l.Reason].Type != "string" || !l.Label.Complete() {
			c.fail("%s: a sum of an amount, times of at least 2, a question for the reason and a label in both languages are "+
				"needed", at)
		}
	}
}
