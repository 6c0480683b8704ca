package desk

import (
	"context"
	"slices"

	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/machine"
	"incubase/workflow/paper"
)

// Papers reads official papers. Desk decides who may read one.
type Papers interface {
	// PapersOf returns a case's papers, oldest first.
	PapersOf(ctx context.Context, on workflow.ID) ([]paper.Paper, error)
	// PapersOfRound returns a round's valid papers of one kind, by number, at most MaxBundle.
	PapersOfRound(ctx context.Context, round workflow.ID, kind string) ([]paper.Paper, error)
	// Paper returns ErrNotFound if there is no such paper.
	Paper(ctx context.Context, id workflow.ID) (*paper.Paper, error)
}

// MaxBundle is how many papers are printed in one go.
const MaxBundle = 500

func (d *Desk) Papers(ctx context.Context, actor workflow.Actor, ref string, store Papers) ([]paper.Paper, error) {
	v, err := d.Show(ctx, actor, ref)
	if err != nil {
		return nil, err
	}
	all, err := store.PapersOf(ctx, v.Case.ID)
	return v.Papers(all), err
}

// Paper returns ErrNotFound where the actor may not read the paper.
func (d *Desk) Paper(ctx context.Context, actor workflow.Actor, id workflow.ID, store Papers) (*paper.Paper, error) {
	p, err := store.Paper(ctx, id)
	if err != nil {
		return nil, err
	}
	v, err := d.Show(ctx, actor, p.Case)
	if err != nil {
		return nil, err
	}
	if len(v.Papers([]paper.Paper{*p})) == 0 {
		return nil, workflow.ErrNotFound
	}
	return p, nil
}

// PublicPaper returns the case's notice that runs today, for any reader.
func (d *Desk) PublicPaper(ctx context.Context, on workflow.ID, store Papers) (*paper.Paper, error) {
	all, err := store.PapersOf(ctx, on)
	if err != nil {
		return nil, err
	}
	today := calendar.DateOf(d.Clock.Now())
	i := slices.IndexFunc(all, func(p paper.Paper) bool { return p.Public(today) })
	if i < 0 {
		return nil, workflow.ErrNotFound
	}
	return &all[i], nil
}

// RoundPapers returns a round's papers of one kind, for the staff of the round's place.
func (d *Desk) RoundPapers(ctx context.Context, actor workflow.Actor, round, kind string, store Papers) ([]paper.Paper,
	error) {
	v, err := d.Show(ctx, actor, round)
	if err != nil {
		return nil, err
	}
	if v.Case.Workflow != machine.RoundWorkflow || !v.Prints() || !slices.Contains(paper.Kinds, kind) {
		return nil, workflow.ErrNotFound
	}
	return store.PapersOfRound(ctx, v.Case.ID, kind)
}
