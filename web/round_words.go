package web

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"incubase/workflow/calendar"
	"incubase/workflow/money"
	"incubase/workflow/text"
)

// times say from when to when a round takes applications.
func (r *roundRow) times(ctx context.Context) string {
	if r.Opens == nil || r.Closes == nil {
		return say(ctx, "时间还没有定", "the time is not set yet")
	}
	return say(ctx, moment(ctx, *r.Opens)+" 至 "+moment(ctx, *r.Closes), moment(ctx, *r.Opens)+" to "+moment(ctx,
		*r.Closes))
}

// counted is a number of cases with their sum.
func counted(ctx context.Context, n int, sum money.Fen) string {
	out := say(ctx, fmt.Sprintf("%d 件", n), fmt.Sprintf("%d", n))
	if sum != 0 {
		out += say(ctx, "，共 ", " with ") + yuan(ctx, sum)
	}
	return out
}

func labelsOf(ctx context.Context, list []question) string {
	var out []string
	for _, q := range list {
		out = append(out, words(ctx, q.Label))
	}
	return strings.Join(out, say(ctx, "、", ", "))
}

// rules of a round in words: what applicants read, and what only the staff needs.
func (r *roundView) rules(ctx context.Context) []detail {
	c := call{RoundRecord: *r.Round}
	var out []detail
	add := func(zh, en, value string) { out = append(out, detail{text.Text{ZH: zh, EN: en}, value}) }
	if r.Round.Opens != nil {
		add("开始受理", "Opens", moment(ctx, *r.Round.Opens))
	}
	if r.Round.Closes != nil {
		add("截止时间", "Closes", moment(ctx, *r.Round.Closes))
	}
	out = append(out, c.terms(ctx)...)
	rules := &r.Round.Rules
	if r.Round.Kind == "grant" {
		add("评审", "Reviews", say(ctx, fmt.Sprintf("至少 %d 份，平均 %s 分及格", rules.MinReviews, points(rules.PassPoints)),
			fmt.Sprintf("at least %d, a mean of %s passes", rules.MinReviews, points(rules.PassPoints))))
		add("会签", "Co-signing", cosignRule(ctx, rules.Cosigners, rules.CosignSilence, rules.CosignPeriod))
		if !rules.ObjectionPeriod.IsZero() {
			add("异议答复期限", "Time to answer an objection", period(ctx, rules.ObjectionPeriod))
		}
		add("匿名异议", "Objections without a name", map[bool]string{true: say(ctx, "同样核查", "count too"),
			false: say(ctx, "收下，不影响立项", "are taken, and hold nothing up")}[rules.AnonymousObjections])
	}
	if rules.Contact != "" {
		add("咨询", "Ask", rules.Contact)
	}
	if rules.DocumentWord != "" {
		add("机关代字", "Code word of papers", rules.DocumentWord)
	}
	return out
}

func points(n int) string {
	if n == 0 {
		return "0"
	}
	return hundredths(int64(n))
}

func cosignRule(ctx context.Context, who, silence string, within calendar.Period) string {
	if who == "none" {
		return say(ctx, "不会签", "none")
	}
	out := say(ctx, "有关单位按职能会签", "by the competent agencies")
	if !within.IsZero() {
		out += say(ctx, "，"+period(ctx, within)+"内答复", ", within "+period(ctx, within))
	}
	if silence == "lapse" {
		return out + say(ctx, "，到期没有答复视为没有意见", ", silence is no objection")
	}
	return out + say(ctx, "，必须等到答复", ", an answer is waited for")
}

// action is where a form of a round goes.
func (d *roundDraft) action() string {
	if d.Round == nil {
		return "/rounds/new"
	}
	return "/rounds/" + d.Round.Ref + "/edit"
}

// room is how many lines a list gets: what is there and two more.
func (d *roundDraft) room(list string, least int) int {
	x := newRoundReader(d.Values)
	return max(least, x.lines(list)+2)
}

// under reports whether something below a name is wrong.
func (d *roundDraft) under(prefix string) bool {
	for name := range d.Faults {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

// anchor is the field at which a fault is said; "" where it has none.
func (d *roundDraft) anchor(name string) string {
	switch {
	case name == "rules.tranches":
		return "rules.tranches.0.share_bp"
	case name == "rules.criteria":
		return "rules.criteria.0.weight"
	case strings.HasPrefix(name, "form"):
		return ""
	case strings.HasPrefix(name, "rules.tranches."), strings.HasPrefix(name, "rules.criteria."),
		strings.HasPrefix(name, "tracks."), strings.HasPrefix(name, "rules.basis."):
		return name
	case name == "note", name == "kind", name == "region", name == "agency":
		return name
	}
	for _, g := range roundGroups() {
		if slices.ContainsFunc(g.Fields, func(f entryField) bool { return f.Name == name }) {
			return name
		}
	}
	return ""
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
	return say(ctx, fmt.Sprintf("（已选 %d 项）", n), fmt.Sprintf(" (%d chosen)", n))
}

func holds(list []string, x string) bool { return slices.Contains(list, x) }
