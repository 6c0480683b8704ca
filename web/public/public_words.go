package public

import (
	"context"
	"fmt"

	"incubase/web/ui"
)

// sumOfAwards says in a sentence what a list of awards comes to.
func sumOfAwards(ctx context.Context, t ui.Tally) string {
	return ui.Say(ctx, fmt.Sprintf("共 %d 项，资助 %s，已拨付 %s。", t.Count, ui.Yuan(ctx, t.Awarded), ui.Yuan(ctx, t.Paid)),
		fmt.Sprintf("In all: %d, %s awarded, %s paid.", t.Count, ui.Yuan(ctx, t.Awarded), ui.Yuan(ctx, t.Paid)))
}
