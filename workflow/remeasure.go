package workflow

import "incubase/workflow/calendar"

// Remeasure computes the provisional clocks of a case again, as the calendar stands now: its clocks, its earliest last
// day and the times of its duties are all that may change. changed is false where they are as they were.
func (d *Desk) Remeasure(l *Loaded) (after Case, duties []Duty, changed bool) {
	d.complete(&l.Facts, System())
	f := l.Facts
	f.refresh()
	after = f.Case
	after.earliest()
	for i, k := range after.Clocks {
		was := l.Facts.Case.Clocks[i]
		changed = changed || k.Due != was.Due || k.Provisional != was.Provisional || k.Paused != was.Paused
	}
	if m := d.machineOf(l); changed && m != nil {
		f.Case = after
		duties = m.duties(&f)
	}
	return after, duties, changed
}

// earliest sets what is due.
func (c *Case) earliest() { c.Due = c.Earliest() }

// Earliest is the first last day of the clocks that run; nil where none does.
func (c *Case) Earliest() (due *calendar.Date) {
	for _, k := range c.Clocks {
		if !k.Paused && (due == nil || k.Due.Before(*due)) {
			due = new(k.Due)
		}
	}
	return due
}
