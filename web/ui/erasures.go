package ui

import (
	"context"

	"incubase/workflow"
	"incubase/workflow/erase"
)

// Erasures reads the list of erasings.
type Erasures interface {
	Erasures(ctx context.Context, actor workflow.Actor, cursor string, limit int) ([]erase.Erased, string, error)
}
