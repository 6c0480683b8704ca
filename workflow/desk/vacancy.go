package desk

import (
	"context"
	"slices"

	"incubase/workflow"
	"incubase/workflow/define"
)

// Vacancies returns acts in the decider's places that no one may do because all holders of the role are insiders of
// the case, with a remedy. Actors other than deciders get none.
func (d *Desk) Vacancies(ctx context.Context, actor workflow.Actor) ([]workflow.Vacancy, error) {
	if d.Vacant == nil || !actor.Has(workflow.RoleDecider) {
		return nil, nil
	}
	all, err := d.Vacant.Vacancies(ctx, actor.ID, workflow.MaxVacancies)
	if err != nil {
		return nil, err
	}
	for i := range all {
		v := &all[i]
		v.Label = workflow.Text{ZH: v.Action, EN: v.Action}
		if m := d.Machines.Machine(v.Workflow, v.Version); m != nil {
			if at := slices.IndexFunc(m.Def.Actions, func(a define.ActionDef) bool { return a.Name == v.Action }); at >= 0 {
				v.Label = m.Def.Actions[at].Label
			}
		}
		role := v.Role.Label()
		v.Remedy = workflow.No("", "本地的%[1]s都代申报单位填写过本件，应当回避，现在没有人可以办理。请安全管理员把「%[1]s」角色授予另一人，或请上一级地区担任该角色的人兼管本地。",
			"everybody here who is %[2]s wrote this case for its applicant and must stand back, so that nobody can do it. "+
				"Ask the security administrator to give the role to another person, or to extend to this place somebody's who "+
				"holds it one level up.",
			role.ZH, role.EN).Message
	}
	return all, nil
}
