package ui

import (
	"context"
	"fmt"
	"time"

	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/money"
)

// Yuan writes an amount: 30,000.00 元, ¥30,000.00.
func Yuan(ctx context.Context, f money.Fen) string {
	return Say(ctx, sayAmount, f.Yuan())
}

// AmountOf writes an amount in the case's currency: imported past awards keep their own.
func AmountOf(ctx context.Context, c *workflow.Case, f money.Fen) string {
	if c.Currency == "" || c.Currency == "CNY" {
		return Yuan(ctx, f)
	}
	return f.In(c.Currency)
}

// Day writes a date: 2026年11月24日, 24 Nov 2026.
func Day(ctx context.Context, d calendar.Date) string {
	return Either(ctx, fmt.Sprintf("%d年%d月%d日", d.Year, d.Month, d.Day),
		d.Start().In(calendar.Zone()).Format("2 Jan 2006"))
}

// Moment writes a time in China.
func Moment(ctx context.Context, t time.Time) string {
	t = t.In(calendar.Zone())
	return Either(ctx, t.Format("2006年1月2日 15:04"), t.Format("2 Jan 2006 15:04"))
}

func Until(ctx context.Context, d calendar.Date) string {
	n := calendar.DateOf(Of(ctx).Now).DaysUntil(d)
	switch {
	case n < 0:
		return Say(ctx, sayDaysOverdue, -n)
	case n == 0:
		return Say(ctx, sayDueToday)
	case n == 1:
		return Say(ctx, sayDueTomorrow)
	}
	return Say(ctx, sayDaysUntil, n)
}

func Late(ctx context.Context, d calendar.Date) bool {
	return d.Before(calendar.DateOf(Of(ctx).Now))
}

// Title returns the case's title, or a substitute.
func Title(ctx context.Context, c *workflow.Case) string {
	if c.Title != "" {
		return c.Title
	}
	return Say(ctx, sayUntitled)
}
