package workflow

import (
	"fmt"
	"slices"
)

// noticeClock is the clock that notice_elapsed waits for where it names none.
const noticeClock = "notice"

// caseGuards read the versioned case.
var caseGuards = map[string]guardMaker{
	"has_topics": func(*checker, *params) Guard {
		return gate("has_topics", OnCase, "写明了服务领域或受益人群", "topics are named", func(in input) *Refusal {
			if len(in.Case.Topics) > 0 {
				return nil
			}
			return no("has_topics", "还没有选择服务领域或受益人群，请在项目信息里补上", "no topic is named; add one to the project")
		})
	},
	"scores":      func(_ *checker, p *params) Guard { return scoresGuard(p.number("min", 1)) },
	"pass_points": func(_ *checker, p *params) Guard { return passGuard(p.number("min", 0)) },
	"cosigned": func(*checker, *params) Guard {
		return gate("cosigned", OnCase, "会签单位都已答复", "every agency asked has spoken", cosigned)
	},
	"notice_elapsed": func(_ *checker, p *params) Guard {
		return elapsed("notice_elapsed", p.text("clock", noticeClock))
	},
	"elapsed":           func(_ *checker, p *params) Guard { return elapsed("elapsed", p.need("clock")) },
	"running":           func(_ *checker, p *params) Guard { return running(p.need("clock")) },
	"no_open_objection": func(*checker, *params) Guard { return noObjection },
	"open_objection": func(*checker, *params) Guard {
		return quiet("open_objection", OnCase, "有待处理的异议", "an objection waits to be resolved", func(in input) *Refusal {
			if in.Case.Counts[objectionsWaiting] > 0 {
				return nil
			}
			return no("open_objection", "没有待处理的异议", "no objection waits to be resolved")
		})
	},
	"unconfirmed_objection": func(*checker, *params) Guard {
		return quiet("unconfirmed_objection", OnCase, "有待核实的异议", "an objection waits to be confirmed",
			func(in input) *Refusal {
				if in.Case.Counts[objectionsUnconfirmed] > 0 {
					return nil
				}
				return no("unconfirmed_objection", "没有待核实的异议", "no objection waits to be confirmed")
			})
	},
	"desk_met":    deskGuard(deskMet),
	"desk_vetoed": deskGuard(deskVetoed),
	"desk_open": deskGuard(func(d *desk) Guard {
		return quiet("desk_open", OnCase, "还需答复", "answers are still needed", func(in input) *Refusal {
			if d.approvals(&in.Case) < int(d.need.value(in.Facts)) && d.vetoes(&in.Case) == 0 {
				return nil
			}
			return no("desk_open", "答复已经够了", "the answers are complete")
		})
	}),
	"reports_accepted": func(_ *checker, p *params) Guard { return reportsGuard(p.text("kind", ""), p.number("min", 1)) },
	"evaluated":        evaluatedGuard,
	"count":            countGuard,
	"data":             dataGuard,
	"field":            fieldGuard,
	"stage_is":         func(_ *checker, p *params) Guard { return stageGuard(p.stages()) },
	"once": func(_ *checker, p *params) Guard {
		a := p.need("action")
		return gate("once", OnCase, "只能做一次", "it is done only once", func(in input) *Refusal {
			if len(in.Case.Doers[a]) == 0 {
				return nil
			}
			return no("once", "已经做过一次，不能再做", "it has been done and cannot be done again")
		})
	},
	"done": func(_ *checker, p *params) Guard {
		a := p.need("action")
		t := Text{ZH: p.text("label_zh", "前一步已完成"), EN: p.text("label_en", "the step before it is done")}
		return gate("done", OnCase, t.ZH, t.EN, func(in input) *Refusal {
			if len(in.Case.Doers[a]) > 0 {
				return nil
			}
			return no("done", "还缺一步：%[1]s", "a step is missing: %[2]s", t.ZH, t.EN)
		})
	},
}

// stageGuard is for actions of a group whose states stand in several stages.
func stageGuard(stages []string) Guard {
	return gate("stage_is", OnCase, "处于相应阶段", "the case is in the right stage", func(in input) *Refusal {
		if slices.Contains(stages, string(in.Case.Stage)) {
			return nil
		}
		label := in.Case.Stage.Label()
		return no("stage_is", "现在是「%[1]s」阶段，不能办理", "the case is at another stage: %[2]s", label.ZH, label.EN)
	})
}

// scoreFacts sums up the submitted scores of reviewers without a conflict.
func (c *Case) scoreFacts() ScoreFacts {
	var s ScoreFacts
	sum := 0
	for _, a := range c.Assignments {
		if a.Live() && a.Scored {
			s.Count++
			sum += a.Points
		}
	}
	if s.Count > 0 {
		s.Mean = (2*sum + s.Count) / (2 * s.Count)
	}
	return s
}

func scoresGuard(least ref) Guard {
	return gate("scores", OnCase, "评审意见够数", "enough reviews are in", func(in input) *Refusal {
		missing := least.value(in.Facts) - int64(in.Case.scoreFacts().Count)
		switch {
		case missing <= 0:
			return nil
		case missing == 1:
			return no("scores", "还差 1 份评审意见", "1 more review is needed")
		}
		return no("scores", "还差 %d 份评审意见", "%d more reviews are needed", missing)
	})
}

func passGuard(least ref) Guard {
	g := gate("pass_points", OnCase, "平均分达到及格线", "the mean score reaches the pass mark", func(in input) *Refusal {
		facts, want := in.Case.scoreFacts(), int(least.value(in.Facts))
		mean := facts.Mean
		switch {
		case mean >= want:
			return nil
		case facts.Count == 0:
			return no("pass_points", "还没有评分", "there is no score yet")
		}
		return no("pass_points", "平均分 %[1]s，未达到 %[2]s", "the mean score %[1]s is below %[2]s", points(mean), points(want))
	})
	g.secret = true // with one score in, the mean is that score
	return g
}

// points writes hundredths of a point.
func points(n int) string { return fmt.Sprintf("%d.%02d", n/100, n%100) }

func cosigned(in input) *Refusal {
	var zh, en string
	for _, c := range in.Case.Cosigns {
		if c.Open() {
			zh, en = zh+"、"+c.Name.ZH, en+", "+c.Name.EN
		}
	}
	if zh == "" {
		return nil
	}
	return no("cosigned", "等待会签：%[1]s", "waiting for: %[2]s", zh[len("、"):], en[2:])
}

func elapsed(rule, clock string) Guard {
	return gate(rule, OnCase, "期限已满", "the period has run out", func(in input) *Refusal {
		k := in.Case.Clock(clock)
		switch {
		case k == nil:
			return no(rule, "期限还没有开始", "the period has not begun")
		case k.Paused:
			return no(rule, "期限已暂停", "the period is suspended")
		case k.Provisional && !in.rules().AllowProvisional:
			return no(rule, "截止日 %s 是暂定的：下一年节假日安排尚未公布",
				"the last day %s is provisional: next year's holidays are not published yet", k.Due)
		case in.Now.Before(k.Fires()):
			return no(rule, "%[1]s到 %[3]s 结束", "%[2]s runs until %[3]s", k.Label.ZH, k.Label.EN, k.Due)
		}
		return nil
	})
}

// running holds while a clock runs and its last day has not ended.
func running(clock string) Guard {
	return gate("running", OnCase, "期限未满", "the period still runs", func(in input) *Refusal {
		k := in.Case.Clock(clock)
		if k != nil && !k.Paused && in.Now.Before(k.Fires()) {
			return nil
		}
		return no("running", "期限没有开始、已暂停或已满", "the period has not begun, is suspended or is over")
	})
}

var noObjection = gate("no_open_objection", OnCase, "没有未处理的异议", "no objection is open", func(in input) *Refusal {
	n := in.Case.Counts[objectionsHolding]
	if n == 0 {
		return nil
	}
	return no("no_open_objection", "还有 %d 条异议未处理", "objections still to be resolved: %d", n)
})

// reportsGuard counts reports that were accepted: counters "accepted" and "accepted_<kind>".
func reportsGuard(kind string, least ref) Guard {
	counter, zh, en := "accepted", "报告", "report"
	if kind != "" {
		counter += "_" + kind
	}
	if kind == "final" {
		zh, en = "结项报告", "final report"
	}
	return gate("reports_accepted", OnCase, zh+"已通过", "the "+en+" is accepted", func(in input) *Refusal {
		missing := int(least.value(in.Facts)) - in.Case.Counts[counter]
		if missing <= 0 {
			return nil
		}
		return no("reports_accepted", "还差 %[1]d 份通过的%[2]s", "%[1]d more accepted %[3]s needed", missing, zh, en)
	})
}

// evaluatedGuard asks for a grade that an action has recorded: the choices of its field are the grades, the best first.
func evaluatedGuard(c *checker, p *params) Guard {
	fact, least := p.text("fact", "grade"), p.text("at_least", "")
	grades := c.choices(fact)
	if least != "" && !slices.Contains(grades, least) {
		p.fail("at_least: one of %v", grades)
	}
	return gate("evaluated", OnCase, "评估已完成且达标", "the evaluation is done and good enough", func(in input) *Refusal {
		g, _ := in.Case.Data[fact].(string)
		switch {
		case g == "":
			return no("evaluated", "还没有评估结论", "the evaluation is missing")
		case least != "" && slices.Index(grades, g) > slices.Index(grades, least):
			return no("evaluated", "评估结论未达标，不能结项", "the grade is too low to close")
		}
		return nil
	})
}

// choices are the values that actions offer for a field, in the order of the definition.
func (c *checker) choices(field string) (out []string) {
	for _, a := range c.m.def.Actions {
		for _, f := range a.Fields {
			for _, x := range f.Choices {
				if f.Name == field && !slices.Contains(out, x.Value) {
					out = append(out, x.Value)
				}
			}
		}
	}
	return out
}

func countGuard(_ *checker, p *params) Guard {
	name, least, most := p.need("name"), p.number("min", 0), p.number("max", 1<<40)
	t := Text{ZH: p.text("label_zh", "次数符合要求"), EN: p.text("label_en", "the count is right")}
	return gate("count", OnCase, t.ZH, t.EN, func(in input) *Refusal {
		n := int64(in.Case.Counts[name])
		if n >= least.value(in.Facts) && n <= most.value(in.Facts) {
			return nil
		}
		return no("count", "%[1]s：现在是 %[3]d", "%[2]s: it is %[3]d now", t.ZH, t.EN, n)
	})
}

// dataGuard reads a fact that an action recorded.
func dataGuard(c *checker, p *params) Guard {
	name, want := p.need("name"), oneOf(p)
	t := Text{ZH: p.text("label_zh", "已有所需记录"), EN: p.text("label_en", "what is needed is on record")}
	g := gate("data", OnCase, t.ZH, t.EN, func(in input) *Refusal {
		v, ok := in.Case.Data[name]
		if ok && v != nil && (len(want) == 0 || slices.Contains(want, fmt.Sprint(v))) {
			return nil
		}
		return no("data", "还不满足：%[1]s", "not yet: %[2]s", t.ZH, t.EN)
	})
	g.secret = c.m.secrets[name] != everybody
	return g
}

// fieldGuard reads a field of the command: for branches only, because an offer has no fields yet.
func fieldGuard(_ *checker, p *params) Guard {
	name, want := p.need("name"), oneOf(p)
	return quiet("field", OnActor, "按所填内容", "by what was said", func(in input) *Refusal {
		if slices.Contains(want, fmt.Sprint(in.fields[name])) {
			return nil
		}
		return no("field", "所填内容不适用", "what was said does not apply")
	})
}

// oneOf reads equals (one value) or one_of (several) as text.
func oneOf(p *params) []string {
	if v, ok := p.get("equals"); ok {
		return []string{fmt.Sprint(v)}
	}
	p.get("present")
	v, ok := p.get("one_of")
	if !ok {
		return nil
	}
	list, _ := v.([]any)
	var out []string
	for _, x := range list {
		out = append(out, fmt.Sprint(x))
	}
	return out
}
