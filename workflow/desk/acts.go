package desk

import (
	"context"
	"slices"

	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/define"
	"incubase/workflow/machine"
)

// Acts returns the acts of a period on the cases that an auditor may see, masked as each case's time line. It fills
// in the query's period. ErrNotFound for actors without the auditor's role.
func (d *Desk) Acts(ctx context.Context, actor workflow.Actor, q *workflow.ActQuery,
	store workflow.Acts) ([]workflow.Act, string, error) {
	houses := actor.InsiderOf()
	actor.Roles = slices.DeleteFunc(slices.Clone(actor.Roles),
		func(g workflow.Grant) bool { return g.Role != workflow.RoleAuditor })
	if len(actor.Roles) == 0 {
		return nil, "", workflow.ErrNotFound
	}
	if err := q.Within(calendar.DateOf(d.Clock.Now())); err != nil {
		return nil, "", err
	}
	all := ScopeOf(actor, d.Machines)
	scope := workflow.Scope{User: actor.ID, InsiderOf: houses, Grants: workflow.Grants{Regions: all.Regions},
		Free: workflow.Grants{Regions: all.Free.Regions}}
	list, next, err := store.Acts(ctx, scope, *q)
	for i := range list {
		d.say(actor, &list[i])
	}
	return list, next, err
}

func (d *Desk) say(actor workflow.Actor, x *workflow.Act) {
	x.Label = workflow.Text{ZH: x.Action, EN: x.Action}
	m := d.Machines.Machine(x.Workflow, x.DefinitionVersion)
	if m == nil {
		return
	}
	f := workflow.Facts{Actor: actor, Case: workflow.Case{ID: x.Case, Ref: x.Ref, Workflow: x.Workflow,
		DefinitionVersion: x.DefinitionVersion, Region: x.Region, Round: x.Round,
		Agency: x.Agency, Organization: x.Organization}}
	shown := ShowEvents(m, f, []workflow.Event{x.Event})
	if len(shown) == 0 { // the act led into or out of a state that the actor sees as another
		x.Event.From, x.Event.To = m.Shown(actor, &f.Case, x.From), m.Shown(actor, &f.Case, x.To)
		x.Event.Action, x.Event.Actor, x.Event.ActorName, x.Event.PayloadHash = machine.MovedAction, "", "", workflow.Hash{}
	} else {
		x.Event = shown[0]
	}
	switch x.Action {
	case workflow.CreateAction:
		x.Label = workflow.CreateLabel
	case machine.MovedAction:
		x.Label = MovedLabel
	case machine.EraseAction:
		x.Label = EraseLabel
	}
	if i := slices.IndexFunc(m.Def.Actions, func(a define.ActionDef) bool { return a.Name == x.Action }); i >= 0 {
		x.Label = m.Def.Actions[i].Label
	}
	if s := m.States[x.To]; s != nil && x.To != x.From {
		x.ToLabel = s.Label
	}
}
