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
	return Say(ctx, fmt.Sprintf("%d. 新题目", i+1), fmt.Sprintf("%d. New question", i+1))
}

// About is a question in a few words: kind, whether it must be answered, its step.
func (q *EditQuestion) About(ctx context.Context, step int) string {
	var parts []string
	if i := slices.IndexFunc(EditKinds, func(o Option) bool { return o.Value == q.Kind }); i >= 0 {
		parts = append(parts, Words(ctx, EditKinds[i].Label))
	}
	if q.Required {
		parts = append(parts, Say(ctx, "必填", "required"))
	}
	return strings.Join(append(parts, Say(ctx, fmt.Sprintf("第 %d 步", step), fmt.Sprintf("step %d", step))), " · ")
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
		return Say(ctx, "至少几个字", "Characters at least")
	case "list":
		return Say(ctx, "至少几行", "Lines at least")
	}
	return Say(ctx, "不小于", "Not less than")
}

func (q *EditQuestion) MostLabel(ctx context.Context) string {
	switch q.Kind {
	case "text":
		return Say(ctx, fmt.Sprintf("最多几个字（超过 %d 字给多行）", LongText),
			fmt.Sprintf("Characters at most (beyond %d: several lines)", LongText))
	case "list":
		return Say(ctx, "最多几行", "Lines at most")
	}
	return Say(ctx, "不大于", "Not more than")
}

func (q *EditQuestion) MoreLabel(ctx context.Context) string {
	switch q.Kind {
	case "choice":
		return Say(ctx, "再加选项，或换了类型后刷新", "More choices, or the fields of another kind")
	case "list":
		return Say(ctx, "再加一栏，或换了类型后刷新", "One more column, or the fields of another kind")
	}
	return Say(ctx, "换了类型：显示这一类的栏目", "After choosing another kind: show its fields")
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
