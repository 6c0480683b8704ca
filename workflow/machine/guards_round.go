package machine

import (
	"slices"
	"strings"
	"time"

	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/define"
)

// roundGuards read rows whose versions the commit asserts.
var roundGuards = []define.GuardDef{
	{Name: "round_open", About: "the round is open, between opening and closing, to the second",
		Subject: define.OfRound, Traits: define.Traits{Marks: marks{define.Taking}},
		Make: func(*define.Checker, *workflow.Params) define.Guard {
			return define.Gate("round_open", "批次正在受理申报", "the round is open for applications",
				roundOpen)
		}},
	{Name: "no_round", About: "the case has no round (for any_of with round_open)",
		Subject: define.OfCase,
		Make: func(*define.Checker, *workflow.Params) define.Guard {
			return define.Quiet("no_round", "不经批次", "it belongs to no round",
				func(in define.Input) *workflow.Refusal {
					if in.Case.Round == "" {
						return nil
					}
					return workflow.No("no_round", "它属于一个批次", "it belongs to a round")
				})
		}},
	{Name: "round_complete", About: "rules, form, envelope and dates are set, the closing ahead",
		Subject: define.OfRound,
		Make: func(*define.Checker, *workflow.Params) define.Guard {
			return define.Gate("round_complete", "批次的规则、表单、资金和日期齐全",
				"the round's rules, form, envelope and dates are complete",
				roundComplete)
		}},
	{Name: "round_due", About: "the round's closing time has passed",
		Subject: define.OfRound,
		Make: func(*define.Checker, *workflow.Params) define.Guard {
			return define.Gate("round_due", "批次截止时间已到", "the round's closing time has come",
				roundDue)
		}},
	{Name: "round_decided", About: "no application of the round is undecided",
		Subject: define.OfRound,
		Make: func(*define.Checker, *workflow.Params) define.Guard {
			// A closed round takes no submissions (round_open, asserted), so this number only falls.
			return define.Gate("round_decided", "每一件申报都已有决定", "every application is decided",
				func(in define.Input) *workflow.Refusal {
					if in.Round == nil || in.Round.Undecided == 0 {
						return nil
					}
					return workflow.No("round_decided", "还有 %d 件申报没有决定：先立项、不予立项或者不予受理，再结束批次",
						"%d applications are still undecided: award, decline or refuse them before the round ends", in.Round.Undecided)
				})
		}},
	{Name: "max_awards", About: "the round has awards left",
		Subject: define.OfRound, Letter: define.Constraint,
		Make: func(*define.Checker, *workflow.Params) define.Guard {
			// Letter b: the schema's awards_within_maximum checks this at the commit.
			return define.Gate("max_awards", "批次立项数量未满", "the round still has awards to give", maxAwards)
		}},
	{Name: "organization_standing", About: "the organization is on no list and not barred today",
		Subject: define.OfOrganization,
		Make: func(*define.Checker, *workflow.Params) define.Guard {
			return define.Gate("organization_standing", "组织信用状况良好", "the organization is in good standing",
				standing)
		}},
	{Name: "not_eligible", About: "it is on a list or barred today (for any_of: such a refusal needs no reviews)",
		Subject: define.OfOrganization,
		Make: func(*define.Checker, *workflow.Params) define.Guard {
			return define.Gate("not_eligible", "组织已不符合申报条件", "the organization is no longer eligible",
				func(in define.Input) *workflow.Refusal {
					if standing(in) != nil {
						return nil
					}
					return workflow.No("not_eligible", "组织信用状况良好", "the organization is in good standing")
				})
		}},
	{Name: "payable_organization", About: "it can receive money: registered, or filed with a fiscal host",
		Subject: define.OfOrganization,
		Make: func(*define.Checker, *workflow.Params) define.Guard {
			return define.Gate("payable_organization", "组织（或代管单位）可以收款",
				"the organization, or its fiscal host, can receive money",
				payable)
		}},
	{Name: "parent_stage", About: "the parent has one of these stages, none of the states excepted, and no outcome",
		Params:  define.ParamsOf("stages* except"),
		Subject: define.OfParent,
		Make: func(_ *define.Checker, p *workflow.Params) define.Guard {
			stages, except := p.Stages(), p.Texts("except")
			return define.Gate("parent_stage", "所属项目正在执行", "the grant it belongs to is running",
				func(in define.Input) *workflow.Refusal {
					return parentStage(in, stages, except)
				})
		}},
	{Name: "parent_over", About: "the parent has an outcome",
		Subject: define.OfParent,
		Make: func(*define.Checker, *workflow.Params) define.Guard {
			return define.Gate("parent_over", "所属项目已经终止", "the grant it belongs to is over",
				func(in define.Input) *workflow.Refusal {
					if in.Parent != nil && in.Parent.Outcome != "" {
						return nil
					}
					return workflow.No("parent_over", "所属项目还没有终止", "the grant it belongs to is not over")
				})
		}},
}

func roundOpen(in define.Input) *workflow.Refusal {
	if no := RoundAnnounced(in); no != nil {
		return no
	}
	if r := in.Round; r.Opens != nil && in.Second().Before(*r.Opens) {
		return workflow.No("round_open", "申报从 %s 开始受理，现在可以先填写草稿",
			"applications are taken from %s on; a draft can be written now",
			moment(*r.Opens))
	}
	return nil
}

// RoundAnnounced holds from the announcement of the round to its closing.
func RoundAnnounced(in define.Input) *workflow.Refusal {
	switch r := in.Round; {
	case r == nil:
		return workflow.No("round_open", "没有选择批次", "no round was chosen")
	case r.State != "open":
		return workflow.No("round_open", "批次「%[1]s」现在不受理申报", "the round %[2]q does not take applications now", r.Name.ZH,
			r.Name.EN)
	case r.Closes != nil && in.Second().After(*r.Closes):
		return workflow.No("round_open", "申报已于 %s 截止", "applications closed at %s", moment(*r.Closes))
	}
	return nil
}

func moment(t time.Time) string {
	t = t.In(calendar.Zone())
	if t.Second() == 0 {
		return t.Format("2006-01-02 15:04")
	}
	return t.Format("2006-01-02 15:04:05")
}

func roundDue(in define.Input) *workflow.Refusal {
	if in.Round != nil && in.Round.Closes != nil && !in.Now.Before(*in.Round.Closes) {
		return nil
	}
	return workflow.No("round_due", "批次截止时间还没有到", "the round's closing time has not come")
}

func roundComplete(in define.Input) *workflow.Refusal {
	r := in.Round
	if r == nil {
		return workflow.No("round_complete", "批次还没有规则", "the round has no rules yet")
	}
	var share int64
	for _, t := range r.Rules.Tranches {
		share += int64(t.Share)
	}
	grants := in.Case.Data["kind"] != "incubation"
	var zh, en []string
	for _, x := range []struct {
		wrong  bool
		zh, en string
	}{
		{r.Form == nil || string(r.Form) == "null", "还没有申报表", "the application form is missing"},
		{r.Opens == nil || r.Closes == nil || !r.Opens.Before(*r.Closes), "起止时间不完整或顺序不对",
			"opening and closing time are incomplete or out of order"},
		{r.Closes != nil && !in.Now.Before(*r.Closes), "截止时间已经过去", "the closing time has passed"},
		{grants && r.Total <= 0, "还没有资金总额", "the envelope is missing"},
		{grants && share != 10000, "各期拨款比例之和应为 100%", "the shares of the tranches must add up to 100%"},
		{grants && r.Rules.NoticePeriod.IsZero(), "还没有公示期", "the notice period is missing"},
	} {
		if x.wrong {
			zh, en = append(zh, x.zh), append(en, x.en)
		}
	}
	if len(zh) == 0 {
		return nil
	}
	return workflow.No("round_complete", "%[1]s", "%[2]s", strings.Join(zh, "；"), strings.Join(en, "; "))
}

func maxAwards(in define.Input) *workflow.Refusal {
	if in.Round == nil || in.Round.Rules.MaxAwards == 0 || in.Case.Held > 0 ||
		in.Round.Awards+in.Round.HeldAwards < in.Round.Rules.MaxAwards {
		return nil
	}
	return workflow.No("max_awards", "本批次 %d 个立项名额已经给出或者拟定", "all %d awards of this round are given or proposed",
		in.Round.Rules.MaxAwards)
}

func standing(in define.Input) *workflow.Refusal {
	o := in.Organization
	if o == nil {
		return workflow.No("organization_standing", "没有申报组织", "there is no organization")
	}
	if o.BarredUntil != nil && !in.Today().After(*o.BarredUntil) {
		return workflow.No("organization_standing", "%[1]s 在 %[2]s 前不得申报", "%[1]s is barred until %[2]s", o.Name,
			*o.BarredUntil)
	}
	switch o.Standing {
	case "abnormal":
		return workflow.No("organization_standing", "%s 在活动异常名录中，移出后才能继续",
			"%s is on the abnormal list; it must be taken off first",
			o.Name)
	case "dishonest":
		return workflow.No("organization_standing", "%s 在严重违法失信名单中（民政部令第60号第24条）",
			"%s is on the list of the seriously dishonest (Order 60, art. 24)", o.Name)
	case "barred":
		if o.BarredUntil != nil {
			return nil // that day has passed
		}
		return workflow.No("organization_standing", "%s 被限制申报", "%s is barred", o.Name)
	}
	return nil
}

func payable(in define.Input) *workflow.Refusal {
	o := in.Organization
	if o != nil && (o.CreditCode != "" || o.FiscalHost != "") {
		return nil
	}
	return workflow.No("payable_organization", "备案组织没有法人资格，需要先登记代管单位才能收款",
		"a filed organization has no legal personality: enter its fiscal host first")
}

func parentStage(in define.Input, stages, except []string) *workflow.Refusal {
	p := in.Parent
	if p == nil {
		return workflow.No("parent_stage", "没有所属项目", "it belongs to no grant")
	}
	for _, s := range stages {
		if string(p.Stage) == s && !slices.Contains(except, string(p.State)) && p.Outcome == "" {
			return nil
		}
	}
	return workflow.No("parent_stage", "所属项目 %s 现在不能付款或报告（已暂停、终止或未到阶段）", "the grant %s is suspended, over or not that far",
		p.Ref)
}
