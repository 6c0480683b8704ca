package workflow

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"incubase/workflow/calendar"
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

// minuteTerms asks the definitions by the effects of their actions, whatever these are called.
func (d *Desk) minuteTerms() MinuteTerms {
	out := MinuteTerms{Label: d.stateName, Standing: d.standing}
	d.Machines.Each(func(m *Machine) {
		for i := range m.def.Actions {
			a := &m.def.Actions[i]
			if awards := a.has("commit_award"); awards || a.has("propose") {
				out.Acts = append(out.Acts, MinuteAct{m.def.Name, m.def.Version, a.Name, awards})
			}
		}
	})
	return out
}

// minute fills in the minutes that a decision issues: they are about other cases than the one that is decided on, so
// the machine cannot know them. They say how those stood when the act was decided; what moves in the same instant is
// not in them.
func (d *Desk) minute(ctx context.Context, decision *Decision) (err error) {
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

// standing is how minutes count an application, by who ended it, whatever its definition calls that end: the staff
// refuse what is not awarded yet, and what the applicant or time ended is over, an award that nobody signed too. An
// award that the staff ended later was made.
func (d *Desk) standing(name string, version int, s State, stage Stage, awarded money.Fen) string {
	ended, byStaff := false, false
	if m := d.Machines.Machine(name, version); m != nil && m.states[s] != nil && m.states[s].Outcome != "" {
		ended, byStaff = true, m.endedByStaff(s)
	}
	switch {
	case ended && !byStaff:
		return paper.StandsEnded
	case stage != Applied:
		return paper.StandsAwarded
	case ended:
		return paper.StandsRefused
	case awarded > 0:
		return paper.StandsProposed
	}
	return paper.StandsPending
}

// endedByStaff reports whether an act of the staff leads to a state.
func (m *Machine) endedByStaff(s State) bool {
	staff := func(name string) bool {
		p := m.parties[name]
		return !p.applicant() && p.Relation != RelSystem && p.Relation != RelPublic
	}
	for from, leaving := range m.leaving {
		for _, t := range leaving {
			leads := slices.ContainsFunc(t.branches, func(b branch) bool { return b.to == s && from != s })
			if leads && slices.ContainsFunc(t.def.By, staff) {
				return true
			}
		}
	}
	return false
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
		Facts: paper.Facts{Issuer: v.Names.Agency.ZH, Ref: c.Ref, Title: c.Title, Round: Text{ZH: c.Title, EN: c.Title},
			Day: calendar.DateOf(now)}}
	p.Facts.Decided, err = d.Minutes.Minutes(ctx, c.ID, d.minuteTerms())
	return p, err
}
