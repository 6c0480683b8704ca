package admin

import (
	"context"
	"fmt"
	"strings"

	"incubase/web/ui"
	"incubase/workflow"
	"incubase/workflow/define"
	"incubase/workflow/text"
	"incubase/workflow/vet"
)

func versionIn(ctx context.Context, n int) string {
	return ui.Say(ctx, sayVersionN, n)
}

func versionsIn(ctx context.Context, list []int) string {
	var out []string
	for _, n := range list {
		out = append(out, versionIn(ctx, n))
	}
	return strings.Join(out, ui.Say(ctx, sayListComma))
}

func diffPath(name string, a, b int) string {
	return fmt.Sprintf("/workflows/%s/diff?from=%d&to=%d", name, min(a, b), max(a, b))
}

// grouped joins changes of one thing, which follow each other.
func grouped(list []vet.Change) (out [][]vet.Change) {
	for i, c := range list {
		if i == 0 || list[i-1].Where != c.Where {
			out = append(out, nil)
		}
		out[len(out)-1] = append(out[len(out)-1], c)
	}
	return out
}

func joined(ctx context.Context, list []text.Text) string {
	var out []string
	for _, x := range list {
		if s := ui.Say(ctx, x); s != "" {
			out = append(out, s)
		}
	}
	return strings.Join(out, ui.Say(ctx, sayListComma))
}

// stageIn returns a state's stage in words; "" for none and keep.
func stageIn(ctx context.Context, d *define.Definition, stage string) string {
	if stage == "none" || stage == "keep" {
		return ""
	}
	return ui.Say(ctx, d.StageLabel(workflow.Stage(stage)))
}
