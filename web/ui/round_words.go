package ui

import (
	"context"
	"slices"

	"incubase/workflow/calendar"
	"incubase/workflow/money"
	"incubase/workflow/text"
)

func Counted(ctx context.Context, n int, sum money.Fen) string {
	out := Say(ctx, sayCases, n)
	if sum != 0 {
		out += Say(ctx, sayWith) + Yuan(ctx, sum)
	}
	return out
}

// Rules returns a round's rules in words: for applicants, and those for staff only.
func (r *RoundView) Rules(ctx context.Context) []Detail {
	c := Call{RoundRecord: *r.Round}
	var out []Detail
	add := func(zh, en, value string) { out = append(out, Detail{text.Text{ZH: zh, EN: en}, value}) }
	if r.Round.Opens != nil {
		add("开始受理", "Opens", Moment(ctx, *r.Round.Opens))
	}
	if r.Round.Closes != nil {
		add("截止时间", "Closes", Moment(ctx, *r.Round.Closes))
	}
	out = append(out, c.Terms(ctx)...)
	rules := &r.Round.Rules
	if r.Round.Kind == "grant" {
		add("评审", "Reviews", Say(ctx, sayAtLeastAMean, rules.MinReviews, Points(rules.PassPoints)))
		add("会签", "Co-signing", cosignRule(ctx, rules.Cosigners, rules.CosignSilence, rules.CosignPeriod))
		if !rules.ObjectionPeriod.IsZero() {
			add("异议答复期限", "Time to answer an objection", period(ctx, rules.ObjectionPeriod))
		}
		add("匿名异议", "Objections without a name", map[bool]string{true: Say(ctx, sayCountToo),
			false: Say(ctx, sayAreTakenAndHold)}[rules.AnonymousObjections])
	}
	if rules.Contact != "" {
		add("咨询", "Ask", rules.Contact)
	}
	if rules.DocumentWord != "" {
		add("机关代字", "Code word of papers", rules.DocumentWord)
	}
	return out
}

func Points(n int) string {
	if n == 0 {
		return "0"
	}
	return Hundredths(int64(n))
}

func cosignRule(ctx context.Context, who, silence string, within calendar.Period) string {
	if who == "none" {
		return Say(ctx, sayNoCosigners)
	}
	out := Say(ctx, sayByTheCompetentAgencies)
	if !within.IsZero() {
		out += Say(ctx, sayWithin, period(ctx, within))
	}
	if silence == "lapse" {
		return out + Say(ctx, saySilenceIsNoObjection)
	}
	return out + Say(ctx, sayAnAnswerIsWaited)
}

func roundInputType(kind string) string {
	if kind == "moment" {
		return "datetime-local"
	}
	return "text"
}

func roundInputMode(kind string) string {
	switch kind {
	case "number":
		return "numeric"
	case "money", "points":
		return "decimal"
	}
	return "text"
}

func chosenCount(ctx context.Context, n int) string {
	if n == 0 {
		return ""
	}
	return Say(ctx, sayChosen, n)
}

func holds(list []string, x string) bool { return slices.Contains(list, x) }
