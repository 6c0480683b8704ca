package web

import (
	"context"
	"fmt"
	"time"

	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/money"
)

// yuan writes an amount as people do: 30,000.00 元, ¥30,000.00.
func yuan(ctx context.Context, f money.Fen) string {
	return say(ctx, f.Yuan()+" 元", "¥"+f.Yuan())
}

// amountOf writes an amount of a case in the case's currency: past awards that were imported keep their own.
func amountOf(ctx context.Context, c *workflow.Case, f money.Fen) string {
	if c.Currency == "" || c.Currency == "CNY" {
		return yuan(ctx, f)
	}
	return f.In(c.Currency)
}

// day writes a date: 2026年11月24日, 24 Nov 2026.
func day(ctx context.Context, d calendar.Date) string {
	return say(ctx, fmt.Sprintf("%d年%d月%d日", d.Year, d.Month, d.Day), d.Start().In(calendar.Zone()).Format("2 Jan 2006"))
}

// moment writes a time of China.
func moment(ctx context.Context, t time.Time) string {
	t = t.In(calendar.Zone())
	return say(ctx, t.Format("2006年1月2日 15:04"), t.Format("2 Jan 2006 15:04"))
}

// until says how long there is, as a person would.
func until(ctx context.Context, d calendar.Date) string {
	n := calendar.DateOf(of(ctx).Now).DaysUntil(d)
	switch {
	case n < 0:
		return say(ctx, fmt.Sprintf("已超期 %d 天", -n), fmt.Sprintf("%d days overdue", -n))
	case n == 0:
		return say(ctx, "今天截止", "due today")
	case n == 1:
		return say(ctx, "明天截止", "due tomorrow")
	}
	return say(ctx, fmt.Sprintf("还有 %d 天", n), fmt.Sprintf("%d days left", n))
}

// late reports whether a day has passed.
func late(ctx context.Context, d calendar.Date) bool {
	return d.Before(calendar.DateOf(of(ctx).Now))
}

// title of a case, or what stands for one without.
func title(ctx context.Context, c *workflow.Case) string {
	if c.Title != "" {
		return c.Title
	}
	return say(ctx, "（未命名）", "(untitled)")
}
