package web

import (
	"context"
	"fmt"
	"strings"

	"incubase/workflow"
)

// heading is the page's title with the action that was chosen.
func (b *batch) heading(ctx context.Context) string {
	out := words(ctx, batchTitle)
	if l := words(ctx, b.Label); l != "" {
		out += say(ctx, "：", ": ") + l
	}
	return out
}

// askedOf says who would be asked for what.
func askedOf(ctx context.Context, a workflow.Asked) string {
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
