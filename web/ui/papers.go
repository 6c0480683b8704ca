package ui

import (
	"context"

	"incubase/workflow"
	"incubase/workflow/desk"
)

type Papers interface {
	desk.Papers
	// PaperCounts counts a round's valid papers by kind.
	PaperCounts(ctx context.Context, round workflow.ID) (map[string]int, error)
}
