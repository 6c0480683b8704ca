package desk

import (
	"context"
	"slices"

	"incubase/workflow"
	"incubase/workflow/define"
	"incubase/workflow/machine"
)

// Outlook is what an action would bring about, found by deciding without committing.
type Outlook struct {
	State workflow.Text // the next state, as the actor sees it
	// the applicant's words for the next state; empty where there is no organization or the words stay the same
	Told  workflow.Text
	Asked []Asked // duties that would wait then
}

// Asked is a duty of a role, or of agencies by name. Count is the number of users where duties name users.
type Asked struct {
	Action   workflow.Text
	Who      workflow.Text
	Agencies []workflow.Text
	Count    int
}

// Foresee decides a command without committing. Its errors are those of Do.
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

// ForeseeRow is Foresee for a row of a list, without another query; nil where the action needs more facts than the
// row holds.
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

// asks counts users and does not name them: reviewers' names are confidential.
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
