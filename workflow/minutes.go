package workflow

import (
	"context"

	"incubase/workflow/money"
	"incubase/workflow/paper"
)

type Minutes interface {
	Minutes(ctx context.Context, round ID, terms MinuteTerms) (*paper.Decision, error)
}

// MinuteTerms are the definitions' words for the contents of minutes.
type MinuteTerms struct {
	Label func(name string, version int, s State) string // of a state
	// Standing returns the standing of an application, as in paper.Decided.
	Standing func(name string, version int, s State, stage Stage, awarded money.Fen) string
	Acts     []MinuteAct
}

type MinuteAct struct {
	Workflow string `json:"workflow"`
	Version  int    `json:"version"`
	Action   string `json:"action"`
	Awards   bool   `json:"awards"`
}
