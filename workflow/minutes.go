package workflow

import (
	"context"

	"incubase/workflow/money"
	"incubase/workflow/paper"
)

// Minutes gathers what the minutes of a round say.
type Minutes interface {
	// Minutes reads a round's applications as they stand, and who proposed and awarded.
	Minutes(ctx context.Context, round ID, terms MinuteTerms) (*paper.Decision, error)
}

// MinuteTerms are what definitions call the things that minutes tell of.
type MinuteTerms struct {
	Label func(name string, version int, s State) string // names a state
	// Standing is how an application stands, as paper.Decided has it.
	Standing func(name string, version int, s State, stage Stage, awarded money.Fen) string
	Acts     []MinuteAct
}

// MinuteAct is an action that proposes an award, or that commits one.
type MinuteAct struct {
	Workflow string `json:"workflow"`
	Version  int    `json:"version"`
	Action   string `json:"action"`
	Awards   bool   `json:"awards"`
}
