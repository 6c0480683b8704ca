package web

import (
	"context"
	"fmt"

	"incubase/workflow/money"
)

// capital is an amount in upper-case characters, as official papers write it.
func capital(f money.Fen) string {
	s, err := money.Capital(f)
	if err != nil { // larger than there are words for; the figures stand beside it
		return ""
	}
	return s
}

// sumOfAwards says in a sentence what a list of awards comes to.
func sumOfAwards(ctx context.Context, t tally) string {
	return say(ctx, fmt.Sprintf("共 %d 项，资助 %s，已拨付 %s。", t.Count, yuan(ctx, t.Awarded), yuan(ctx, t.Paid)),
		fmt.Sprintf("In all: %d, %s awarded, %s paid.", t.Count, yuan(ctx, t.Awarded), yuan(ctx, t.Paid)))
}
