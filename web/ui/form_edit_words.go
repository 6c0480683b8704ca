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

// Ticked reports whether the kind has no limits.
func (q *EditQuestion) Ticked() bool {
	return q.Kind == "choice" || q.Kind == "check" || q.Kind == "confirm" || q.Kind == "date"
}

// Plain reports whether a list's column may have the kind; a person writes its example.
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

func (q *EditQuestion) ChoiceLines() []editChoice {
	return append(slices.Clone(q.Choices), make([]editChoice, spareChoices)...)
}

func (q *EditQuestion) ColumnLines() []EditQuestion {
	out := slices.Clone(q.Columns)
	for range spareColumns {
		out = append(out, EditQuestion{Kind: "text"})
	}
	return out
}
