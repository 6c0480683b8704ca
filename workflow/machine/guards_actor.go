package machine

import (
	"slices"

	"incubase/workflow"
	"incubase/workflow/define"
)

// actorGuards are checked last and shown only to those they concern.
var actorGuards = []define.GuardDef{
	{Name: "separate_from", About: "the actor did none of these in this case", Params: define.ParamsOf("actions*"),
		Subject: define.OfActor,
		Make: func(_ *define.Checker, p *workflow.Params) define.Guard {
			actions := p.Texts("actions")
			if len(actions) == 0 {
				p.Fail("actions are missing")
			}
			return define.Quiet("separate_from", "不能由办过前面环节的人来做", "not by somebody who did an earlier step",
				func(in define.Input) *workflow.Refusal {
					for _, a := range actions {
						if slices.Contains(in.Case.Doers[a], in.Actor.ID) {
							return workflow.Forbid("separate_from", "您已经办过本件的前面环节，须由他人办理",
								"you did an earlier step of this case; somebody else must do this one")
						}
					}
					return nil
				}).With(define.Traits{Separates: actions, Reads: define.Names{Actions: actions}})
		}},
	{Name: "not_declared", About: "the reviewer has not declared interests",
		Subject: define.OfActor,
		Make: assignmentGuard("not_declared", "您已经作过回避声明", "you have declared your interests already",
			func(a *workflow.Assignment) bool { return !a.Declared })},
	{Name: "declared", About: "the reviewer has declared interests",
		Subject: define.OfActor,
		Make: assignmentGuard("declared", "请先作回避声明", "declare your interests first",
			func(a *workflow.Assignment) bool { return a.Declared })},
	{Name: "not_scored", About: "the reviewer has not scored",
		Subject: define.OfActor,
		Make: assignmentGuard("not_scored", "您已经提交过评分", "you have submitted your score already",
			func(a *workflow.Assignment) bool { return !a.Scored })},
	{Name: "awaited_agency", About: "the actor's agency was asked and has not answered",
		Subject: define.OfActor,
		Make: func(*define.Checker, *workflow.Params) define.Guard {
			return define.Quiet("awaited_agency", "本单位尚未答复", "the agency has not answered yet",
				func(in define.Input) *workflow.Refusal {
					if c := in.Case.Awaited(in.Actor); c != nil {
						return nil
					}
					return workflow.No("awaited_agency", "贵单位已经答复，或没有被要求会签", "your agency has answered already, or was not asked")
				})
		}},
}

func assignmentGuard(name, zh, en string,
	holds func(*workflow.Assignment) bool) func(*define.Checker, *workflow.Params) define.Guard {
	return func(*define.Checker, *workflow.Params) define.Guard {
		return define.Quiet(name, zh, en, func(in define.Input) *workflow.Refusal {
			a := in.Case.Assignment(in.Actor.ID)
			if a == nil || holds(a) {
				return nil // the party check refuses actors who are not assigned
			}
			return &workflow.Refusal{Rule: name, Message: workflow.Text{ZH: zh, EN: en}}
		})
	}
}
