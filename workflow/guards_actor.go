package workflow

import "slices"

// actorGuards are about who acts. They are asked last and shown only to whom they concern.
var actorGuards = map[string]guardMaker{
	"separate_from": func(_ *checker, p *params) Guard {
		actions := p.texts("actions")
		if len(actions) == 0 {
			p.fail("actions are missing")
		}
		return quiet("separate_from", OnActor, "不能由办过前面环节的人来做", "not by somebody who did an earlier step",
			func(in input) *Refusal {
				for _, a := range actions {
					if slices.Contains(in.Case.Doers[a], in.Actor.ID) {
						return forbid("separate_from", "您已经办过本件的前面环节，须由他人办理",
							"you did an earlier step of this case; somebody else must do this one")
					}
				}
				return nil
			})
	},
	"not_declared": assignmentGuard("not_declared", "您已经作过回避声明", "you have declared your interests already",
		func(a *Assignment) bool { return !a.Declared }),
	"declared": assignmentGuard("declared", "请先作回避声明", "declare your interests first",
		func(a *Assignment) bool { return a.Declared }),
	"not_scored": assignmentGuard("not_scored", "您已经提交过评分", "you have submitted your score already",
		func(a *Assignment) bool { return !a.Scored }),
	"awaited_agency": func(*checker, *params) Guard {
		return quiet("awaited_agency", OnActor, "本单位尚未答复", "the agency has not answered yet", func(in input) *Refusal {
			if c := in.Case.awaited(in.Actor); c != nil {
				return nil
			}
			return no("awaited_agency", "贵单位已经答复，或没有被要求会签", "your agency has answered already, or was not asked")
		})
	},
}

func assignmentGuard(name, zh, en string, holds func(*Assignment) bool) guardMaker {
	return func(*checker, *params) Guard {
		return quiet(name, OnActor, zh, en, func(in input) *Refusal {
			a := in.Case.assignment(in.Actor.ID)
			if a == nil || holds(a) {
				return nil // not assigned is the party's refusal, not this one's
			}
			return &Refusal{Rule: name, Message: Text{ZH: zh, EN: en}}
		})
	}
}

// assignment is the live assignment of a person.
func (c *Case) assignment(user ID) *Assignment {
	for i := range c.Assignments {
		if c.Assignments[i].User == user && c.Assignments[i].Live() {
			return &c.Assignments[i]
		}
	}
	return nil
}

// awaited is the open co-signature of one of the actor's agencies.
func (c *Case) awaited(a Actor) *Cosign {
	for i := range c.Cosigns {
		if c.Cosigns[i].Open() && slices.Contains(a.Agencies(), c.Cosigns[i].Agency) {
			return &c.Cosigns[i]
		}
	}
	return nil
}

// Agencies are those the actor may speak for.
func (a Actor) Agencies() []ID {
	var out []ID
	for _, g := range a.Roles {
		id := g.Agency
		if id == "" {
			id = a.Agency
		}
		if g.Role == RoleCosigner && id != "" && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}
