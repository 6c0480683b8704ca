package workflow

import (
	"context"
	"strings"

	"incubase/workflow/calendar"
	"incubase/workflow/region"
)

// ActQuery finds acts across cases, latest first. Zero values do not filter.
type ActQuery struct {
	Who          string // a login, or a part of a name
	Action       string // as definitions name it
	Since, Until calendar.Date
	Limit        int
	Cursor       string
}

const (
	ActDays    = 30  // where the query has no beginning
	MaxActDays = 366 // at most: a search reads the whole period
)

var CreateLabel = Text{ZH: "建立", EN: "Opened"}

type Act struct {
	Event   // without payload, which is shown on the case's own page
	Ref     string
	Title   string
	Label   Text // of the action
	ToLabel Text // of the state entered; empty if unchanged
	Standing
}

// Standing holds the columns of a case that decide who sees how much of it.
type Standing struct {
	Region       region.Code
	Round        ID
	Agency       ID
	Organization ID
}

type Acts interface {
	Acts(ctx context.Context, scope Scope, q ActQuery) (list []Act, next string, err error)
}

// Within sets a default period and refuses one that is too long.
func (q *ActQuery) Within(today calendar.Date) error {
	if q.Until.IsZero() {
		q.Until = today
	}
	if q.Since.IsZero() {
		q.Since = q.Until.AddDays(1 - ActDays)
	}
	var f Faults
	if q.Until.Before(q.Since) {
		f.Say("since", "开始日期应不晚于结束日期", "the first day is not after the last")
	} else if q.Since.DaysUntil(q.Until) >= MaxActDays {
		f.Say("since", "一次最多查一年，请缩短时间段", "a search looks through a year at most: choose a shorter period")
	}
	if q.Who = strings.TrimSpace(q.Who); len([]rune(q.Who)) > 80 {
		f.Say("who", "最多 80 个字", "at most 80 characters")
	}
	return f.Err()
}
