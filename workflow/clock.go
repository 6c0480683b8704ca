package workflow

import (
	"slices"
	"time"

	"incubase/workflow/calendar"
)

func (f *Facts) Measure(k *Clock) {
	if !k.At.IsZero() {
		return
	}
	d, paused := f.Calendar.Due(calendar.Clock{Start: k.Start, Period: k.Period, Pauses: k.Pauses}, f.Today())
	k.Due, k.Provisional, k.Paused = d.Last, d.Provisional, paused
}

// Refresh measures provisional clocks again: next year's holidays may have been published since. It changes copies.
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

// Second returns the second of the command: rounds open and close by the second.
func (f *Facts) Second() time.Time { return f.Now.Truncate(time.Second) }
