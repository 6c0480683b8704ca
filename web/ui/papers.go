package ui

import (
	"context"

	"incubase/workflow"
	"incubase/workflow/desk"
)

// Papers reads official papers.
type Papers interface {
	desk.Papers
	// PaperCounts says how many papers of each kind of a round hold.
	PaperCounts(ctx context.Context, round workflow.ID) (map[string]int, error)
}
