// Package calendar counts days as Chinese law does: working days with statutory holidays and make-up working days,
// calendar periods that move off a rest day, clocks that pause. It is pure; "today" is always an argument.
package calendar

import (
	"database/sql/driver"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"incubase/workflow/clean"
	"incubase/workflow/text"
)

// zone is Asia/Shanghai: +08:00 without daylight saving since 1991, so no zone database is needed.
var zone = time.FixedZone("Asia/Shanghai", 8*60*60)

func Zone() *time.Location { return zone }

// Date is a day of the civil calendar in Asia/Shanghai. The zero Date is no day.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

type Error struct{ Text text.Text }

func (e *Error) Error() string { return e.Text.EN }

func wrong(zh, en string, args ...any) error { return &Error{Text: text.Format(zh, en, args...)} }

// ParseDate reads YYYY-MM-DD only: the stored form.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || t.Year() < 1 {
		return Date{}, wrong("日期应写成 2026-11-23", "a date is written 2026-11-23")
	}
	return Date{t.Year(), t.Month(), t.Day()}, nil
}

var (
	dayForm = regexp.MustCompile(
		`^([12][0-9]{3})(?:-([0-9]{1,2})-([0-9]{1,2})|/([0-9]{1,2})/([0-9]{1,2})|\.([0-9]{1,2})\.([0-9]{1,2})|年([0-9]{1,2})月([0-9]{1,2})[日号]|([0-9]{2})([0-9]{2}))$`)
	monthForm    = regexp.MustCompile(`^[12][0-9]{3}(?:[-/.][0-9]{1,2}|年[0-9]{1,2}月?)$`)
	yearForm     = regexp.MustCompile(`^[12][0-9]{3}年?$`)
	midnightForm = regexp.MustCompile(`[T ]+0{1,2}:00(?::00(?:\.0+)?)?Z?$`)
)

// ReadDate reads a day as people and spreadsheets write it: 2026-11-23, 2026/11/23, 2026.11.23, 2026年11月23日,
// 20261123, also with midnight. It refuses a year or month alone and other numbers.
func ReadDate(s string) (Date, error) {
	plain := midnightForm.ReplaceAllString(clean.Number(s), "")
	plain = strings.ReplaceAll(plain, " ", "")
	m := dayForm.FindStringSubmatch(plain)
	switch {
	case m != nil:
	case yearForm.MatchString(plain):
		return Date{}, wrong("「%[1]s」只有年份，请写到日，如 2026-05-01", "%[1]q is a year only: write the day too, like 2026-05-01",
			clean.Quote(s))
	case monthForm.MatchString(plain):
		return Date{}, wrong("「%[1]s」只到月份，请写到日，如 2026-05-01", "%[1]q is a month only: write the day too, like 2026-05-01",
			clean.Quote(s))
	default:
		return Date{}, wrong("读不懂的日期「%[1]s」，请写成 2026-05-01", "a date that cannot be read: %[1]q; write it like 2026-05-01",
			clean.Quote(s))
	}
	parts := slices.DeleteFunc(m[1:], func(s string) bool { return s == "" })
	var n [3]int
	for i := range n {
		n[i], _ = strconv.Atoi(parts[i]) // at most four digits
	}
	d := Date{n[0], time.Month(n[1]), n[2]}
	if d.Month < 1 || d.Month > 12 || d.AddDays(0) != d {
		return Date{}, wrong("没有「%[1]s」这一天，请核对", "there is no such day: %[1]q", clean.Quote(s))
	}
	return d, nil
}

func MustDate(s string) Date {
	d, err := ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

// DateOf returns the day in Asia/Shanghai.
func DateOf(t time.Time) Date {
	y, m, d := t.In(zone).Date()
	return Date{y, m, d}
}

func (d Date) number() int {
	return int(time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

func fromNumber(n int) Date {
	y, m, d := time.Unix(int64(n)*86400, 0).UTC().Date()
	return Date{y, m, d}
}

func (d Date) IsZero() bool { return d == Date{} }

// String is YYYY-MM-DD, "" for the zero Date.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Day)
}

func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads as ReadDate does; an empty text is the zero Date.
func (d *Date) UnmarshalText(b []byte) (err error) {
	if len(b) == 0 {
		*d = Date{}
		return nil
	}
	*d, err = ReadDate(string(b))
	return err
}

// Value stores the date in a DATE column; the zero Date is NULL.
func (d Date) Value() (driver.Value, error) {
	if d.IsZero() {
		return nil, nil
	}
	return d.String(), nil
}

// Scan reads a DATE column; NULL is the zero Date.
func (d *Date) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*d = Date{}
	case time.Time:
		y, m, day := v.Date()
		*d = Date{y, m, day}
	case string:
		return d.UnmarshalText([]byte(v))
	case []byte:
		return d.UnmarshalText(v)
	default:
		return fmt.Errorf("calendar: cannot read a date from %T", v)
	}
	return nil
}

func (d Date) AddDays(n int) Date { return fromNumber(d.number() + n) }

// AddMonths returns the same day n months later, or the last day of that month where it has none (Civil Code art.
// 202).
func (d Date) AddMonths(n int) Date {
	first := time.Date(d.Year, d.Month+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return Date{first.Year(), first.Month(), min(d.Day, last)}
}

func (d Date) Weekday() time.Weekday {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC).Weekday()
}

// Compare is negative, zero or positive as d lies before, on or after e.
func (d Date) Compare(e Date) int {
	if d.Year != e.Year {
		return d.Year - e.Year
	}
	if d.Month != e.Month {
		return int(d.Month - e.Month)
	}
	return d.Day - e.Day
}

func (d Date) Before(e Date) bool { return d.Compare(e) < 0 }

func (d Date) After(e Date) bool { return d.Compare(e) > 0 }

func (d Date) DaysUntil(e Date) int { return e.number() - d.number() }

// Start is the instant at which the day begins.
func (d Date) Start() time.Time { return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, zone).UTC() }

// End is the instant at which the day has passed: 24:00 (Civil Code art. 203).
func (d Date) End() time.Time { return d.AddDays(1).Start() }
