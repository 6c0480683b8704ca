package ui

import (
	"context"
	"fmt"
	"time"

	"incubase/workflow/calendar"
)

// Instant writes a time like Moment, with seconds if it has any: a round closes at a second.
func Instant(ctx context.Context, t time.Time) string {
	t = t.In(calendar.Zone())
	if t.Second() == 0 {
		return Moment(ctx, t)
	}
	return Either(ctx, t.Format("2006年1月2日 15:04:05"), t.Format("2 Jan 2006 15:04:05"))
}

// Remaining returns the time left in whole days, hours or minutes.
func Remaining(ctx context.Context, t time.Time) string {
	left := t.Sub(Of(ctx).Now)
	switch {
	case left >= 48*time.Hour:
		n := int(left / (24 * time.Hour))
		return Say(ctx, sayDaysLeft, n)
	case left >= time.Hour:
		n := int(left / time.Hour)
		return Either(ctx, fmt.Sprintf("还剩 %d 小时", n), PluralOf(n, "%d hour left", "%d hours left"))
	case left >= time.Minute:
		n := int(left / time.Minute)
		return Either(ctx, fmt.Sprintf("还剩 %d 分钟", n), PluralOf(n, "%d minute left", "%d minutes left"))
	}
	return Say(ctx, sayLessThanAMinute)
}

func PluralOf(n int, one, many string) string {
	if n == 1 {
		return fmt.Sprintf(one, n)
	}
	return fmt.Sprintf(many, n)
}

func (f *Folder) Asks(ctx context.Context) string {
	if f.Contact != "" {
		return f.Contact
	}
	return Say(ctx, sayTheBaseThatAnnounced)
}

// ToWrite returns the writers' next step; UntilSent what follows, and its deadline.
func (r *Row) ToWrite(ctx context.Context) string {
	if r.Returned != nil {
		return Say(ctx, sayCorrectIt)
	}
	return Say(ctx, sayFillIn)
}

func (r *Row) UntilSent(ctx context.Context) string {
	out := Say(ctx, sayThenYourOrganizationsHead)
	if r.Closing != nil && r.Closing.At != nil {
		at, left := Instant(ctx, *r.Closing.At), Remaining(ctx, *r.Closing.At)
		return out + Say(ctx, sayApplicationsClose, at, left)
	}
	if r.Case.Due != nil {
		return out + Say(ctx, sayTheLastDayIs, Day(ctx, *r.Case.Due))
	}
	return out
}
