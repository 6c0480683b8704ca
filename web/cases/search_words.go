package cases

import (
	"context"
	"net/url"

	"incubase/web/ui"
	"incubase/workflow"
)

// countOf returns the count, as far as it was counted.
func countOf(ctx context.Context, f *workflow.Found) string {
	if f.More {
		return ui.Say(ctx, sayMoreThan, f.Count)
	}
	return ui.Say(ctx, sayCount, f.Count)
}

func (h *hits) everywhere() string { return "/search?" + url.Values{"q": {h.Words}}.Encode() }
