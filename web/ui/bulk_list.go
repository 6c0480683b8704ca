package ui

import (
	"net/url"

	"incubase/workflow"
	"incubase/workflow/money"
	"incubase/workflow/text"
)

// WholeList is a list of a round on which the reader may act as a whole.
type WholeList struct {
	Workflow string
	State    workflow.State
	Label    text.Text
	Count    int
	Sum      money.Fen
	Acts     []workflow.Offer
}

func (l *WholeList) Add(acts []workflow.Offer) {
	for _, o := range acts {
		known := false
		for _, x := range l.Acts {
			known = known || x.Name == o.Name
		}
		if !known {
			l.Acts = append(l.Acts, o)
		}
	}
}

// Path returns the address of an action's preview; without an action, of the choice of one.
func (l *WholeList) Path(round, action string) string {
	q := url.Values{"round": {round}, "workflow": {l.Workflow}, "state": {string(l.State)}}
	if action != "" {
		q.Set("action", action)
	}
	return "/batch?" + q.Encode()
}
