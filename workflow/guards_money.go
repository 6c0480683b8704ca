package workflow

// moneyGuards read awards, tranches and envelopes.
var moneyGuards = map[string]guardMaker{
	"envelope": func(_ *checker, p *params) Guard {
		// Letter b: the schema's envelope_covers_commitments says no at the commit, whatever was read here.
		// What this case holds already is set aside for it; a field names a sum that is only now asked for.
		field := p.text("field", "")
		return gate("envelope", Constraint, "批次资金足够", "the round's envelope covers the award", func(in input) *Refusal {
			want := in.Case.Awarded - in.Case.Held
			if n, ok := in.fields[field].(int64); ok {
				want = fen(n) - in.Case.Held
			} else if field != "" {
				want = 1
			}
			if in.Round == nil || want <= in.Round.Left() {
				return nil
			}
			if field != "" && in.fields == nil {
				return no("envelope", "批次资金已经用完，没有可以拟立项的余额", "the envelope is used up: nothing is left to propose")
			}
			return no("envelope", "批次资金还剩 %[1]s 元，不够 %[2]s 元", "the envelope has %[1]s yuan left, not %[2]s",
				in.Round.Left().Yuan(), want.Yuan())
		})
	},
	"within_ceiling": func(*checker, *params) Guard {
		return gate("within_ceiling", OnCase, "不超过单项上限", "the award does not exceed the ceiling", func(in input) *Refusal {
			if c := in.rules().AwardCeiling; c == 0 || in.Case.Awarded <= c {
				return nil
			}
			return no("within_ceiling", "超过单项上限 %s 元", "the ceiling of %s yuan is exceeded", in.rules().AwardCeiling.Yuan())
		})
	},
	"next_tranche": func(*checker, *params) Guard {
		return gate("next_tranche", OnCase, "有一期款项可以拨付", "a tranche can be paid", nextTranche)
	},
	"nothing_under_way": func(*checker, *params) Guard {
		return gate("nothing_under_way", OnCase, "没有正在办理的拨款", "no payment is under way", func(in input) *Refusal {
			for _, t := range in.Case.Tranches {
				if t.Payment != "" && t.Paid == nil {
					return no("nothing_under_way", "第 %d 期款正在办理，请先放款或撤销", "tranche %d is under way: release or cancel it first", t.N)
				}
			}
			return nil
		})
	},
	"all_tranches_paid": func(*checker, *params) Guard {
		return gate("all_tranches_paid", OnCase, "各期款项都已拨付", "every tranche is paid", func(in input) *Refusal {
			for _, t := range in.Case.Tranches {
				if t.Paid == nil {
					return no("all_tranches_paid", "第 %d 期款还没有拨付", "tranche %d is not paid yet", t.N)
				}
			}
			if len(in.Case.Tranches) == 0 {
				return no("all_tranches_paid", "还没有拨款计划", "there are no tranches yet")
			}
			return nil
		})
	},
	"tranche_unpaid": func(*checker, *params) Guard {
		return quiet("tranche_unpaid", OnCase, "还没有拨款", "nothing is paid yet", func(in input) *Refusal {
			if in.Case.Paid == 0 {
				return nil
			}
			return no("tranche_unpaid", "已经拨过款", "money has been paid")
		})
	},
	"something_paid": func(*checker, *params) Guard {
		return quiet("something_paid", OnCase, "已经拨过款", "money has been paid", func(in input) *Refusal {
			if in.Case.Paid > 0 {
				return nil
			}
			return no("something_paid", "还没有拨款", "nothing is paid yet")
		})
	},
	"settled": func(*checker, *params) Guard {
		return gate("settled", OnCase, "结余已经结清", "unspent money is settled", func(in input) *Refusal {
			if done, _ := in.Case.Data["settled"].(bool); done {
				return nil
			}
			return no("settled", "财务还没有结清结余", "finance has still to settle what was not spent")
		})
	},
}

// due is the tranche to be paid next: the first without a payment.
func (c *Case) due() *Tranche {
	for i := range c.Tranches {
		if c.Tranches[i].Payment == "" {
			return &c.Tranches[i]
		}
	}
	return nil
}

func nextTranche(in input) *Refusal {
	for _, t := range in.Case.Tranches {
		if t.Payment != "" && t.Paid == nil {
			return no("next_tranche", "第 %d 期款正在办理", "tranche %d is under way", t.N)
		}
	}
	t := in.Case.due()
	if t == nil {
		return no("next_tranche", "没有待拨付的款项", "no tranche is left to pay")
	}
	if missing := t.Reports - in.Case.Counts["accepted"]; missing > 0 {
		return no("next_tranche", "第 %[1]d 期款还需要 %[2]d 份通过的报告", "tranche %[1]d waits for %[2]d more accepted reports", t.N,
			missing)
	}
	return nil
}
