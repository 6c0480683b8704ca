package web

import (
	"testing"
	"time"

	"incubase/web/rounds"
	"incubase/workflow/calendar"
)

func TestACopyOfALeapDay(t *testing.T) {
	t.Parallel()
	for day, want := range map[string]string{
		"2028-02-29 17:00": "2029-02-28 17:00",
		"2027-02-28 17:00": "2028-02-28 17:00",
		"2026-12-31 23:59": "2027-12-31 23:59",
	} {
		at, err := time.ParseInLocation("2006-01-02 15:04", day, calendar.Zone())
		if err != nil {
			t.Fatal(err)
		}
		if got := rounds.YearLater(at).Format("2006-01-02 15:04"); got != want {
			t.Errorf("%s becomes %s, not %s", day, got, want)
		}
	}
}
