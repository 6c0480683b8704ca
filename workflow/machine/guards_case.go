package machine

import (
	"fmt"
	"slices"

	"incubase/workflow"
	"incubase/workflow/define"
)

// NoticeClock is the default clock of notice_elapsed.
const NoticeClock = "notice"

var caseGuards = []define.GuardDef{
	{Name: "has_topics", About: "the case has a topic",
		Subject: define.OfCase,
		Make: func(*define.Checker, *workflow.Params) define.Guard {
			return define.Gate("has_topics", "写明了服务领域或受益人群", "topics are named",
				func(in define.Input) *workflow.Refusal {
					if len(in.Case.Topics) > 0 {
						return nil
					}
					return workflow.No("has_topics", "还没有选择服务领域或受益人群，请在项目信息里补上", "no topic is named; add one to the project")
				})
		}},
	{Name: "scores", About: "at least min scores are in", Params: define.ParamsOf("min"),
		Subject: define.OfCase,
		Make:    func(_ *define.Checker, p *workflow.Params) define.Guard { return scoresGuard(p.Number("min", 1)) }},
	{Name: "pass_points", About: "the mean score is at least min hundredths", Params: define.ParamsOf("min"),
		Subject: define.OfCase,
		Make:    func(_ *define.Checker, p *workflow.Params) define.Guard { return passGuard(p.Number("min", 0)) }},
	{Name: "cosigned", About: "every agency asked has answered",
		Subject: define.OfCase,
		Make: func(*define.Checker, *workflow.Params) define.Guard {
			return define.Gate("cosigned", "会签单位都已答复", "every agency asked has spoken", cosigned)
		}},
	{Name: "notice_elapsed", About: "the public notice has run out", Params: define.ParamsOf("clock"),
		Subject: define.OfCase, Traits: define.Traits{Marks: marks{define.Notice}},
		Make: func(_ *define.Checker, p *workflow.Params) define.Guard {
			return elapsed("notice_elapsed", p.Text("clock", NoticeClock))
		}},
	{Name: "elapsed", About: "the clock has run out", Params: define.ParamsOf("clock*"),
		Subject: define.OfCase,
		Make:    func(_ *define.Checker, p *workflow.Params) define.Guard { return elapsed("elapsed", p.Need("clock")) }},
	{Name: "running", About: "the clock runs and its last day has not ended", Params: define.ParamsOf("clock*"),
		Subject: define.OfCase,
		Make:    func(_ *define.Checker, p *workflow.Params) define.Guard { return running(p.Need("clock")) }},
	{Name: "no_open_objection", About: "no objection that counts is open",
		Subject: define.OfCase, Traits: define.Traits{Marks: marks{define.Unopposed}},
		Make: func(*define.Checker, *workflow.Params) define.Guard { return noObjection }},
	{Name: "open_objection", About: "an objection is unanswered",
		Subject: define.OfCase,
		Make: func(*define.Checker, *workflow.Params) define.Guard {
			return define.Quiet("open_objection", "有待处理的异议", "an objection waits to be resolved",
				func(in define.Input) *workflow.Refusal {
					if in.Case.Counts[workflow.ObjectionsWaiting] > 0 {
						return nil
					}
					return workflow.No("open_objection", "没有待处理的异议", "no objection waits to be resolved")
				})
		}},
	{Name: "unconfirmed_objection", About: "an objection above the daily limit is unconfirmed",
		Subject: define.OfCase,
		Make: func(*define.Checker, *workflow.Params) define.Guard {
			return define.Quiet("unconfirmed_objection", "有待核实的异议", "an objection waits to be confirmed",
				func(in define.Input) *workflow.Refusal {
					if in.Case.Counts[workflow.ObjectionsUnconfirmed] > 0 {
						return nil
					}
					return workflow.No("unconfirmed_objection", "没有待核实的异议", "no objection waits to be confirmed")
				})
		}},
	{Name: "desk_met", About: "the desk has the answers it needs", Params: define.ParamsOf("desk*"),
		Subject: define.OfCase,
		Make:    deskGuard(define.DeskMet)},
	{Name: "desk_vetoed", About: "a party with a veto did not approve", Params: define.ParamsOf("desk*"),
		Subject: define.OfCase,
		Make:    deskGuard(define.DeskVetoed)},
	{Name: "desk_open", About: "the desk is neither met nor vetoed", Params: define.ParamsOf("desk*"),
		Subject: define.OfCase,
		Make: deskGuard(func(d *define.CompiledDesk) define.Guard {
			return define.Quiet("desk_open", "还需答复", "answers are still needed",
				func(in define.Input) *workflow.Refusal {
					if d.Approvals(&in.Case) < int(d.Need.Value(in.Facts)) && d.Vetoes(&in.Case) == 0 {
						return nil
					}
					return workflow.No("desk_open", "答复已经够了", "the answers are complete")
				})
		})},
	{Name: "reports_accepted", About: "min reports of the kind are accepted (no kind: all count)",
		Params:  define.ParamsOf("kind min"),
		Subject: define.OfCase,
		Make: func(_ *define.Checker, p *workflow.Params) define.Guard {
			return reportsGuard(p.Text("kind", ""), p.Number("min", 1))
		}},
	{Name: "evaluated", About: `the recorded grade is at least this; the grades are the choices of field ` +
		`"grade" (or fact), best first`,
		Params:  define.ParamsOf("fact at_least"),
		Subject: define.OfCase,
		Make:    evaluatedGuard},
	{Name: "count", About: "a counter of the case", Params: define.ParamsOf("name* min max label_zh label_en"),
		Subject: define.OfCase,
		Make:    countGuard},
	{Name: "data", About: "a recorded fact", Params: define.ParamsOf("name* equals present one_of label_zh label_en"),
		Subject: define.OfCase,
		Make:    dataGuard},
	{Name: "field", About: "a field of the command, in branches only",
		Params:  define.ParamsOf("name* equals present one_of"),
		Subject: define.OfFields, Branch: true,
		Make: fieldGuard},
	{Name: "stage_is", About: "the case has one of these stages", Params: define.ParamsOf("stages*"),
		Subject: define.OfCase,
		Make:    func(c *define.Checker, p *workflow.Params) define.Guard { return stageGuard(c.Def, p.Stages()) }},
	{Name: "once", About: "the action has not been done in this case", Params: define.ParamsOf("action*"),
		Subject: define.OfCase,
		Make: func(_ *define.Checker, p *workflow.Params) define.Guard {
			a := p.Need("action")
			return define.Gate("once", "只能做一次", "it is done only once", func(in define.Input) *workflow.Refusal {
				if len(in.Case.Doers[a]) == 0 {
					return nil
				}
				return workflow.No("once", "已经做过一次，不能再做", "it has been done and cannot be done again")
			}).With(define.Traits{Reads: define.Names{Actions: words{a}}})
		}},
	{Name: "done", About: "the action has been done in this case", Params: define.ParamsOf("action* label_zh label_en"),
		Subject: define.OfCase,
		Make: func(_ *define.Checker, p *workflow.Params) define.Guard {
			a := p.Need("action")
			t := workflow.Text{ZH: p.Text("label_zh", "前一步已完成"), EN: p.Text("label_en", "the step before it is done")}
			return define.Gate("done", t.ZH, t.EN, func(in define.Input) *workflow.Refusal {
				if len(in.Case.Doers[a]) > 0 {
					return nil
				}
				return workflow.No("done", "还缺一步：%[1]s", "a step is missing: %[2]s", t.ZH, t.EN)
			}).With(define.Traits{Reads: define.Names{Actions: words{a}}})
		}},
}

func stageGuard(d *define.Definition, stages []string) define.Guard {
	return define.Gate("stage_is", "处于相应阶段", "the case is in the right stage",
		func(in define.Input) *workflow.Refusal {
			if slices.Contains(stages, string(in.Case.Stage)) {
				return nil
			}
			label := d.StageLabel(in.Case.Stage)
			return workflow.No("stage_is", "现在是「%[1]s」阶段，不能办理", "the case is at another stage: %[2]s", label.ZH, label.EN)
		})
}

func scoresGuard(least workflow.Ref) define.Guard {
	var t define.Traits
	if least.N > 0 || least.Path == "$round.min_reviews" { // the round's rule may set the number
		t.Marks = marks{define.Reviews}
	}
	return define.Gate("scores", "评审意见够数", "enough reviews are in",
		func(in define.Input) *workflow.Refusal {
			missing := least.Value(in.Facts) - int64(in.Case.ScoreFacts().Count)
			switch {
			case missing <= 0:
				return nil
			case missing == 1:
				return workflow.No("scores", "还差 1 份评审意见", "1 more review is needed")
			}
			return workflow.No("scores", "还差 %d 份评审意见", "%d more reviews are needed", missing)
		}).With(t)
}

func passGuard(least workflow.Ref) define.Guard {
	g := define.Gate("pass_points", "平均分达到及格线", "the mean score reaches the pass mark",
		func(in define.Input) *workflow.Refusal {
			facts, want := in.Case.ScoreFacts(), int(least.Value(in.Facts))
			mean := facts.Mean
			switch {
			case mean >= want:
				return nil
			case facts.Count == 0:
				return workflow.No("pass_points", "还没有评分", "there is no score yet")
			}
			return workflow.No("pass_points", "平均分 %[1]s，未达到 %[2]s", "the mean score %[1]s is below %[2]s", points(mean),
				points(want))
		})
	g.Secret = true // with one score, the mean is that score
	return g
}

func points(n int) string { return fmt.Sprintf("%d.%02d", n/100, n%100) }

func cosigned(in define.Input) *workflow.Refusal {
	var zh, en string
	for _, c := range in.Case.Cosigns {
		if c.Open() {
			zh, en = zh+"、"+c.Name.ZH, en+", "+c.Name.EN
		}
	}
	if zh == "" {
		return nil
	}
	return workflow.No("cosigned", "等待会签：%[1]s", "waiting for: %[2]s", zh[len("、"):], en[2:])
}

func readsClock(name string) define.Traits {
	return define.Traits{Reads: define.Names{Clocks: words{name}}}
}

func elapsed(rule, clock string) define.Guard {
	return define.Gate(rule, "期限已满", "the period has run out", func(in define.Input) *workflow.Refusal {
		k := in.Case.Clock(clock)
		switch {
		case k == nil:
			return workflow.No(rule, "期限还没有开始", "the period has not begun")
		case k.Paused:
			return workflow.No(rule, "期限已暂停", "the period is suspended")
		case k.Provisional && !in.Rules().AllowProvisional:
			return workflow.No(rule, "截止日 %s 是暂定的：下一年节假日安排尚未公布",
				"the last day %s is provisional: next year's holidays are not published yet", k.Due)
		case in.Now.Before(k.Fires()):
			return workflow.No(rule, "%[1]s到 %[3]s 结束", "%[2]s runs until %[3]s", k.Label.ZH, k.Label.EN, k.Due)
		}
		return nil
	}).With(readsClock(clock))
}

func running(clock string) define.Guard {
	return define.Gate("running", "期限未满", "the period still runs", func(in define.Input) *workflow.Refusal {
		k := in.Case.Clock(clock)
		if k != nil && !k.Paused && in.Now.Before(k.Fires()) {
			return nil
		}
		return workflow.No("running", "期限没有开始、已暂停或已满", "the period has not begun, is suspended or is over")
	}).With(readsClock(clock))
}

var noObjection = define.Gate("no_open_objection", "没有未处理的异议", "no objection is open",
	func(in define.Input) *workflow.Refusal {
		n := in.Case.Counts[workflow.ObjectionsHolding]
		if n == 0 {
			return nil
		}
		return workflow.No("no_open_objection", "还有 %d 条异议未处理", "objections still to be resolved: %d", n)
	})

func reportsGuard(kind string, least workflow.Ref) define.Guard {
	counter, zh, en := "accepted", "报告", "report"
	if kind != "" {
		counter += "_" + kind
	}
	if kind == "final" {
		zh, en = "结项报告", "final report"
	}
	return define.Gate("reports_accepted", zh+"已通过", "the "+en+" is accepted",
		func(in define.Input) *workflow.Refusal {
			missing := int(least.Value(in.Facts)) - in.Case.Counts[counter]
			if missing <= 0 {
				return nil
			}
			return workflow.No("reports_accepted", "还差 %[1]d 份通过的%[2]s", "%[1]d more accepted %[3]s needed", missing, zh, en)
		})
}

// evaluatedGuard checks a recorded grade. The choices of its field are the grades, best first.
func evaluatedGuard(c *define.Checker, p *workflow.Params) define.Guard {
	fact, least := p.Text("fact", "grade"), p.Text("at_least", "")
	grades := choices(c.Def, fact)
	if least != "" && !slices.Contains(grades, least) {
		p.Fail("at_least: one of %v", grades)
	}
	return define.Gate("evaluated", "评估已完成且达标", "the evaluation is done and good enough",
		func(in define.Input) *workflow.Refusal {
			g, _ := in.Case.Data[fact].(string)
			switch {
			case g == "":
				return workflow.No("evaluated", "还没有评估结论", "the evaluation is missing")
			case least != "" && slices.Index(grades, g) > slices.Index(grades, least):
				return workflow.No("evaluated", "评估结论未达标，不能结项", "the grade is too low to close")
			}
			return nil
		})
}

func choices(d *define.Definition, field string) (out []string) {
	for _, a := range d.Actions {
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

func countGuard(_ *define.Checker, p *workflow.Params) define.Guard {
	name, least, most := p.Need("name"), p.Number("min", 0), p.Number("max", 1<<40)
	t := workflow.Text{ZH: p.Text("label_zh", "次数符合要求"), EN: p.Text("label_en", "the count is right")}
	return define.Gate("count", t.ZH, t.EN, func(in define.Input) *workflow.Refusal {
		n := int64(in.Case.Counts[name])
		if n >= least.Value(in.Facts) && n <= most.Value(in.Facts) {
			return nil
		}
		return workflow.No("count", "%[1]s：现在是 %[3]d", "%[2]s: it is %[3]d now", t.ZH, t.EN, n)
	}).With(define.Traits{Reads: define.Names{Counts: words{name}}})
}

func dataGuard(c *define.Checker, p *workflow.Params) define.Guard {
	name, want := p.Need("name"), oneOf(p)
	t := workflow.Text{ZH: p.Text("label_zh", "已有所需记录"), EN: p.Text("label_en", "what is needed is on record")}
	g := define.Gate("data", t.ZH, t.EN, func(in define.Input) *workflow.Refusal {
		v, ok := in.Case.Data[name]
		if ok && v != nil && (len(want) == 0 || slices.Contains(want, fmt.Sprint(v))) {
			return nil
		}
		return workflow.No("data", "还不满足：%[1]s", "not yet: %[2]s", t.ZH, t.EN)
	}).With(define.Traits{Reads: define.Names{Facts: words{name}}})
	g.Secret = c.Secrets[name] != define.Everybody
	return g
}

// fieldGuard serves branches only: an offer has no fields yet.
func fieldGuard(c *define.Checker, p *workflow.Params) define.Guard {
	name, want := p.Need("name"), oneOf(p)
	if c.Branch {
		branchField(c, name, want)
	}
	return define.Quiet("field", "按所填内容", "by what was said", func(in define.Input) *workflow.Refusal {
		if slices.Contains(want, fmt.Sprint(in.Fields[name])) {
			return nil
		}
		return workflow.No("field", "所填内容不适用", "what was said does not apply")
	})
}

func branchField(c *define.Checker, name string, want []string) {
	i := slices.IndexFunc(c.Action.Fields, func(f define.FieldDef) bool { return f.Name == name })
	if i < 0 {
		c.Fail("%s: a branch asks about field %s, which the action has not", c.At(), name)
		return
	}
	if len(want) == 0 {
		c.Fail("%s: a branch asks about field %s without a value (equals, one_of)", c.At(), name)
	}
	for _, w := range want {
		if f := &c.Action.Fields[i]; f.Type == "choice" && !slices.ContainsFunc(f.Choices,
			func(x workflow.Choice) bool { return x.Value == w }) {
			c.Fail("%s: a branch asks for %s=%s, which is no choice", c.At(), name, w)
		}
	}
}

func oneOf(p *workflow.Params) []string {
	if v, ok := p.Get("equals"); ok {
		return []string{fmt.Sprint(v)}
	}
	p.Get("present")
	v, ok := p.Get("one_of")
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
