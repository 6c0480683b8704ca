package public

import (
	"context"

	"incubase/web/ui"
)

func sumOfAwards(ctx context.Context, t ui.Tally) string {
	return ui.Say(ctx, sayInAllAwardedPaid, t.Count, ui.Yuan(ctx, t.Awarded), ui.Yuan(ctx, t.Paid))
}
