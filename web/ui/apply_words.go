package ui

import (
	"context"
	"fmt"
	"strings"

	"incubase/workflow/calendar"
	"incubase/workflow/text"
)

func (c *Call) Terms(ctx context.Context) []Detail {
	var out []Detail
	add := func(zh, en, value string) { out = append(out, Detail{text.Text{ZH: zh, EN: en}, value}) }
	r := &c.Rules
	add("谁可以申报", "Who may apply", Say(ctx, sayRegisteredOrganizationsAndThose))
	if r.AwardCeiling > 0 {
		add("单项最多", "At most for one project", Yuan(ctx, r.AwardCeiling))
	}
	if r.MaxAwards > 0 {
		add("资助名额", "Awards", fmt.Sprint(r.MaxAwards))
	}
	if len(r.Tranches) > 0 && c.Kind == "grant" {
		var parts []string
		for _, t := range r.Tranches {
			parts = append(parts, fmt.Sprintf("%g%%", float64(t.Share)/100))
		}
		add("分期拨付", "Paid in tranches", strings.Join(parts, Say(ctx, sayListComma)))
	}
	if len(r.Criteria) > 0 {
		var parts []string
		for _, x := range r.Criteria {
			parts = append(parts, fmt.Sprintf("%s %d%%", Say(ctx, x.Name), x.Weight))
		}
		add("评分标准", "Criteria", strings.Join(parts, Say(ctx, sayListComma)))
	}
	if !r.NoticePeriod.IsZero() && c.Kind == "grant" {
		add("公示", "Public notice", period(ctx, r.NoticePeriod))
	}
	if !r.CorrectionPeriod.IsZero() {
		add("补正期限", "Time to correct", period(ctx, r.CorrectionPeriod))
	}
	if len(c.Tracks) > 0 {
		var names []string
		for _, t := range c.Tracks {
			names = append(names, Say(ctx, t.Name))
		}
		add("赛道", "Tracks", strings.Join(names, Say(ctx, sayListComma)))
	}
	return out
}

func period(ctx context.Context, p calendar.Period) string {
	units := map[calendar.Unit]text.Text{calendar.Workday: {ZH: "个工作日", EN: " working days"},
		calendar.Day:   {ZH: "天", EN: " days"},
		calendar.Month: {ZH: "个月", EN: " months"}, calendar.Year: {ZH: "年", EN: " years"}}
	return fmt.Sprint(p.N) + Say(ctx, units[p.Unit])
}
