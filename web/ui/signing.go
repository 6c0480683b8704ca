package ui

import (
	"context"
	"encoding/json"
)

const briefly = 200

// Brief returns an answer in one line: a list's lines and sum, a text's beginning.
func (q *Question) Brief(ctx context.Context) string {
	if n := len(q.Lines); n > 0 {
		out := Say(ctx, sayLines, n)
		if total := q.Total(ctx); total != "" {
			out += Say(ctx, sayTotal) + total
		}
		return out
	}
	if s := []rune(q.Spoken(ctx)); len(s) > briefly {
		return string(s[:briefly]) + "…"
	}
	return q.Spoken(ctx)
}

func (q *Question) With(raw json.RawMessage) *Question {
	b, err := json.Marshal(map[string]json.RawMessage{q.Name: raw})
	if err != nil {
		return q
	}
	blank := *q
	blank.Value, blank.Lines = "", nil
	return &Answered([]Question{blank}, b)[0]
}
