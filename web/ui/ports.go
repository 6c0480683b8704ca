package ui

import (
	"context"
	"time"

	"github.com/labstack/echo/v4"

	"incubase/api/edge"
	"incubase/workflow"
)

type Filters interface {
	SavedFilters(ctx context.Context, user workflow.ID) ([]workflow.SavedFilter, error)
	// SaveFilter fails with workflow.Invalid if there are too many.
	SaveFilter(ctx context.Context, user workflow.ID, f workflow.SavedFilter) error
	DropFilter(ctx context.Context, user workflow.ID, name string) error
}

// Replaced reads the texts of a case that another save has replaced.
type Replaced interface {
	Replaced(ctx context.Context, on workflow.ID, since time.Time) ([]workflow.Replaced, error)
}

// PaperCounts counts the papers of a round.
type PaperCounts interface {
	// PaperCounts says how many papers of each kind of a round hold.
	PaperCounts(ctx context.Context, round workflow.ID) (map[string]int, error)
}

// Options are what pages are made of: the ports that they share with the API, and their own.
type Options struct {
	edge.Ports
	Filters     Filters
	Replaced    Replaced
	PaperCounts PaperCounts
	Integrity   Integrity
	Demo        bool
}

type Site struct {
	Options
	Plain   echo.HTTPErrorHandler
	Recent  recent
	Checked audit // the latest check of all chains
}
