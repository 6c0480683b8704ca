package desk

import (
	"context"
	"errors"
	"fmt"

	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/define"
	"incubase/workflow/machine"
	"incubase/workflow/money"
	"incubase/workflow/paper"
)

// minuteTerms finds the actions by what they are for, whatever a definition calls them.
func (d *Desk) minuteTerms() workflow.MinuteTerms {
	out := workflow.MinuteTerms{Label: d.stateName, Standing: d.standing}
	d.Machines.Each(func(m *machine.Machine) {
		for i := range m.Def.Actions {
			a := &m.Def.Actions[i]
			if awards := a.Has(define.Awards); awards || a.Has(define.Proposes) {
				out.Acts = append(out.Acts, workflow.MinuteAct{Workflow: m.Def.Name, Version: m.Def.Version, Action: a.Name,
					Awards: awards})
			}
		}
	})
	return out
}

// minute fills in the minutes that a decision issues. They say how other cases stood at the decision; concurrent
// changes are not in them.
func (d *Desk) minute(ctx context.Context, decision *workflow.Decision) (err error) {
	for i := range decision.Papers {
		p := &decision.Papers[i]
		if p.Kind != paper.Minutes {
			continue
		}
		if d.Minutes == nil {
			return errors.New("nobody takes minutes")
		}
		if p.Facts.Decided, err = d.Minutes.Minutes(ctx, p.Case, d.minuteTerms()); err != nil {
			return fmt.Errorf("take the minutes of %s: %w", decision.Case.Ref, err)
		}
	}
	return nil
}

// standing returns how minutes count an application, by the side that ended it. Before the award, an end by the staff
// is a refusal. An end by the applicant or by time counts as ended, even of an award. An award that the staff ended
// later counts as made.
func (d *Desk) standing(name string, version int, s workflow.State, stage workflow.Stage, awarded money.Fen) string {
	ended, byStaff := false, false
	if m := d.Machines.Machine(name, version); m != nil && m.States[s] != nil && m.States[s].Outcome != "" {
		ended, byStaff = true, m.EndedByStaff(s)
	}
	switch {
	case ended && !byStaff:
		return paper.StandsEnded
	case stage != workflow.Applied:
		return paper.StandsAwarded
	case ended:
		return paper.StandsRefused
	case awarded > 0:
		return paper.StandsProposed
	}
	return paper.StandsPending
}

func (d *Desk) stateName(name string, version int, s workflow.State) string {
	if m := d.Machines.Machine(name, version); m != nil && m.States[s] != nil {
		return m.States[s].Label.ZH
	}
	return string(s)
}

// DraftMinutes returns the minutes of a round as it stands, before an act issues them.
func (d *Desk) DraftMinutes(ctx context.Context, actor workflow.Actor, round string) (*paper.Paper, error) {
	v, err := d.Show(ctx, actor, round)
	if err != nil {
		return nil, err
	}
	if v.Case.Workflow != machine.RoundWorkflow || !v.Prints() {
		return nil, workflow.ErrNotFound
	}
	c, now := &v.Case, d.Clock.Now()
	p := &paper.Paper{Case: c.ID, Kind: paper.Minutes, Draft: true, At: now,
		Facts: paper.Facts{Issuer: v.Names.Agency.ZH, Ref: c.Ref, Title: c.Title, Round: workflow.Text{ZH: c.Title,
			EN: c.Title},
			Day: calendar.DateOf(now)}}
	p.Facts.Decided, err = d.Minutes.Minutes(ctx, c.ID, d.minuteTerms())
	return p, err
}
