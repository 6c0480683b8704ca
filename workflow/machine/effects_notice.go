package machine

import (
	"slices"

	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/define"
)

var noticeEffects = []define.EffectDef{
	{Name: "start_clock", About: "starts a clock",
		Params: define.ParamsOf("name* period* action label_zh* label_en* source"),
		Make: func(_ *define.Checker, p *workflow.Params) define.Effect {
			def := workflow.TimerDef{Name: p.Need("name"), Period: p.Need("period"), Action: p.Text("action", ""),
				Label: workflow.Text{ZH: p.Need("label_zh"), EN: p.Need("label_en")}}
			p.Text("source", "")
			if _, err := workflow.NewSpan(def.Period); err != nil {
				p.Fail("period: %v", err)
			}
			t := define.Traits{Keeps: define.Names{Clocks: words{def.Name}}}
			if def.Action != "" {
				t.Reads.Fires = words{def.Action}
			}
			return using(t, func(w *define.Work) {
				w.StopClock(def.Name)
				w.StartClock(def, "")
			})
		}},
	{Name: "stop_clock", About: "stops a clock", Params: define.ParamsOf("name*"),
		Make: func(_ *define.Checker, p *workflow.Params) define.Effect {
			name := p.Need("name")
			return using(onClock(name), func(w *define.Work) { w.StopClock(name) })
		}},
	{Name: "extend_clock", About: "gives a clock more time", Params: define.ParamsOf("name* period*"),
		Make: func(_ *define.Checker, p *workflow.Params) define.Effect {
			name, period := p.Need("name"), p.Need("period")
			s, err := workflow.NewSpan(period)
			if err != nil {
				p.Fail("period: %v", err)
			}
			return using(onClock(name), func(w *define.Work) { w.ExtendClock(name, s) })
		}},
	{Name: "pause_clock", About: "pauses a clock in any state until it is resumed", Params: define.ParamsOf("name*"),
		Make: stopping(true)},
	{Name: "resume_clock", About: "resumes a paused clock", Params: define.ParamsOf("name*"),
		Make: stopping(false)},
}

func onClock(name string) define.Traits {
	return define.Traits{Reads: define.Names{Clocks: words{name}}}
}

// stopping stops or resumes a clock whatever the state; landing measures it.
func stopping(still bool) func(*define.Checker, *workflow.Params) define.Effect {
	return func(_ *define.Checker, p *workflow.Params) define.Effect {
		name := p.Need("name")
		return using(onClock(name), func(w *define.Work) {
			if k := w.C().Clock(name); k != nil {
				k.Stopped = still
			}
		})
	}
}

// moveClocks ends, starts, pauses and resumes clocks as their states and groups are left and entered. An action that
// stores the state holds its clocks until an action returns there, which restarts none.
func (w *work) moveClocks(from, to workflow.State) {
	before, after := map[workflow.State]bool{}, map[workflow.State]bool{}
	if from != "" {
		for _, s := range w.m.chain(from) {
			before[s] = true
		}
	}
	for _, s := range w.m.chain(to) {
		after[s] = true
	}
	storing, waiting := w.at != nil && w.at.traits.Has(define.Stores), !w.resumed && w.m.resumes(to) && w.C().Outcome == ""
	clocks := w.C().Clocks[:0]
	for _, k := range w.C().Clocks {
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
	w.C().Clocks = clocks
	for _, s := range slices.Backward(w.m.chain(to)) {
		if before[s] || w.resumed {
			continue
		}
		for _, t := range w.m.timersOf(s) {
			w.StartClock(t, s)
		}
	}
	w.pauseClocks(w.m.States[to].Pauses)
}

func (m *Machine) resumes(s workflow.State) bool {
	return slices.ContainsFunc(m.Leaving[s], func(t *Transition) bool {
		return slices.ContainsFunc(t.Branches, func(b branch) bool { return b.stored() })
	})
}

func (b branch) stored() bool {
	return slices.ContainsFunc(b.when, func(g define.Guard) bool { _, ok := g.(define.StoredIs); return ok })
}

func (m *Machine) timersOf(s workflow.State) []workflow.TimerDef {
	if g := m.groups[s]; g != nil {
		return g.Timers
	}
	return m.States[s].Timers
}

// pauseClocks pauses exactly the named, held and stopped clocks. Clocks with a set date keep it.
func (w *work) pauseClocks(names []string) {
	for i := range w.C().Clocks {
		k := &w.C().Clocks[i]
		stop := slices.Contains(names, k.Name) || k.Held || k.Stopped
		switch {
		case !k.At.IsZero():
			continue
		case stop && !k.Paused:
			k.Pauses = append(k.Pauses, calendar.Pause{From: w.Today()})
		case !stop && k.Paused:
			k.Pauses[len(k.Pauses)-1].To = w.Today()
		default:
			continue
		}
		w.Measure(k)
		if k.Name == cosignClock {
			postpone(&w.Work, k.Pauses)
		}
	}
}
