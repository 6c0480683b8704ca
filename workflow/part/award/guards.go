package award

import (
	"incubase/workflow"
	"incubase/workflow/define"
	"incubase/workflow/money"
)

var guards = []define.GuardDef{
	{Name: "envelope", About: "the round's envelope covers the award, or the sum in the field",
		Params:  define.ParamsOf("field"),
		Subject: define.OfRound, Letter: define.Constraint, Traits: define.Traits{Marks: []define.Mark{define.Envelope}},
		Make: func(_ *define.Checker, p *workflow.Params) define.Guard {
			// Letter b: the schema's envelope_covers_commitments checks this at the commit. What the case holds is
			// reserved for it; a field names a sum that is requested only now.
			field := p.Text("field", "")
			return define.Gate("envelope", "批次资金足够", "the round's envelope covers the award",
				func(in define.Input) *workflow.Refusal {
					want := in.Case.Awarded - in.Case.Held
					if n, ok := in.Fields[field].(int64); ok {
						want = money.Fen(n) - in.Case.Held
					} else if field != "" {
						want = 1
					}
					if in.Round == nil || want <= in.Round.Left() {
						return nil
					}
					if field != "" && in.Fields == nil {
						return workflow.No("envelope", "批次资金已经用完，没有可以拟立项的余额", "the envelope is used up: nothing is left to propose")
					}
					return workflow.No("envelope", "批次资金还剩 %[1]s 元，不够 %[2]s 元", "the envelope has %[1]s yuan left, not %[2]s",
						in.Round.Left().Yuan(), want.Yuan())
				})
		}},
	{Name: "within_ceiling", About: "the award does not exceed the round's ceiling",
		Subject: define.OfCase,
		Make: func(*define.Checker, *workflow.Params) define.Guard {
			return define.Gate("within_ceiling", "不超过单项上限", "the award does not exceed the ceiling",
				func(in define.Input) *workflow.Refusal {
					if c := in.Rules().AwardCeiling; c == 0 || in.Case.Awarded <= c {
						return nil
					}
					return workflow.No("within_ceiling", "超过单项上限 %s 元", "the ceiling of %s yuan is exceeded",
						in.Rules().AwardCeiling.Yuan())
				})
		}},
	{Name: "next_tranche", About: "a tranche is due: reports accepted, none under way",
		Subject: define.OfCase,
		Make: func(*define.Checker, *workflow.Params) define.Guard {
			return define.Gate("next_tranche", "有一期款项可以拨付", "a tranche can be paid", nextTranche)
		}},
	{Name: "nothing_under_way", About: "no payment is open",
		Subject: define.OfCase,
		Make: func(*define.Checker, *workflow.Params) define.Guard {
			return define.Gate("nothing_under_way", "没有正在办理的拨款", "no payment is under way",
				func(in define.Input) *workflow.Refusal {
					if t := Of(&in.Case).UnderWay(); t != nil {
						return workflow.No("nothing_under_way", "第 %d 期款正在办理，请先放款或撤销",
							"tranche %d is under way: release or cancel it first", t.N)
					}
					return nil
				})
		}},
	{Name: "all_tranches_paid", About: "every tranche is paid",
		Subject: define.OfCase,
		Make: func(*define.Checker, *workflow.Params) define.Guard {
			return define.Gate("all_tranches_paid", "各期款项都已拨付", "every tranche is paid",
				func(in define.Input) *workflow.Refusal {
					tranches := Of(&in.Case).Tranches
					for _, t := range tranches {
						if t.Paid == nil {
							return workflow.No("all_tranches_paid", "第 %d 期款还没有拨付", "tranche %d is not paid yet", t.N)
						}
					}
					if len(tranches) == 0 {
						return workflow.No("all_tranches_paid", "还没有拨款计划", "there are no tranches yet")
					}
					return nil
				})
		}},
	{Name: "tranche_unpaid", About: "nothing is paid",
		Subject: define.OfCase,
		Make: func(*define.Checker, *workflow.Params) define.Guard {
			return define.Quiet("tranche_unpaid", "还没有拨款", "nothing is paid yet",
				func(in define.Input) *workflow.Refusal {
					if in.Case.Paid == 0 {
						return nil
					}
					return workflow.No("tranche_unpaid", "已经拨过款", "money has been paid")
				})
		}},
	{Name: "something_paid", About: "a tranche is paid",
		Subject: define.OfCase,
		Make: func(*define.Checker, *workflow.Params) define.Guard {
			return define.Quiet("something_paid", "已经拨过款", "money has been paid",
				func(in define.Input) *workflow.Refusal {
					if in.Case.Paid > 0 {
						return nil
					}
					return workflow.No("something_paid", "还没有拨款", "nothing is paid yet")
				})
		}},
	{Name: "settled", About: "unspent money is settled",
		Subject: define.OfCase,
		Make: func(*define.Checker, *workflow.Params) define.Guard {
			return define.Gate("settled", "结余已经结清", "unspent money is settled",
				func(in define.Input) *workflow.Refusal {
					if done, _ := in.Case.Data["settled"].(bool); done {
						return nil
					}
					return workflow.No("settled", "财务还没有结清结余", "finance has still to settle what was not spent")
				})
		}},
}

func nextTranche(in define.Input) *workflow.Refusal {
	award := Of(&in.Case)
	if t := award.UnderWay(); t != nil {
		return workflow.No("next_tranche", "第 %d 期款正在办理", "tranche %d is under way", t.N)
	}
	t := award.Due()
	if t == nil {
		return workflow.No("next_tranche", "没有待拨付的款项", "no tranche is left to pay")
	}
	if missing := t.Reports - in.Case.Counts["accepted"]; missing > 0 {
		return workflow.No("next_tranche", "第 %[1]d 期款还需要 %[2]d 份通过的报告",
			"tranche %[1]d waits for %[2]d more accepted reports", t.N,
			missing)
	}
	return nil
}
