package cases

import (
	"context"
	"strings"

	"incubase/web/ui"
	"incubase/workflow/desk"
)

// heading is the page's title with the action that was chosen.
func (b *batch) heading(ctx context.Context) string {
	out := ui.Say(ctx, batchTitle)
	if l := ui.Say(ctx, b.Label); l != "" {
		out += ui.Say(ctx, sayColon) + l
	}
	return out
}

// button says what the form does, with the sum where the cases are about money.
func (b *batch) button(ctx context.Context) string {
	yes := b.allowed(true)
	out := ui.Say(ctx, sayConfirmForCases, len(yes))
	if total := sum(yes); b.List != nil && total > 0 {
		out += ui.Say(ctx, sayInBrackets, ui.Yuan(ctx, total))
	}
	return out
}

// askedOf says who would be asked for what.
func askedOf(ctx context.Context, a desk.Asked) string {
	who := ui.Say(ctx, a.Who)
	switch {
	case len(a.Agencies) > 0:
		var names []string
		for _, n := range a.Agencies {
			names = append(names, ui.Say(ctx, n))
		}
		who += ui.Say(ctx, sayNamesInBrackets, strings.Join(names, "、"), strings.Join(names, ", "))
	case a.Count > 1:
		who += ui.Say(ctx, saySeatsInBrackets, a.Count)
	}
	return who + ui.Say(ctx, sayColon) + ui.Say(ctx, a.Action)
}
