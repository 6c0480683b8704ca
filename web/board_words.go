package web

import (
	"context"

	"incubase/workflow"
	"incubase/workflow/topic"
)

// rowName is a row's label; places have no official English name, and topics have theirs in the list of topics.
func (p *panel) rowName(ctx context.Context, r workflow.Counts) string {
	switch {
	case p.By == "region" && r.Key == string(p.Region) && len(p.Rows) > 1:
		return say(ctx, "未分到下级地区", "No place further down")
	case p.By == "field" && topic.Known(r.Key):
		return words(ctx, topic.Label(r.Key))
	case words(ctx, r.Label) != "":
		return words(ctx, r.Label)
	case r.Key == "":
		return say(ctx, "（未分组）", "(none)")
	}
	return r.Key
}
