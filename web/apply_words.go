package web

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"incubase/workflow/calendar"
	"incubase/workflow/text"
)

// terms are a round's rules in plain words.
func (c *call) terms(ctx context.Context) []detail {
	var out []detail
	add := func(zh, en, value string) { out = append(out, detail{text.Text{ZH: zh, EN: en}, value}) }
	r := &c.Rules
	add("谁可以申报", "Who may apply", say(ctx, "已登记的社会组织，或在街道（乡镇）备案的组织",
		"registered organizations, and those filed with their street or township"))
	if r.AwardCeiling > 0 {
		add("单项最多", "At most for one project", yuan(ctx, r.AwardCeiling))
	}
	if r.MaxAwards > 0 {
		add("资助名额", "Awards", fmt.Sprint(r.MaxAwards))
	}
	if len(r.Tranches) > 0 && c.Kind == "grant" {
		var parts []string
		for _, t := range r.Tranches {
			parts = append(parts, fmt.Sprintf("%g%%", float64(t.Share)/100))
		}
		add("分期拨付", "Paid in tranches", strings.Join(parts, say(ctx, "、", ", ")))
	}
	if len(r.Criteria) > 0 {
		var parts []string
		for _, x := range r.Criteria {
			parts = append(parts, fmt.Sprintf("%s %d%%", words(ctx, x.Name), x.Weight))
		}
		add("评分标准", "Criteria", strings.Join(parts, say(ctx, "、", ", ")))
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
			names = append(names, words(ctx, t.Name))
		}
		add("赛道", "Tracks", strings.Join(names, say(ctx, "、", ", ")))
	}
	return out
}

// period is a length of time in words.
func period(ctx context.Context, p calendar.Period) string {
	units := map[calendar.Unit]text.Text{calendar.Workday: {ZH: "个工作日", EN: " working days"},
		calendar.Day:   {ZH: "天", EN: " days"},
		calendar.Month: {ZH: "个月", EN: " months"}, calendar.Year: {ZH: "年", EN: " years"}}
	return fmt.Sprint(p.N) + words(ctx, units[p.Unit])
}

// verdictOf is what the answers of the self-check mean; "" until all are given.
func verdictOf(ctx context.Context, checks []check) string {
	for _, c := range checks {
		if c.Answer == "" {
			return ""
		}
	}
	if slices.ContainsFunc(checks, func(c check) bool { return c.Answer == "no" }) {
		return say(ctx, "现在还不能申报，请先看上面的提示。", "Not yet: see what is said above.")
	}
	return say(ctx, "可以申报。", "You may apply.")
}

func (a *application) organizationName() string {
	for _, o := range a.Organizations {
		if o.ID == a.Organization {
			return o.Name
		}
	}
	return ""
}

// faulty are the names of what is wrong, in order.
func (a *application) faulty() []string { return slices.Sorted(maps.Keys(a.Faults)) }

// fieldOf is where on the page a fault can be mended; "" where nowhere.
func (a *application) fieldOf(fault string) string {
	switch {
	case a.Organization == "" || fault == "track" && len(a.Round.Tracks) == 0:
		return ""
	case fault == "track":
		return fault
	case a.Round.Kind != "grant":
		return ""
	case fault == "project_once": // of that title
		return "title"
	case fault == "title", fault == "topics", fault == "project":
		return fault
	case strings.HasPrefix(fault, "topics"):
		return "topics"
	}
	return ""
}
