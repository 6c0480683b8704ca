package ui

import (
	"context"
	"slices"
	"time"

	"incubase/workflow/define"
	"incubase/workflow/money"
)

func (f *Folder) SentAt() time.Time {
	at := f.Case.Born
	for _, e := range f.Events {
		if f.Submits(e.Action) {
			at = e.At
		}
	}
	return at
}

// Submits reports whether an action freezes the answers.
func (f *Folder) Submits(action string) bool {
	return slices.ContainsFunc(f.Definition.Actions, func(a define.ActionDef) bool {
		return a.Name == action && slices.ContainsFunc(a.Fields,
			func(x define.FieldDef) bool { return x.Type == "answers" })
	})
}

func (q *Question) Total(ctx context.Context) string {
	sum, ok := q.sum()
	if !ok {
		return ""
	}
	return Yuan(ctx, sum)
}

func (q *Question) sum() (sum money.Fen, ok bool) {
	for j, c := range q.Columns {
		if c.Kind != "money" {
			continue
		}
		for _, l := range q.Lines {
			if f, err := money.ParseYuan(l[j]); err == nil { // a malformed amount has its own fault
				sum += f
			}
		}
		return sum, true
	}
	return 0, false
}
