package ui

import (
	"context"
	"slices"
	"strings"

	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/registry"
	"incubase/workflow/text"
	"incubase/workflow/topic"
)

func StandingLabel(code string) text.Text {
	labels := map[string]text.Text{"good": {ZH: "正常", EN: "good"}, "abnormal": {ZH: "在活动异常名录", EN: "on the abnormal list"},
		"dishonest": {ZH: "在严重违法失信名单", EN: "on the list of the seriously dishonest"}, "barred": {ZH: "限制申报", EN: "barred"}}
	return labels[code]
}

func CompetenceLabel(code string) text.Text {
	labels := map[string]text.Text{"cosign": {ZH: "会签", EN: "co-signs"}, "comment": {ZH: "提意见", EN: "comments"},
		"view":   {ZH: "知悉", EN: "is informed"},
		"decide": {ZH: "审批", EN: "decides"}, "advise": {ZH: "咨询", EN: "advises"}}
	return labels[code]
}

func KindLabel(ctx context.Context, code string) string {
	k, _ := registry.OrganizationKindOf(code)
	return Say(ctx, k.Label)
}

func AgencyKind(ctx context.Context, code string) string {
	if k := workflow.AgencyKindOf(code); k != nil {
		return Say(ctx, k.Label)
	}
	return code
}

func TopicsIn(ctx context.Context, codes []string) string {
	var out []string
	for _, c := range codes {
		if c == "*" {
			out = append(out, Say(ctx, sayAllFields))
		} else {
			out = append(out, Say(ctx, topic.Label(c)))
		}
	}
	return strings.Join(out, Say(ctx, sayListComma))
}

func (o *OrganizationView) Facts(ctx context.Context) (out []Detail) {
	add := func(zh, en, value string) {
		if value != "" {
			out = append(out, Detail{text.Text{ZH: zh, EN: en}, value})
		}
	}
	add("类型", "Legal form", KindLabel(ctx, o.Kind))
	add("统一社会信用代码", "Credit code", o.CreditCode)
	add("代码保留原因", "Why the code is kept", o.CreditOverride)
	add("备案编号", "Filing number", o.FilingNumber)
	add("资金代管单位", "Fiscal host", o.Host)
	add("所在地", "Place", o.Place)
	add("地址", "Address", o.Address)
	add("联系人", "Contact", strings.TrimSpace(o.Contact+" "+o.Phone))
	if o.Founded != nil {
		add("成立日期", "Founded", Day(ctx, *o.Founded))
	}
	add("服务领域和人群", "Fields and beneficiaries", TopicsIn(ctx, o.Topics))
	add("信用状况", "Standing", Say(ctx, StandingLabel(o.Standing)))
	add("依据", "It rests on", o.StandingReason)
	if o.BarredUntil != nil {
		add("限制申报到", "Barred until", Day(ctx, *o.BarredUntil))
	}
	add("简介", "About", o.About)
	return out
}

type yearOf struct {
	Year int
	Days []calendar.Exception
}

func (y yearOf) Open(ctx context.Context) bool { return y.Year >= calendar.DateOf(Of(ctx).Now).Year }

func (y yearOf) Title(ctx context.Context) string {
	return Say(ctx, sayDays, y.Year, len(y.Days))
}

func YearsOf(days []calendar.Exception) (out []yearOf) {
	list := slices.Clone(days)
	slices.SortFunc(list, func(a, b calendar.Exception) int { return b.Date.DaysUntil(a.Date) })
	for _, d := range list {
		if len(out) == 0 || out[len(out)-1].Year != d.Date.Year {
			out = append(out, yearOf{Year: d.Date.Year})
		}
		out[len(out)-1].Days = append(out[len(out)-1].Days, d)
	}
	slices.Reverse(out)
	return out
}
