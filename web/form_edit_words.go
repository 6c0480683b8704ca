package web

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"incubase/workflow/text"
)

func fieldOf(row int, name string) string { return fmt.Sprintf("q.%d.%s", row, name) }

func choiceOf(row, line int, name string) string {
	return fmt.Sprintf("q.%d.choices.%d.%s", row, line, name)
}

func columnOf(row, line int, name string) string {
	return fmt.Sprintf("q.%d.columns.%d.%s", row, line, name)
}

// id of a row on its page; the row that a press was about has one of its own for the address to find.
func (e *formEdit) id(i int) string { return fmt.Sprintf("row-%d", i) }

// at is where a press goes, and where its page is read on.
func (e *formEdit) at(i int) string { return fmt.Sprintf("/rounds/%s/form#row-%d", e.Round.Ref, i) }

// opened reports whether a row shows its fields: it was just touched or is new, or something in it is wrong.
func (e *formEdit) opened(i int) bool {
	if e.Rows[i].ZH == "" || e.Open == i {
		return true
	}
	for name := range e.Faults {
		if strings.HasPrefix(name, fieldOf(i, "")) {
			return true
		}
	}
	return false
}

// anchor is the field at which a fault is said; "" where it has none.
func (e *formEdit) anchor(name string) string {
	if strings.HasPrefix(name, "q.") {
		return name
	}
	return ""
}

func (q *editQuestion) title(ctx context.Context, i int) string {
	if label := (text.Text{ZH: q.ZH, EN: q.EN}).In(of(ctx).Lang); label != "" {
		return fmt.Sprintf("%d. %s", i+1, label)
	}
	return say(ctx, fmt.Sprintf("%d. 新题目", i+1), fmt.Sprintf("%d. New question", i+1))
}

// about is a question in a few words: kind, whether it must be answered, its step.
func (q *editQuestion) about(ctx context.Context, step int) string {
	var parts []string
	if i := slices.IndexFunc(editKinds, func(o option) bool { return o.Value == q.Kind }); i >= 0 {
		parts = append(parts, words(ctx, editKinds[i].Label))
	}
	if q.Required {
		parts = append(parts, say(ctx, "必填", "required"))
	}
	return strings.Join(append(parts, say(ctx, fmt.Sprintf("第 %d 步", step), fmt.Sprintf("step %d", step))), " · ")
}

// ticked tells the kinds that have neither a least nor a most.
func (q *editQuestion) ticked() bool {
	return q.Kind == "choice" || q.Kind == "check" || q.Kind == "confirm" || q.Kind == "date"
}

// plain kinds are those that a column of a list may have too; a person writes their example.
func (q *editQuestion) plain() bool {
	return slices.ContainsFunc(columnKinds, func(o option) bool { return o.Value == q.Kind })
}

func (q *editQuestion) leastLabel(ctx context.Context) string {
	switch q.Kind {
	case "text":
		return say(ctx, "至少几个字", "Characters at least")
	case "list":
		return say(ctx, "至少几行", "Lines at least")
	}
	return say(ctx, "不小于", "Not less than")
}

func (q *editQuestion) mostLabel(ctx context.Context) string {
	switch q.Kind {
	case "text":
		return say(ctx, fmt.Sprintf("最多几个字（超过 %d 字给多行）", longText),
			fmt.Sprintf("Characters at most (beyond %d: several lines)", longText))
	case "list":
		return say(ctx, "最多几行", "Lines at most")
	}
	return say(ctx, "不大于", "Not more than")
}

func (q *editQuestion) moreLabel(ctx context.Context) string {
	switch q.Kind {
	case "choice":
		return say(ctx, "再加选项，或换了类型后刷新", "More choices, or the fields of another kind")
	case "list":
		return say(ctx, "再加一栏，或换了类型后刷新", "One more column, or the fields of another kind")
	}
	return say(ctx, "换了类型：显示这一类的栏目", "After choosing another kind: show its fields")
}

// choiceLines are the choices, and some to write in.
func (q *editQuestion) choiceLines() []editChoice {
	return append(slices.Clone(q.Choices), make([]editChoice, spareChoices)...)
}

// columnLines are the columns, and one to write in.
func (q *editQuestion) columnLines() []editQuestion {
	out := slices.Clone(q.Columns)
	for range spareColumns {
		out = append(out, editQuestion{Kind: "text"})
	}
	return out
}
