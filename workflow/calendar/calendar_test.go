package calendar_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"incubase/workflow/calendar"
)

var day = calendar.MustDate

// notices returns a year's file from the shared data, else from testdata, which has 2026 only.
func notices(t *testing.T, year int) []byte {
	t.Helper()
	name := fmt.Sprintf("%d.json", year)
	b, err := os.ReadFile(filepath.Join("../../../shared/data/calendar_cn", name))
	if err != nil && os.Getenv("INCUBASE_SHARED") != "required" {
		b, err = os.ReadFile(filepath.Join("testdata", name))
	}
	if err != nil && (os.Getenv("INCUBASE_SHARED") == "required" || year == 2026) {
		t.Fatal(err)
	}
	return b
}

func TestWorkingDayVectors(t *testing.T) {
	t.Parallel()
	f, err := os.Open("testdata/working_day_vectors_2026.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil || len(rows) < 10 {
		t.Fatal(len(rows), err)
	}
	for _, r := range rows[1:] {
		n, err := strconv.Atoi(r[1])
		if err != nil {
			t.Fatal(err)
		}
		got := calendar.Shipped().Last(day(r[0]), calendar.Period{N: n, Unit: calendar.Workday})
		if got.Last.String() != r[2] || got.Provisional {
			t.Errorf("%s working days from %s: %v, want %s (%s)", r[1], r[0], got, r[2], r[4])
		}
		if between := calendar.Shipped().WorkingDaysBetween(day(r[0]), got.Last); between != n {
			t.Errorf("%d working days lie between %s and %s, want %d", between, r[0], got.Last, n)
		}
	}
}

func TestShippedTableIsTheNotices(t *testing.T) {
	t.Parallel()
	type row struct {
		Date calendar.Date
		Off  bool `json:"isOffDay"`
	}
	want, read := map[calendar.Date]calendar.Kind{}, map[int]bool{}
	for y := 2022; y <= 2026; y++ {
		b := notices(t, y)
		if b == nil {
			continue
		}
		read[y] = true
		var file struct{ Days []row }
		if err := json.Unmarshal(b, &file); err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Days {
			want[d.Date] = calendar.Makeup
			if d.Off {
				want[d.Date] = calendar.Holiday
			}
		}
	}
	got := slices.DeleteFunc(slices.Clone(calendar.Shipped().Exceptions()),
		func(e calendar.Exception) bool { return !read[e.Date.Year] })
	if len(got) != len(want) {
		t.Errorf("%d exceptions, want %d", len(got), len(want))
	}
	for _, e := range got {
		if want[e.Date] != e.Kind || e.Source == "" {
			t.Errorf("%v, want %q and a source", e, want[e.Date])
		}
	}
}

func TestYearsOfWorkingDays(t *testing.T) {
	t.Parallel()
	if n := calendar.Shipped().WorkingDaysBetween(day("2025-12-31"), day("2026-12-31")); n != 248 {
		t.Errorf("2026 has %d working days, want 248", n)
	}
}

func TestPeriods(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, start, period, want string }{
		{"calendar days end on a weekday", "2026-11-23", "10d", "2026-12-03"},
		{"calendar days move off a Saturday", "2026-11-23", "5d", "2026-11-30"},
		{"calendar days move off a holiday", "2026-09-24", "8d", "2026-10-08"},
		{"a month ends on the corresponding day", "2026-11-23", "1mo", "2026-12-23"},
		{"a month ends on the month's last day", "2026-01-31", "1mo", "2026-02-28"},
		{"a year", "2025-06-15", "1y", "2026-06-15"},
		{"Futian's notice of August 2021", "2021-08-17", "5wd", "2021-08-24"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p, err := calendar.ParsePeriod(tt.period)
			if err != nil {
				t.Fatal(err)
			}
			if got := calendar.Shipped().Last(day(tt.start), p); got.Last.String() != tt.want {
				t.Errorf("%s from %s: %s, want %s", tt.period, tt.start, got.Last, tt.want)
			}
		})
	}
}

func TestPastTheKnownCalendarIsProvisional(t *testing.T) {
	t.Parallel()
	p := calendar.Period{N: 10, Unit: calendar.Workday}
	got := calendar.Shipped().Last(day("2026-12-25"), p)
	if !got.Provisional {
		t.Fatal("not provisional", got)
	}
	next, err := calendar.Shipped().With("next", []calendar.Exception{{Date: day("2027-01-01"), Kind: calendar.Holiday,
		Name: "New Year"}}, day("2027-12-31"))
	if err != nil {
		t.Fatal(err)
	}
	later := next.Last(day("2026-12-25"), p)
	if later.Provisional || later.Last != got.Last.AddDays(3) {
		t.Errorf("with the notice loaded: %v, before %v", later, got)
	}
}

func TestPause(t *testing.T) {
	t.Parallel()
	c := calendar.Shipped()
	k := calendar.Clock{Start: day("2026-11-23"), Period: calendar.Period{N: 5, Unit: calendar.Workday}}
	if d, paused := c.Due(k, day("2026-11-24")); paused || d.Last != day("2026-11-30") {
		t.Error("plain", d, paused)
	}
	k.Pauses = []calendar.Pause{{From: day("2026-11-25")}} // one day has been counted
	if d, paused := c.Due(k, day("2026-11-27")); !paused || d.Last != day("2026-12-02") {
		t.Error("while it stands still the end moves on", d, paused)
	}
	k.Pauses[0].To = day("2026-12-07") // a Monday, which counts again
	if d, paused := c.Due(k, day("2026-12-08")); paused || d.Last != day("2026-12-10") {
		t.Error("four days left from the day it went on", d, paused)
	}
}

func TestDatesRefuse(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", "2026-2-1", "2026-02-30", "20260201", "2026-02-01T00:00:00Z", "０２"} {
		if d, err := calendar.ParseDate(s); err == nil {
			t.Errorf("ParseDate(%q) = %v", s, d)
		}
	}
	for _, s := range []string{"", "5", "wd", "0d", "05d", "-1d", "5w", "4000d", "5wd "} {
		if p, err := calendar.ParsePeriod(s); err == nil {
			t.Errorf("ParsePeriod(%q) = %v", s, p)
		}
	}
}

func TestDayBounds(t *testing.T) {
	t.Parallel()
	d := day("2026-11-23")
	if got := d.End().Format(time.RFC3339); got != "2026-11-23T16:00:00Z" {
		t.Error(got)
	}
	if calendar.DateOf(d.End()) != day("2026-11-24") || calendar.DateOf(d.End().Add(-time.Nanosecond)) != d {
		t.Error("24:00 begins the next day")
	}
}

func FuzzLast(f *testing.F) {
	f.Add("2026-02-10", "5wd")
	f.Add("2026-12-31", "1mo")
	f.Add("2024-02-29", "1y")
	f.Fuzz(func(t *testing.T, start, period string) {
		d, err1 := calendar.ParseDate(start)
		p, err2 := calendar.ParsePeriod(period)
		if err1 != nil || err2 != nil || d.Year > 9000 {
			return
		}
		c := calendar.Shipped()
		got := c.Last(d, p)
		if !got.Last.After(d) || !c.IsWorking(got.Last) {
			t.Fatalf("%s from %s ends on %s", p, d, got.Last)
		}
		if p.Unit == calendar.Workday && c.WorkingDaysBetween(d, got.Last) != p.N {
			t.Fatalf("%s from %s to %s counts wrong", p, d, got.Last)
		}
	})
}

func BenchmarkLast20(b *testing.B) {
	c, p, start := calendar.Shipped(), calendar.Period{N: 20, Unit: calendar.Workday}, day("2026-01-30")
	for b.Loop() {
		c.Last(start, p)
	}
}

func TestReadDate(t *testing.T) {
	t.Parallel()
	for _, in := range []string{"2019-05-01", "2019/5/1", "2019.5.1", "2019.05.01", "2019年5月1日", "2019 年 5 月 1 日",
		"2019年5月1号", "20190501", "２０１９－０５－０１",
		"2019/05/01 00:00:00", "2019-05-01 0:00", "2019-05-01T00:00:00Z", " 2019-05-01\u200b"} {
		if d, err := calendar.ReadDate(in); err != nil || d != calendar.MustDate("2019-05-01") {
			t.Errorf("ReadDate(%q) = %v, %v", in, d, err)
		}
	}
	for in, says := range map[string]string{"2019": "a year only", "2019年": "a year only", "2019.5": "a month only",
		"2019.10": "a month only", "2019-05": "a month only",
		"2019年5月": "a month only", "2027.12": "a month only", "60": "cannot be read", "43586": "cannot be read",
		"19.5.1": "cannot be read", "5/1/2019": "cannot be read",
		"2019-05-01 13:45": "cannot be read", "2019-02-29": "no such day", "2019-13-01": "no such day",
		"20190230": "no such day", "2019-00-10": "no such day", "": "cannot be read",
		"2019-5/1": "cannot be read", "0019-05-01": "cannot be read"} {
		if d, err := calendar.ReadDate(in); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("ReadDate(%q) = %v, %v; want: %s", in, d, err, says)
		}
	}
}
