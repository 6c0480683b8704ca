package workflow

import (
	"context"
	"errors"
	"fmt"

	"incubase/workflow/calendar"
	"incubase/workflow/paper"
)

// Minutes gathers what the minutes of a round say.
type Minutes interface {
	// Minutes reads a round's applications as they stand, and who decided; label names a state of a definition.
	Minutes(ctx context.Context, round ID, label func(name string, version int, s State) string) (*paper.Decision, error)
}

// minute fills in the minutes that a decision issues: they are about other cases than the one that is decided on, so the
// machine cannot know them. They say how those stood when the act was decided; what moves in the same instant is not in them.
func (d *Desk) minute(ctx context.Context, decision *Decision) (err error) {
	for i := range decision.Papers {
		p := &decision.Papers[i]
		if p.Kind != paper.Minutes {
			continue
		}
		if d.Minutes == nil {
			return errors.New("nobody takes minutes")
		}
		if p.Facts.Decided, err = d.Minutes.Minutes(ctx, p.Case, d.stateName); err != nil {
			return fmt.Errorf("take the minutes of %s: %w", decision.Case.Ref, err)
		}
	}
	return nil
}

// stateName is a state as papers write it.
func (d *Desk) stateName(name string, version int, s State) string {
	if m := d.Machines.Machine(name, version); m != nil && m.states[s] != nil {
		return m.states[s].Label.ZH
	}
	return string(s)
}

// DraftMinutes are the minutes of a round as it stands, before an act issues them.
func (d *Desk) DraftMinutes(ctx context.Context, actor Actor, round string) (*paper.Paper, error) {
	v, err := d.Show(ctx, actor, round)
	if err != nil {
		return nil, err
	}
	if v.Case.Workflow != RoundWorkflow || !v.Prints() {
		return nil, ErrNotFound
	}
	c, now := &v.Case, d.Clock.Now()
	p := &paper.Paper{Case: c.ID, Kind: paper.Minutes, Draft: true, At: now,
		Facts: paper.Facts{Issuer: v.Names.Agency.ZH, Ref: c.Ref, Title: c.Title, Round: Text{ZH: c.Title, EN: c.Title}, Day: calendar.DateOf(now)}}
	p.Facts.Decided, err = d.Minutes.Minutes(ctx, c.ID, d.stateName)
	return p, err
}
