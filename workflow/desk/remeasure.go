package desk

import (
	"incubase/workflow"
)

// Remeasure computes the provisional clocks of a case again, as the calendar stands now: its clocks, its earliest last
// day and the times of its duties are all that may change. changed is false where they are as they were.
func (d *Desk) Remeasure(l *workflow.Loaded) (after workflow.Case, duties []workflow.Duty, changed bool) {
	d.Complete(&l.Facts, workflow.System())
	f := l.Facts
	f.Refresh()
	after = f.Case
	after.SetDue()
	for i, k := range after.Clocks {
		was := l.Facts.Case.Clocks[i]
		changed = changed || k.Due != was.Due || k.Provisional != was.Provisional || k.Paused != was.Paused
	}
	if m := d.machineOf(l); changed && m != nil {
		f.Case = after
		duties = m.Duties(&f)
	}
	return after, duties, changed
}
