package cases

import (
	"context"
	"fmt"
	"strings"

	"incubase/web/ui"
	"incubase/workflow/desk"
)

// heading is the page's title with the action that was chosen.
func (b *batch) heading(ctx context.Context) string {
	out := ui.Words(ctx, batchTitle)
	if l := ui.Words(ctx, b.Label); l != "" {
		out += ui.Say(ctx, "：", ": ") + l
	}
	return out
}

// button says what the form does, with the sum where the cases are about money.
func (b *batch) button(ctx context.Context) string {
	yes := b.allowed(true)
	out := ui.Say(ctx, fmt.Sprintf("确认办理 %d 件", len(yes)), fmt.Sprintf("Confirm for %d cases", len(yes)))
	if total := sum(yes); b.List != nil && total > 0 {
		out += ui.Say(ctx, "（"+ui.Yuan(ctx, total)+"）", " ("+ui.Yuan(ctx, total)+")")
	}
	return out
}

// askedOf says who would be asked for what.
func askedOf(ctx context.Context, a desk.Asked) string {
	who := ui.Words(ctx, a.Who)
	switch {
	case len(a.Agencies) > 0:
		var names []string
		for _, n := range a.Agencies {
			names = append(names, ui.Words(ctx, n))
		}
		who += ui.Say(ctx, "（"+strings.Join(names, "、")+"）", " ("+strings.Join(names, ", ")+")")
	case a.Count > 1:
		who += ui.Say(ctx, fmt.Sprintf("（%d 位）", a.Count), fmt.Sprintf(" (%d)", a.Count))
	}
	return who + ui.Say(ctx, "：", ": ") + ui.Words(ctx, a.Action)
}
