package ui

import (
	"context"
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"

	"incubase/workflow"
	"incubase/workflow/define"
	"incubase/workflow/desk"
	"incubase/workflow/machine"
	"incubase/workflow/money"
	"incubase/workflow/text"
)

func (f *Folder) Entry(ctx context.Context, e workflow.Event) Entry {
	out := Entry{Event: e, Label: text.Text{ZH: e.Action, EN: e.Action}}
	switch e.Action {
	case workflow.CreateAction:
		out.Label = workflow.CreateLabel
	case machine.MovedAction:
		out.Label = desk.MovedLabel
	case machine.EraseAction:
		out.Label = desk.EraseLabel
	}
	var payload workflow.Payload
	if json.Unmarshal([]byte(e.Payload), &payload) == nil {
		out.Note = payload.Note
	}
	for _, a := range f.Definition.Actions {
		if a.Name == e.Action {
			out.Label = a.Label
			out.Details = details(ctx, a.Fields, payload.Fields)
			break
		}
	}
	if e.From != e.To {
		for _, s := range f.Definition.States {
			if s.Name == e.To {
				out.To = s.Label
			}
		}
	}
	return out
}

func details(ctx context.Context, asked []define.FieldDef, said map[string]any) []Detail {
	var out []Detail
	for _, a := range asked {
		v, ok := said[a.Name]
		if !ok || a.Type == "answers" || a.Type == "attachments" {
			continue
		}
		if id, ok := v.(string); ok && isID.MatchString(id) { // ids mean nothing to people
			continue
		}
		out = append(out, Detail{unitless(a.Label), spoken(ctx, &a, v)})
	}
	return out
}

var isID = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// unitless drops the unit in which machines write the value from a label.
func unitless(label text.Text) text.Text {
	r := strings.NewReplacer("（分）", "", "（分，", "（", " (fen)", "", " (fen, ", " (")
	return text.Text{ZH: r.Replace(label.ZH), EN: r.Replace(label.EN)}
}

func spoken(ctx context.Context, a *define.FieldDef, v any) string {
	if n, ok := v.(float64); ok && a.Type == "money" {
		return Yuan(ctx, money.Fen(n))
	}
	return Say(ctx, a.Words(v))
}

func (f *Folder) FormOf() []Question { return Questions(f.Schema) }

// Facts returns what actions recorded, named as their forms name it.
func (f *Folder) Facts(ctx context.Context) []Detail {
	var out []Detail
	for _, name := range slices.Sorted(maps.Keys(f.Case.Data)) {
		for _, a := range f.Definition.Actions {
			i := slices.IndexFunc(a.Fields, func(x define.FieldDef) bool { return x.Name == name })
			if i >= 0 {
				v := f.Case.Data[name]
				if n, ok := v.(int64); ok {
					v = float64(n)
				}
				out = append(out, Detail{unitless(a.Fields[i].Label), spoken(ctx, &a.Fields[i], v)})
				break
			}
		}
	}
	return out
}
