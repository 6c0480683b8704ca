package admin

import (
	"context"
	"fmt"
	"strings"

	"incubase/web/ui"
	"incubase/workflow"
	"incubase/workflow/text"
)

func versionIn(ctx context.Context, n int) string {
	return ui.Say(ctx, fmt.Sprintf("第 %d 版", n), fmt.Sprintf("version %d", n))
}

func versionsIn(ctx context.Context, list []int) string {
	var out []string
	for _, n := range list {
		out = append(out, versionIn(ctx, n))
	}
	return strings.Join(out, ui.Say(ctx, "、", ", "))
}

func joined(ctx context.Context, list []text.Text) string {
	var out []string
	for _, x := range list {
		if s := ui.Words(ctx, x); s != "" {
			out = append(out, s)
		}
	}
	return strings.Join(out, ui.Say(ctx, "、", ", "))
}

// stageIn is a state's stage in words; none and keep say nothing.
func stageIn(ctx context.Context, stage string) string {
	if stage == "none" || stage == "keep" {
		return ""
	}
	return ui.Words(ctx, workflow.Stage(stage).Label())
}
