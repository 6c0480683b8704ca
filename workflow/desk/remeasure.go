package desk

import (
	"incubase/workflow"
)

// Remeasure computes provisional clocks with the current calendar. Only clocks, the earliest due day and the times of
// duties may change; changed is false where none did.
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
