package ui

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"incubase/workflow/text"
)

func (q *EditQuestion) Title(ctx context.Context, i int) string {
	if label := (text.Text{ZH: q.ZH, EN: q.EN}).In(Of(ctx).Lang); label != "" {
		return fmt.Sprintf("%d. %s", i+1, label)
	}
	return Say(ctx, sayNewQuestion, i+1)
}

// About is a question in a few words: kind, whether it must be answered, its step.
func (q *EditQuestion) About(ctx context.Context, step int) string {
	var parts []string
	if i := slices.IndexFunc(EditKinds, func(o Option) bool { return o.Value == q.Kind }); i >= 0 {
		parts = append(parts, Say(ctx, EditKinds[i].Label))
	}
	if q.Required {
		parts = append(parts, Say(ctx, sayRequired))
	}
	return strings.Join(append(parts, Say(ctx, sayStep, step)), " · ")
}

// Ticked tells the kinds that have neither a least nor a most.
func (q *EditQuestion) Ticked() bool {
	return q.Kind == "choice" || q.Kind == "check" || q.Kind == "confirm" || q.Kind == "date"
}

// Plain kinds are those that a column of a list may have too; a person writes their example.
func (q *EditQuestion) Plain() bool {
	return slices.ContainsFunc(ColumnKinds, func(o Option) bool { return o.Value == q.Kind })
}

func (q *EditQuestion) LeastLabel(ctx context.Context) string {
	switch q.Kind {
	case "text":
		return Say(ctx, sayCharactersAtLeast)
	case "list":
		return Say(ctx, sayLinesAtLeast)
	}
	return Say(ctx, sayNotLessThan)
}

func (q *EditQuestion) MostLabel(ctx context.Context) string {
	switch q.Kind {
	case "text":
		return Say(ctx, sayCharactersAtMostBeyond, LongText)
	case "list":
		return Say(ctx, sayLinesAtMost)
	}
	return Say(ctx, sayNotMoreThan)
}

func (q *EditQuestion) MoreLabel(ctx context.Context) string {
	switch q.Kind {
	case "choice":
		return Say(ctx, sayMoreChoicesOrThe)
	case "list":
		return Say(ctx, sayOneMoreColumnOr)
	}
	return Say(ctx, sayAfterChoosingAnotherKind)
}

// ChoiceLines are the choices, and some to write in.
func (q *EditQuestion) ChoiceLines() []editChoice {
	return append(slices.Clone(q.Choices), make([]editChoice, spareChoices)...)
}

// ColumnLines are the columns, and one to write in.
func (q *EditQuestion) ColumnLines() []EditQuestion {
	out := slices.Clone(q.Columns)
	for range spareColumns {
		out = append(out, EditQuestion{Kind: "text"})
	}
	return out
}
