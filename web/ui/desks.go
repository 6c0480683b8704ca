package ui

import (
	"incubase/workflow"
)

// tap is an answer with one press in a list, as the definition permits.
type tap struct {
	workflow.Offer
	Field  string
	Answer workflow.Choice
	Others []workflow.Choice
	Key    string
}

func (r *Row) Taps(key func() string) (out []tap) {
	for _, o := range r.Next {
		for _, f := range o.Fields {
			if f.Tap == "" {
				continue
			}
			x := tap{Offer: o, Field: f.Name, Key: key()}
			for _, c := range f.Choices {
				if c.Value == f.Tap {
					x.Answer = c
				} else {
					x.Others = append(x.Others, c)
				}
			}
			out = append(out, x)
		}
	}
	return out
}
