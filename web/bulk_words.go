package web

import (
	"context"
	"fmt"
	"strings"

	"incubase/workflow/desk"
)

// heading is the page's title with the action that was chosen.
func (b *batch) heading(ctx context.Context) string {
	out := words(ctx, batchTitle)
	if l := words(ctx, b.Label); l != "" {
		out += say(ctx, "：", ": ") + l
	}
	return out
}

// button says what the form does, with the sum where the cases are about money.
func (b *batch) button(ctx context.Context) string {
	yes := b.allowed(true)
	out := say(ctx, fmt.Sprintf("确认办理 %d 件", len(yes)), fmt.Sprintf("Confirm for %d cases", len(yes)))
	if total := sum(yes); b.List != nil && total > 0 {
		out += say(ctx, "（"+yuan(ctx, total)+"）", " ("+yuan(ctx, total)+")")
	}
	return out
}

// askedOf says who would be asked for what.
func askedOf(ctx context.Context, a desk.Asked) string {
	who := words(ctx, a.Who)
	switch {
	case len(a.Agencies) > 0:
		var names []string
		for _, n := range a.Agencies {
			names = append(names, words(ctx, n))
		}
		who += say(ctx, "（"+strings.Join(names, "、")+"）", " ("+strings.Join(names, ", ")+")")
	case a.Count > 1:
		who += say(ctx, fmt.Sprintf("（%d 位）", a.Count), fmt.Sprintf(" (%d)", a.Count))
	}
	return who + say(ctx, "：", ": ") + words(ctx, a.Action)
}
