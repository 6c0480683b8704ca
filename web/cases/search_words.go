package cases

import (
	"context"
	"net/url"

	"incubase/web/ui"
	"incubase/workflow"
)

// countOf says how many there are, as far as they were counted.
func countOf(ctx context.Context, f *workflow.Found) string {
	if f.More {
		return ui.Say(ctx, sayMoreThan, f.Count)
	}
	return ui.Say(ctx, sayCount, f.Count)
}

// everywhere is the same search in all kinds.
func (h *hits) everywhere() string { return "/search?" + url.Values{"q": {h.Words}}.Encode() }
