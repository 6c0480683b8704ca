package ui

import (
	"context"

	"incubase/workflow"
	"incubase/workflow/topic"
)

// RowName is a row's label; places have no official English name, and topics have theirs in the list of topics.
func (p *Panel) RowName(ctx context.Context, r workflow.Counts) string {
	switch {
	case p.By == "region" && r.Key == string(p.Region) && len(p.Rows) > 1:
		return Say(ctx, "未分到下级地区", "No place further down")
	case p.By == "field" && topic.Known(r.Key):
		return Words(ctx, topic.Label(r.Key))
	case Words(ctx, r.Label) != "":
		return Words(ctx, r.Label)
	case r.Key == "":
		return Say(ctx, "（未分组）", "(none)")
	}
	return r.Key
}
