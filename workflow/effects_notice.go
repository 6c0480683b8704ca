package workflow

import (
	"slices"

	"incubase/workflow/calendar"
)

// noticeEffects are about clocks.
var noticeEffects = map[string]effectMaker{
	"start_clock": func(_ *checker, p *params) effect {
		def := TimerDef{Name: p.need("name"), Period: p.need("period"), Action: p.text("action", ""),
			Label: Text{ZH: p.need("label_zh"), EN: p.need("label_en")}}
		p.text("source", "")
		if _, err := newSpan(def.Period); err != nil {
			p.fail("period: %v", err)
		}
		return effectFunc(func(w *work) {
			w.stopClock(def.Name)
			w.startClock(def, "")
		})
	},
	"stop_clock": func(_ *checker, p *params) effect {
		name := p.need("name")
		return effectFunc(func(w *work) { w.stopClock(name) })
	},
	"extend_clock": func(_ *checker, p *params) effect {
		name, period := p.need("name"), p.need("period")
		s, err := newSpan(period)
		if err != nil {
			p.fail("period: %v", err)
		}
		return effectFunc(func(w *work) { w.extendClock(name, s) })
	},
	"pause_clock":  stopping(true),
	"resume_clock": stopping(false),
}

// stopping makes a clock stand still, or go on, whatever state the case is in; landing measures it.
func stopping(still bool) effectMaker {
	return func(_ *checker, p *params) effect {
		name := p.need("name")
		return effectFunc(func(w *work) {
			if k := w.c().Clock(name); k != nil {
				k.Stopped = still
			}
		})
	}
}

// startClock begins a clock today. The owner is the state or group whose leaving ends it, "" for none.
func (w *work) startClock(def TimerDef, owner State) {
	s, err := newSpan(def.Period)
	if err != nil {
		return // refused at compile
	}
	k := Clock{Name: def.Name, Label: def.Label, Owner: owner, Start: w.today(), Action: def.Action, Since: w.next()}
	if s.closes {
		if w.f.Round == nil || w.f.Round.Closes == nil {
			return
		}
		k.At, k.Due = *w.f.Round.Closes, calendar.DateOf(*w.f.Round.Closes)
		w.c().Clocks = append(w.c().Clocks, k)
		return
	}
	if k.Period = s.period(&w.f); k.Period.IsZero() {
		return
	}
	w.measure(&k)
	w.c().Clocks = append(w.c().Clocks, k)
}

// measure computes a clock's last day as things stand today.
func (w *work) measure(k *Clock) { w.f.measure(k) }

func (f *Facts) measure(k *Clock) {
	if !k.At.IsZero() {
		return
	}
	d, paused := f.Calendar.Due(calendar.Clock{Start: k.Start, Period: k.Period, Pauses: k.Pauses}, f.today())
	k.Due, k.Provisional, k.Paused = d.Last, d.Provisional, paused
}

// refresh measures provisional clocks again: the notice of the next year's holidays may have come since they were
// stored. The case is the caller's own copy; the clocks are copied before one changes.
func (f *Facts) refresh() {
	if f.Calendar == nil || !slices.ContainsFunc(f.Case.Clocks, func(k Clock) bool { return k.Provisional }) {
		return
	}
	f.Case.Clocks = slices.Clone(f.Case.Clocks)
	for i := range f.Case.Clocks {
		if k := &f.Case.Clocks[i]; k.Provisional && !k.Paused {
			f.measure(k)
		}
	}
}

func (w *work) stopClock(name string) {
	w.c().Clocks = slices.DeleteFunc(w.c().Clocks, func(k Clock) bool { return k.Name == name })
}

// extendClock gives a clock another period from its last day.
func (w *work) extendClock(name string, s span) {
	k := w.c().Clock(name)
	if k == nil {
		return
	}
	k.Start, k.Period, k.Pauses, k.Since = k.Due, s.period(&w.f), nil, w.next()
	w.measure(k)
}

// moveClocks ends the clocks of what was left, starts those of what was entered, and pauses or resumes the others. An
// action that stores the state holds its clocks: they stand still until an action returns there, which starts none
// again.
func (w *work) moveClocks(from, to State) {
	before, after := map[State]bool{}, map[State]bool{}
	if from != "" {
		for _, s := range w.m.chain(from) {
			before[s] = true
		}
	}
	for _, s := range w.m.chain(to) {
		after[s] = true
	}
	storing, waiting := w.at != nil && w.at.stores(), !w.resumed && w.m.resumes(to) && w.c().Outcome == ""
	clocks := w.c().Clocks[:0]
	for _, k := range w.c().Clocks {
		switch {
		case k.Held && !waiting:
			k.Held = false
			if w.resumed && (k.Owner == "" || after[k.Owner]) {
				clocks = append(clocks, k)
			}
		case k.Held, k.Owner != "" && after[k.Owner]:
			clocks = append(clocks, k)
		case storing && waiting:
			k.Held = true
			clocks = append(clocks, k)
		case k.Owner == "":
			clocks = append(clocks, k)
		}
	}
	w.c().Clocks = clocks
	for _, s := range slices.Backward(w.m.chain(to)) {
		if before[s] || w.resumed {
			continue
		}
		for _, t := range w.m.timersOf(s) {
			w.startClock(t, s)
		}
	}
	w.pauseClocks(w.m.states[to].Pauses)
}

// resumes reports whether an action leads from the state back to a stored one.
func (m *Machine) resumes(s State) bool {
	return slices.ContainsFunc(m.leaving[s], func(t *transition) bool {
		return slices.ContainsFunc(t.branches, func(b branch) bool { return b.stored() })
	})
}

// stored reports whether the branch returns to a stored state.
func (b branch) stored() bool {
	return slices.ContainsFunc(b.when, func(g Guard) bool { _, ok := g.(storedIs); return ok })
}

func (m *Machine) timersOf(s State) []TimerDef {
	if g := m.groups[s]; g != nil {
		return g.Timers
	}
	return m.states[s].Timers
}

// pauseClocks lets exactly the named clocks and those that are held or stopped stand still. A date that somebody set
// stays.
func (w *work) pauseClocks(names []string) {
	for i := range w.c().Clocks {
		k := &w.c().Clocks[i]
		stop := slices.Contains(names, k.Name) || k.Held || k.Stopped
		switch {
		case !k.At.IsZero():
			continue
		case stop && !k.Paused:
			k.Pauses = append(k.Pauses, calendar.Pause{From: w.today()})
		case !stop && k.Paused:
			k.Pauses[len(k.Pauses)-1].To = w.today()
		default:
			continue
		}
		w.measure(k)
		if k.Name == cosignClock {
			w.postpone(k.Pauses)
		}
	}
}
