package ui

import (
	"context"
	"fmt"
	"time"

	"incubase/workflow/calendar"
)

// Instant writes a time as moment does, with the second where there is one: a round closes with a second of the clock.
func Instant(ctx context.Context, t time.Time) string {
	t = t.In(calendar.Zone())
	if t.Second() == 0 {
		return Moment(ctx, t)
	}
	return Say(ctx, t.Format("2006年1月2日 15:04:05"), t.Format("2 Jan 2006 15:04:05"))
}

// Remaining says how long there is until a time, in the largest unit that is still true.
func Remaining(ctx context.Context, t time.Time) string {
	left := t.Sub(Of(ctx).Now)
	switch {
	case left >= 48*time.Hour:
		n := int(left / (24 * time.Hour))
		return Say(ctx, fmt.Sprintf("还剩 %d 天", n), fmt.Sprintf("%d days left", n))
	case left >= time.Hour:
		n := int(left / time.Hour)
		return Say(ctx, fmt.Sprintf("还剩 %d 小时", n), PluralOf(n, "%d hour left", "%d hours left"))
	case left >= time.Minute:
		n := int(left / time.Minute)
		return Say(ctx, fmt.Sprintf("还剩 %d 分钟", n), PluralOf(n, "%d minute left", "%d minutes left"))
	}
	return Say(ctx, "还剩不到一分钟", "less than a minute left")
}

func PluralOf(n int, one, many string) string {
	if n == 1 {
		return fmt.Sprintf(one, n)
	}
	return fmt.Sprintf(many, n)
}

// Asks is whom to ask about a round.
func (f *Folder) Asks(ctx context.Context) string {
	if f.Contact != "" {
		return f.Contact
	}
	return Say(ctx, "发布本批次的孵化基地", "the base that announced the round")
}

// ToWrite is what the writers of a case do next.
func (r *Row) ToWrite(ctx context.Context) string {
	if r.Returned != nil {
		return Say(ctx, "更正内容", "Correct it")
	}
	return Say(ctx, "填写内容", "Fill in")
}

// UntilSent is what comes after it, and until when.
func (r *Row) UntilSent(ctx context.Context) string {
	out := Say(ctx, "，填好后由单位负责人提交", "; then your organization's head submits it")
	if r.Closing != nil && r.Closing.At != nil {
		at, left := Instant(ctx, *r.Closing.At), Remaining(ctx, *r.Closing.At)
		return out + Say(ctx, "；"+at+" 截止，"+left, ". Applications close "+at+", "+left)
	}
	if r.Case.Due != nil {
		return out + Say(ctx, "；最后一天是 "+Day(ctx, *r.Case.Due), ". The last day is "+Day(ctx, *r.Case.Due))
	}
	return out
}
