package calendar

import (
	"strconv"
	"strings"
)

type Unit string

const (
	Workday Unit = "wd"
	Day     Unit = "d"
	Month   Unit = "mo"
	Year    Unit = "y"
)

// Period is a length of time: "5wd" (working days), "10d", "3mo", "2y". The zero Period is none.
type Period struct {
	N    int
	Unit Unit
}

// ParsePeriod accepts 1 to 3650 of a unit.
func ParsePeriod(s string) (Period, error) {
	n := strings.TrimLeft(s, "0123456789")
	digits := s[:len(s)-len(n)]
	v, err := strconv.Atoi(digits)
	u := Unit(n)
	if err != nil || digits[0] == '0' || v > 3650 || u != Workday && u != Day && u != Month && u != Year {
		return Period{}, wrong("期限应写成 5wd（工作日）、10d（日）、3mo（月）或 2y（年）",
			"a period is written 5wd (working days), 10d, 3mo or 2y")
	}
	return Period{v, u}, nil
}

func (p Period) IsZero() bool { return p == Period{} }

func (p Period) String() string {
	if p.IsZero() {
		return ""
	}
	return strconv.Itoa(p.N) + string(p.Unit)
}

func (p Period) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

func (p *Period) UnmarshalText(b []byte) (err error) {
	if len(b) == 0 {
		*p = Period{}
		return nil
	}
	*p, err = ParsePeriod(string(b))
	return err
}
