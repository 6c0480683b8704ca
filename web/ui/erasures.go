package ui

import (
	"context"

	"incubase/workflow"
	"incubase/workflow/erase"
)

type Erasures interface {
	Erasures(ctx context.Context, actor workflow.Actor, cursor string, limit int) ([]erase.Erased, string, error)
}
