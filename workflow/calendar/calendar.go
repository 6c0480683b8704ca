package calendar

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

type Kind string

// A holiday is a weekday off; a makeup is a weekend day worked.
const (
	Holiday Kind = "holiday"
	Makeup  Kind = "makeup"
)

// Exception departs from the plain week by the yearly notice of the State Council's General Office.
type Exception struct {
	Date   Date   `json:"date"`
	Kind   Kind   `json:"kind"`
	Name   string `json:"name"`
	Source string `json:"source"`
}

// Calendar never changes, so it can be shared.
type Calendar struct {
	name       string
	through    Date
	last       int // number of through
	exceptions []Exception
	days       map[int]Kind
}

// New builds a calendar. Deadlines after through, the last day of the known notices, are provisional.
func New(name string, exceptions []Exception, through Date) (*Calendar, error) {
	c := &Calendar{name: name, through: through, last: through.number(), days: map[int]Kind{}}
	for _, e := range exceptions {
		if e.Date.IsZero() || e.Kind != Holiday && e.Kind != Makeup {
			return nil, wrong("日历 %[1]s 的 %[2]s：应为 holiday 或 makeup", "calendar %[1]s, %[2]s: holiday or makeup is expected",
				name, e.Date)
		}
		if _, double := c.days[e.Date.number()]; double {
			return nil, wrong("日历 %[1]s 的 %[2]s 出现两次", "calendar %[1]s has %[2]s twice", name, e.Date)
		}
		c.days[e.Date.number()] = e.Kind
	}
	c.exceptions = slices.Clone(exceptions)
	slices.SortFunc(c.exceptions, func(a, b Exception) int { return a.Date.Compare(b.Date) })
	return c, nil
}

//go:embed china.csv
var china string

// notices are the yearly notices that china.csv restates.
var notices = map[string]string{
	"2022": "https://www.gov.cn/zhengce/zhengceku/2021-10/25/content_5644835.htm",
	"2023": "https://www.gov.cn/zhengce/zhengceku/2022-12/08/content_5730844.htm",
	"2024": "https://www.gov.cn/zhengce/zhengceku/202310/content_6911528.htm",
	"2025": "https://www.gov.cn/zhengce/zhengceku/202411/content_6986383.htm",
	"2026": "https://www.gov.cn/zhengce/zhengceku/202511/content_7047091.htm",
}

// Shipped is the calendar of China, 2022 to 2026, by those notices.
var Shipped = sync.OnceValue(func() *Calendar {
	rows, err := csv.NewReader(strings.NewReader(china)).ReadAll()
	if err != nil {
		panic(err)
	}
	var list []Exception
	for _, r := range rows[1:] {
		list = append(list, Exception{MustDate(r[0]), Kind(r[1]), r[2], notices[r[3]]})
	}
	c, err := New("CN 2022-2026", list, MustDate("2026-12-31"))
	if err != nil {
		panic(err)
	}
	return c
})

// With adds exceptions (next year's notice); they replace earlier ones of the same day.
func (c *Calendar) With(name string, more []Exception, through Date) (*Calendar, error) {
	fresh := map[Date]bool{}
	for _, e := range more {
		fresh[e.Date] = true
	}
	list := slices.Clone(more)
	for _, e := range c.exceptions {
		if !fresh[e.Date] {
			list = append(list, e)
		}
	}
	if through.Before(c.through) {
		through = c.through
	}
	return New(name, list, through)
}

func (c *Calendar) Name() string { return c.name }

func (c *Calendar) Through() Date { return c.through }

// Exceptions returns the exceptions in order of date.
func (c *Calendar) Exceptions() []Exception { return slices.Clone(c.exceptions) }

func (c *Calendar) IsWorking(d Date) bool { return c.working(d.number()) }

func (c *Calendar) working(n int) bool {
	switch c.days[n] {
	case Holiday:
		return false
	case Makeup:
		return true
	}
	w := time.Weekday(((n+4)%7 + 7) % 7) // 1970-01-01 was a Thursday
	return w != time.Saturday && w != time.Sunday
}

// Deadline is the last day of a period. A provisional one may still move: days beyond the notices count by the plain
// week.
type Deadline struct {
	Last        Date
	Provisional bool
}

// Last returns the last day of a period. The start day does not count; a period in days, months or years that would
// end on a rest day ends on the next working day (Civil Code art. 200-203).
func (c *Calendar) Last(start Date, p Period) Deadline {
	return c.run(start, p, nil)
}

func (c *Calendar) run(start Date, p Period, stopped func(int) bool) Deadline {
	n := start.number()
	switch p.Unit {
	case Month, Year:
		months := p.N
		if p.Unit == Year {
			months *= 12
		}
		n = c.skip(n, start.AddMonths(months).number()-n, stopped, false)
	default:
		n = c.skip(n, p.N, stopped, p.Unit == Workday)
	}
	for p.Unit != Workday && !c.working(n) {
		n++
	}
	return Deadline{fromNumber(n), n > c.last}
}

// skip returns the day that is left counted days after day n.
func (c *Calendar) skip(n, left int, stopped func(int) bool, workdays bool) int {
	for left > 0 {
		n++
		if (!workdays || c.working(n)) && (stopped == nil || !stopped(n)) {
			left--
		}
	}
	return n
}

// WorkingDaysBetween counts the working days after a, up to and including b; 0 if b is not after a.
func (c *Calendar) WorkingDaysBetween(a, b Date) int {
	count := 0
	for n := a.number() + 1; n <= b.number(); n++ {
		if c.working(n) {
			count++
		}
	}
	return count
}

// Pause stops a clock from From to the day before To. A zero To still lasts.
type Pause struct {
	From Date `json:"from"`
	To   Date `json:"to,omitzero"`
}

type Clock struct {
	Start  Date
	Period Period
	Pauses []Pause
}

// Due returns the last day of a clock without its pauses: their first day does not count, the day of their end does.
// A pause that still lasts (paused) is taken to end today, so the date moves on day by day.
func (c *Calendar) Due(k Clock, today Date) (d Deadline, paused bool) {
	for _, p := range k.Pauses {
		paused = paused || p.To.IsZero()
	}
	if len(k.Pauses) == 0 {
		return c.Last(k.Start, k.Period), false
	}
	return c.run(k.Start, k.Period, func(n int) bool {
		for _, p := range k.Pauses {
			to := p.To
			if to.IsZero() {
				to = today
			}
			if n >= p.From.number() && n < to.number() {
				return true
			}
		}
		return false
	}), paused
}

func (e Exception) String() string { return fmt.Sprintf("%s %s %s", e.Date, e.Kind, e.Name) }
