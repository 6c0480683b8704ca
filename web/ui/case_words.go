package ui

import (
	"context"

	"incubase/workflow/calendar"
	"incubase/workflow/money"
)

// Spoken returns the answer as people read it.
func (q *Question) Spoken(ctx context.Context) string {
	switch {
	case q.Value == "true":
		return Say(ctx, sayYes)
	case q.Value == "false":
		return Say(ctx, sayNo)
	case q.Kind == "money":
		if f, err := money.ParseYuan(q.Value); err == nil {
			return Yuan(ctx, f)
		}
	case q.Kind == "choice":
		for _, c := range q.Choices {
			if c.Value == q.Value {
				return Say(ctx, c.Label)
			}
		}
	case q.Kind == "date":
		if d, err := calendar.ParseDate(q.Value); err == nil {
			return Day(ctx, d)
		}
	}
	return q.Value
}
