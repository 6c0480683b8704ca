package workflow

import (
	"context"
	"slices"
)

// Outlook is what an action would bring about, found out by deciding without committing.
type Outlook struct {
	State Text // where the case would stand, as the actor sees it
	// what its organization would read of it from then on; empty where there is none, or nothing changes for it
	Told  Text
	Asked []Asked // who would be waited for then
}

// Asked is who would be waited for: a role, or agencies by their names, and how many people where they are named one by
// one.
type Asked struct {
	Action   Text
	Who      Text
	Agencies []Text
	Count    int
}

// Foresee decides a command and throws the decision away. It answers as Do would: with refusals, or with the outlook.
func (d *Desk) Foresee(ctx context.Context, actor Actor, cmd Command) (*Outlook, error) {
	l, m, err := d.load(ctx, actor, cmd)
	if err != nil {
		return nil, err
	}
	if !m.Visible(l.Facts) {
		return nil, ErrNotFound
	}
	return d.foresee(ctx, m, l, cmd)
}

// ForeseeRow is Foresee for a row of a list, without another question to the store. The outlook is nil, and nothing is
// found out, where the action asks for more than a row holds.
func (d *Desk) ForeseeRow(ctx context.Context, actor Actor, l *Loaded, cmd Command) (*Outlook, error) {
	d.complete(&l.Facts, actor)
	m := d.Machines.Machine(l.Facts.Case.Workflow, l.Facts.Case.DefinitionVersion)
	if m == nil || !m.Visible(l.Facts) {
		return nil, ErrNotFound
	}
	if m.Needs(cmd.Action) != (Needs{}) {
		return nil, nil
	}
	return d.foresee(ctx, m, l, cmd)
}

func (d *Desk) foresee(ctx context.Context, m *Machine, l *Loaded, cmd Command) (*Outlook, error) {
	decision, err := m.Decide(ctx, l.Facts, cmd)
	if err != nil {
		return nil, err
	}
	actor, c := l.Facts.Actor, &decision.Case
	out := &Outlook{State: m.states[m.shown(actor, c, c.State)].Label}
	if c.Organization != "" {
		if before, after := m.publicly(l.Facts.Case.State), m.publicly(c.State); before != after {
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
func (m *Machine) publicly(s State) Text {
	st := m.states[s]
	if st.Shown != "" {
		st = m.states[st.Shown]
	}
	if st.Public != (Text{}) {
		return st.Public
	}
	return st.Label
}

// asks adds duties, those of one action and role together. People are counted and not named: who reviews is not for
// everybody.
func (o *Outlook) asks(m *Machine, c *Case, duties []Duty) {
	for _, d := range duties {
		i := slices.IndexFunc(m.def.Actions, func(a ActionDef) bool { return a.Name == d.Action })
		if i < 0 {
			continue
		}
		action, who := m.def.Actions[i].Label, d.Role.Label()
		at := slices.IndexFunc(o.Asked, func(a Asked) bool { return a.Action == action && a.Who == who })
		if at < 0 {
			at = len(o.Asked)
			o.Asked = append(o.Asked, Asked{Action: action, Who: who})
		}
		a := &o.Asked[at]
		if d.User != "" {
			a.Count++
		}
		if i := slices.IndexFunc(c.Cosigns, func(x Cosign) bool { return x.Agency == d.Agency }); d.Agency != "" && i >= 0 {
			a.Agencies = append(a.Agencies, c.Cosigns[i].Name)
		}
	}
}
