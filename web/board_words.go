package web

import (
	"context"
	"fmt"

	"incubase/workflow"
)

// rowName is a row's label; places have no official English name.
func rowName(ctx context.Context, r workflow.Counts) string {
	switch {
	case words(ctx, r.Label) != "":
		return words(ctx, r.Label)
	case r.Label.ZH != "":
		return r.Label.ZH
	case r.Key == "":
		return say(ctx, "（未分组）", "(none)")
	}
	return r.Key
}

func total(r workflow.Counts) string {
	n, _ := sumOf(r)
	return fmt.Sprint(n)
}

func amount(ctx context.Context, r workflow.Counts) string {
	_, sum := sumOf(r)
	return yuan(ctx, sum)
}
