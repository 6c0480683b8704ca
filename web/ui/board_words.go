package ui

import (
	"context"

	"incubase/workflow"
	"incubase/workflow/topic"
)

// RowName returns a row's label. Places have no official English name.
func (p *Panel) RowName(ctx context.Context, r workflow.Counts) string {
	switch {
	case p.By == "region" && r.Key == string(p.Region) && len(p.Rows) > 1:
		return Say(ctx, sayNoPlaceFurtherDown)
	case p.By == "field" && topic.Known(r.Key):
		return Say(ctx, topic.Label(r.Key))
	case Say(ctx, r.Label) != "":
		return Say(ctx, r.Label)
	case r.Key == "":
		return Say(ctx, sayNone)
	}
	return r.Key
}
