package cases

import (
	"context"
	"fmt"

	"incubase/web/ui"
	"incubase/workflow"
	"incubase/workflow/define"
	"incubase/workflow/money"
)

// plainLabel returns a field's label in the unit that people write.
func plainLabel(ctx context.Context, f workflow.OfferedField) string {
	return ui.Say(ctx, define.PlainLabel(f.Type, f.Label))
}

func inputType(kind string) string {
	if kind == "date" {
		return "date"
	}
	return "text"
}

func inputMode(kind string) string {
	switch kind {
	case "money", "points":
		return "decimal"
	case "integer":
		return "numeric"
	}
	return "text"
}

func bounds(ctx context.Context, f workflow.OfferedField) string {
	show := func(n int64) string {
		switch f.Type {
		case "money":
			return money.Fen(n).Yuan()
		case "points":
			return fmt.Sprintf("%g", float64(n)/100)
		}
		return fmt.Sprint(n)
	}
	switch {
	case f.Type == "points" && f.Max == nil:
		return ui.Say(ctx, say0To100Up)
	case f.Min != nil && f.Max != nil:
		return ui.Say(ctx, sayTo, show(*f.Min), show(*f.Max))
	case f.Max != nil:
		return ui.Say(ctx, sayAtMost, show(*f.Max))
	}
	return ""
}

// written returns the action's input unchanged.
func (d *actPage) written(ctx context.Context) (out []ui.Detail) {
	for _, x := range d.Fields {
		if x.Value == "" {
			continue
		}
		value := x.Value
		for _, c := range x.Choices {
			if c.Value == value {
				value = ui.Say(ctx, c.Label)
			}
		}
		out = append(out, ui.Detail{Label: x.Label, Value: value})
	}
	if d.Note != "" {
		out = append(out, ui.Detail{Label: d.noteLabel(), Value: d.Note})
	}
	return out
}
