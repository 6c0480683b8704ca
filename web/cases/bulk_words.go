package cases

import (
	"context"
	"strings"

	"incubase/web/ui"
	"incubase/workflow/desk"
)

func (b *batch) heading(ctx context.Context) string {
	out := ui.Say(ctx, batchTitle)
	if l := ui.Say(ctx, b.Label); l != "" {
		out += ui.Say(ctx, sayColon) + l
	}
	return out
}

// button labels the confirmation, with the sum of money.
func (b *batch) button(ctx context.Context) string {
	yes := b.allowed(true)
	out := ui.Say(ctx, sayConfirmForCases, len(yes))
	if total := sum(yes); b.List != nil && total > 0 {
		out += ui.Say(ctx, sayInBrackets, ui.Yuan(ctx, total))
	}
	return out
}

// askedOf names who acts next, and on what.
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
