package workflow

import (
	"slices"
	"time"

	"incubase/workflow/calendar"
)

// Measure finds the last day of a clock in the calendar of working days, and whether that rests on guessed holidays.
func (f *Facts) Measure(k *Clock) {
	if !k.At.IsZero() {
		return
	}
	d, paused := f.Calendar.Due(calendar.Clock{Start: k.Start, Period: k.Period, Pauses: k.Pauses}, f.Today())
	k.Due, k.Provisional, k.Paused = d.Last, d.Provisional, paused
}

// Refresh measures provisional clocks again: the notice of the next year's holidays may have come since they were
// stored. The case is the caller's own copy; the clocks are copied before one changes.
func (f *Facts) Refresh() {
	if f.Calendar == nil || !slices.ContainsFunc(f.Case.Clocks, func(k Clock) bool { return k.Provisional }) {
		return
	}
	f.Case.Clocks = slices.Clone(f.Case.Clocks)
	for i := range f.Case.Clocks {
		if k := &f.Case.Clocks[i]; k.Provisional && !k.Paused {
			f.Measure(k)
		}
	}
}

// Second is the second of the command: a round opens and closes with a second of the clock, not with a part of one.
func (f *Facts) Second() time.Time { return f.Now.Truncate(time.Second) }
