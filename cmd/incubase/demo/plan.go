package demo

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"slices"
	"time"

	"incubase/workflow/calendar"
)

// moment is when something happens: a day and a slot of the working day.
type moment struct {
	day  calendar.Date
	slot int
}

// hours of the slots; the lunch break is kept.
var hours = []int{9, 10, 11, 13, 14, 15, 16, 17}

func (m moment) time() time.Time {
	return m.day.Start().Add(time.Duration(hours[m.slot]) * time.Hour)
}

func (m moment) compare(n moment) int {
	return cmp.Or(m.day.Compare(n.day), cmp.Compare(m.slot, n.slot))
}

// task is one planned act: of a round, or of a case.
type task struct {
	at    moment
	round *round
	kind  string
	case_ *history
	n     int // which step of its round or case, from 0
	step  step
}

// plan lays every step on the calendar, in the order in which they are carried out: rounds before cases. It depends on
// nothing but today, so that a load that was broken off finds its own tracks again.
func (d *data) plan(today calendar.Date, cal *calendar.Calendar) ([]task, error) {
	var out []task
	for i := range d.rounds {
		r := &d.rounds[i]
		for n, s := range r.Steps {
			out = append(out, task{at: moment{today.AddDays(-s.Ago), 0}, round: r, n: n, step: step{By: "officer", Do: s.Do}})
		}
	}
	for _, kind := range []string{"grant", "incubation"} {
		for i := range d.cases[kind] {
			tasks, err := d.planCase(kind, &d.cases[kind][i], today, cal)
			if err != nil {
				return nil, err
			}
			out = append(out, tasks...)
		}
	}
	slices.SortStableFunc(out, func(a, b task) int { return a.at.compare(b.at) })
	return out, nil
}

// planCase lays one history: from its first day on, or so that its last step falls on the day wanted or just before.
func (d *data) planCase(kind string, h *history, today calendar.Date, cal *calendar.Calendar) ([]task, error) {
	steps, err := d.steps(kind, *h)
	if err != nil {
		return nil, err
	}
	if h.Opened > 0 {
		return lay(kind, h, steps, today.AddDays(-h.Opened), cal)
	}
	last := today.AddDays(-h.Ended)
	for start := last; ; start = start.AddDays(-1) {
		tasks, err := lay(kind, h, steps, start, cal)
		if err != nil || !tasks[len(tasks)-1].at.day.After(last) {
			return tasks, err
		}
	}
}

func lay(kind string, h *history, steps []step, start calendar.Date, cal *calendar.Calendar) ([]task, error) {
	out := make([]task, len(steps))
	at := moment{workday(start, steps[0], cal), hash(h.Key, "slot") % 4}
	for i, s := range steps {
		if i > 0 {
			var err error
			if at, err = at.next(s, cal); err != nil {
				return nil, fmt.Errorf("case %s, step %d: %w", h.Key, i, err)
			}
		}
		out[i] = task{at: at, kind: kind, case_: h, n: i, step: s}
	}
	return out, nil
}

// next is when the step after this moment happens.
func (m moment) next(s step, cal *calendar.Calendar) (moment, error) {
	p, err := calendar.ParsePeriod(s.After)
	if err != nil {
		return m, err
	}
	day := m.day.AddDays(p.N)
	if p.Unit != calendar.Day {
		day = cal.Last(m.day, p).Last
	}
	return moment{workday(day, s, cal), (m.slot + 3) % len(hours)}, nil
}

// workday moves an office's step off a rest day; organizations and reviewers also work on Sundays.
func workday(d calendar.Date, s step, cal *calendar.Calendar) calendar.Date {
	switch s.By {
	case "preparer", "certifier", "reviewers", "public", "clock":
		return d
	}
	for !cal.IsWorking(d) {
		d = d.AddDays(1)
	}
	return d
}

// hash spreads things evenly and always the same way.
func hash(parts ...string) int {
	h := fnv.New32a()
	for _, p := range parts {
		h.Write([]byte(p))
		h.Write([]byte{0})
	}
	return int(h.Sum32() >> 1)
}
