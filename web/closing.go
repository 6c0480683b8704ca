package web

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"incubase/workflow/calendar"
	"incubase/workflow/text"
)

// lack is one thing that keeps a case from being submitted.
type lack struct {
	Name  string // of the question that mends it; "" where none does
	Label text.Text
	Step  int
	Why   string
}

// instant writes a time as moment does, with the second where there is one: a round closes with a second of the clock.
func instant(ctx context.Context, t time.Time) string {
	t = t.In(calendar.Zone())
	if t.Second() == 0 {
		return moment(ctx, t)
	}
	return say(ctx, t.Format("2006年1月2日 15:04:05"), t.Format("2 Jan 2006 15:04:05"))
}

// remaining says how long there is until a time, in the largest unit that is still true.
func remaining(ctx context.Context, t time.Time) string {
	left := t.Sub(of(ctx).Now)
	switch {
	case left >= 48*time.Hour:
		n := int(left / (24 * time.Hour))
		return say(ctx, fmt.Sprintf("还剩 %d 天", n), fmt.Sprintf("%d days left", n))
	case left >= time.Hour:
		n := int(left / time.Hour)
		return say(ctx, fmt.Sprintf("还剩 %d 小时", n), pluralOf(n, "%d hour left", "%d hours left"))
	case left >= time.Minute:
		n := int(left / time.Minute)
		return say(ctx, fmt.Sprintf("还剩 %d 分钟", n), pluralOf(n, "%d minute left", "%d minutes left"))
	}
	return say(ctx, "还剩不到一分钟", "less than a minute left")
}

// soon reports whether less than two days are left.
func soon(ctx context.Context, t time.Time) bool { return t.Sub(of(ctx).Now) < 48*time.Hour }

func pluralOf(n int, one, many string) string {
	if n == 1 {
		return fmt.Sprintf(one, n)
	}
	return fmt.Sprintf(many, n)
}

// closedWords say that a round takes no more applications.
func closedWords(ctx context.Context, f *folder) string {
	if at := f.Closing.At; at != nil && at.Before(of(ctx).Now) {
		return say(ctx, "本批次申报已于 "+instant(ctx, *at)+" 截止。这份草稿没有提交，现在不能再提交。",
			"Applications to this round closed at "+instant(ctx,
				*at)+". This draft was not submitted and cannot be submitted any more.")
	}
	return say(ctx, "本批次已停止受理申报。这份草稿没有提交，现在不能再提交。",
		"This round takes no more applications. This draft was not submitted and cannot be submitted any more.")
}

// asks is whom to ask about a round.
func (f *folder) asks(ctx context.Context) string {
	if f.Contact != "" {
		return f.Contact
	}
	return say(ctx, "发布本批次的孵化基地", "the base that announced the round")
}

// toWrite is what the writers of a case do next.
func (r *row) toWrite(ctx context.Context) string {
	if r.Returned != nil {
		return say(ctx, "更正内容", "Correct it")
	}
	return say(ctx, "填写内容", "Fill in")
}

// untilSent is what comes after it, and until when.
func (r *row) untilSent(ctx context.Context) string {
	out := say(ctx, "，填好后由单位负责人提交", "; then your organization's head submits it")
	if r.Closing != nil && r.Closing.At != nil {
		at, left := instant(ctx, *r.Closing.At), remaining(ctx, *r.Closing.At)
		return out + say(ctx, "；"+at+" 截止，"+left, ". Applications close "+at+", "+left)
	}
	if r.Case.Due != nil {
		return out + say(ctx, "；最后一天是 "+day(ctx, *r.Case.Due), ". The last day is "+day(ctx, *r.Case.Due))
	}
	return out
}

// soonest puts what is due first before the rest: by its clocks, or by the closing of the round that a draft is for.
func soonest(list []row) {
	due := func(r *row) string {
		out := "9999"
		if r.Case.Due != nil {
			out = r.Case.Due.String()
		}
		if c := r.Closing; c != nil && c.At != nil && !c.Over {
			out = min(out, calendar.DateOf(*c.At).String())
		}
		return out
	}
	slices.SortStableFunc(list, func(a, b row) int { return strings.Compare(due(&a), due(&b)) })
}

// cardNote is how much of a note a card of a list shows, in characters.
const cardNote = 200

func shortened(s string) string {
	if r := []rune(s); len(r) > cardNote {
		return string(r[:cardNote]) + "…"
	}
	return s
}

// over reports whether the round takes the case no more.
func (sh *sheet) over() bool { return sh.Closing != nil && sh.Closing.Over }

// lacks are what is missing in the answers, in the form's order, and what else the submission waits for.
func (sh *sheet) lacks(lang string) []lack {
	var out []lack
	for _, q := range sh.open() {
		out = append(out, lack{q.Name, q.Label, sh.stepOf(q.Name), sh.Faults[q.Name]})
	}
	for _, x := range sh.other() {
		out = append(out, lack{Why: x})
	}
	if sh.Submit != nil {
		for _, r := range sh.Submit.Refusals {
			out = append(out, lack{Why: r.Message.In(lang)})
		}
		return out
	}
	for _, g := range sh.Gates {
		if !g.Met {
			out = append(out, lack{Why: g.Detail.In(lang)})
		}
	}
	return out
}

// lacks are what was wrong with the answers when they were sent.
func (d *actPage) lacks(ctx context.Context) []lack {
	sh := sheet{folder: d.folder, All: d.Form}
	sh.Steps = steps(answered(d.form(), d.latest()))
	var out []lack
	for _, q := range d.Missing {
		out = append(out, lack{q.Name, q.Label, sh.stepOf(q.Name), words(ctx, q.Hint)})
	}
	return out
}
