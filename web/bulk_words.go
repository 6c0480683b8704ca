package web

import (
	"context"
	"fmt"
	"strings"

	"incubase/workflow"
)

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
