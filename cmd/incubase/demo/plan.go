package demo

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"slices"
	"time"

	"incubase/workflow/calendar"
)

// moment is a day and an index into hours.
type moment struct {
	day  calendar.Date
	slot int
}

// hours leave out the lunch break.
var hours = []int{9, 10, 11, 13, 14, 15, 16, 17}

func (m moment) time() time.Time {
	return m.day.Start().Add(time.Duration(hours[m.slot]) * time.Hour)
}

func (m moment) compare(n moment) int {
	return cmp.Or(m.day.Compare(n.day), cmp.Compare(m.slot, n.slot))
}

type task struct {
	at    moment
	round *round
	kind  string
	case_ *history
	n     int // index of the step in its round or case
	step  step
}

// plan dates every step and sorts them, rounds before cases. It depends only on today, so that a repeated load plans
// the same.
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

// planCase dates a history from its first day, or so that its last step is on or just before the wanted day.
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

// workday moves an office's step to a working day. Organizations and reviewers also work on rest days.
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

// hash spreads values evenly and reproducibly.
func hash(parts ...string) int {
	h := fnv.New32a()
	for _, p := range parts {
		h.Write([]byte(p))
		h.Write([]byte{0})
	}
	return int(h.Sum32() >> 1)
}
