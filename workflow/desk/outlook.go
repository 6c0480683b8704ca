package desk

import (
	"context"
	"slices"

	"incubase/workflow"
	"incubase/workflow/define"
	"incubase/workflow/machine"
)

// Outlook is what an action would bring about, found out by deciding without committing.
type Outlook struct {
	State workflow.Text // where the case would stand, as the actor sees it
	// what its organization would read of it from then on; empty where there is none, or nothing changes for it
	Told  workflow.Text
	Asked []Asked // who would be waited for then
}

// Asked is who would be waited for: a role, or agencies by their names, and how many people where they are named one by
// one.
type Asked struct {
	Action   workflow.Text
	Who      workflow.Text
	Agencies []workflow.Text
	Count    int
}

// Foresee decides a command and throws the decision away. It answers as Do would: with refusals, or with the outlook.
func (d *Desk) Foresee(ctx context.Context, actor workflow.Actor, cmd workflow.Command) (*Outlook, error) {
	l, m, err := d.Load(ctx, actor, cmd)
	if err != nil {
		return nil, err
	}
	if !Visible(m, l.Facts) {
		return nil, workflow.ErrNotFound
	}
	return d.foresee(ctx, m, l, cmd)
}

// ForeseeRow is Foresee for a row of a list, without another question to the store. The outlook is nil, and nothing is
// found out, where the action asks for more than a row holds.
func (d *Desk) ForeseeRow(ctx context.Context, actor workflow.Actor, l *workflow.Loaded,
	cmd workflow.Command) (*Outlook, error) {
	d.Complete(&l.Facts, actor)
	m := d.Machines.Machine(l.Facts.Case.Workflow, l.Facts.Case.DefinitionVersion)
	if m == nil || !Visible(m, l.Facts) {
		return nil, workflow.ErrNotFound
	}
	if m.Needs(cmd.Action) != (workflow.Needs{}) {
		return nil, nil
	}
	return d.foresee(ctx, m, l, cmd)
}

func (d *Desk) foresee(ctx context.Context, m *machine.Machine, l *workflow.Loaded, cmd workflow.Command) (*Outlook,
	error) {
	decision, err := m.Decide(ctx, l.Facts, cmd)
	if err != nil {
		return nil, err
	}
	actor, c := l.Facts.Actor, &decision.Case
	out := &Outlook{State: m.States[m.Shown(actor, c, c.State)].Label}
	if c.Organization != "" {
		if before, after := publicly(m, l.Facts.Case.State), publicly(m, c.State); before != after {
			out.Told = after
		}
	}
	out.asks(m, c, decision.Duties)
	for _, b := range decision.Children {
		if child := d.Machines.Machine(b.Case.Workflow, b.Case.DefinitionVersion); child != nil {
			out.asks(child, &b.Case, b.Duties)
		}
	}
	return out, nil
}

// publicly is a state in the words of the applicant.
func publicly(m *machine.Machine, s workflow.State) workflow.Text {
	st := m.States[s]
	if st.Shown != "" {
		st = m.States[st.Shown]
	}
	if st.Public != (workflow.Text{}) {
		return st.Public
	}
	return st.Label
}

// asks adds duties, those of one action and role together. People are counted and not named: who reviews is not for
// everybody.
func (o *Outlook) asks(m *machine.Machine, c *workflow.Case, duties []workflow.Duty) {
	for _, d := range duties {
		i := slices.IndexFunc(m.Def.Actions, func(a define.ActionDef) bool { return a.Name == d.Action })
		if i < 0 {
			continue
		}
		action, who := m.Def.Actions[i].Label, d.Role.Label()
		at := slices.IndexFunc(o.Asked, func(a Asked) bool { return a.Action == action && a.Who == who })
		if at < 0 {
			at = len(o.Asked)
			o.Asked = append(o.Asked, Asked{Action: action, Who: who})
		}
		a := &o.Asked[at]
		if d.User != "" {
			a.Count++
		}
		if i := slices.IndexFunc(c.Cosigns, func(x workflow.Cosign) bool { return x.Agency == d.Agency }); d.Agency != "" &&
			i >= 0 {
			a.Agencies = append(a.Agencies, c.Cosigns[i].Name)
		}
	}
}
