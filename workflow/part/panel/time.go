package panel

import (
	"incubase/workflow"
	"incubase/workflow/calendar"
)

// Due returns the last day of a seat. Its period stands still with the panel's clock; ok is false without a period.
func (pl *Plan) Due(p *Panel, s *Seat, f *workflow.Facts) (d calendar.Deadline, paused, ok bool) {
	if p.Period.IsZero() || f.Calendar == nil {
		return d, false, false
	}
	k := calendar.Clock{Start: calendar.DateOf(s.Asked), Period: p.Period}
	if now := f.Case.Clock(pl.Def.Name); now != nil {
		k.Pauses = now.Pauses
	}
	d, paused = f.Calendar.Due(k, f.Today())
	return d, paused, true
}

// Clock returns the panel's clock as it must run now, nil for none. It ends with the first open seat, and keeps its
// pauses for the others.
func (pl *Plan) Clock(p *Panel, f *workflow.Facts) *workflow.Clock {
	var first *Seat
	for _, s := range p.Waiting() {
		if first == nil || s.Asked.Before(first.Asked) {
			first = s
		}
	}
	if first == nil || p.Period.IsZero() || f.Calendar == nil {
		return nil
	}
	k := workflow.Clock{Name: pl.Def.Name, Label: workflow.Text{ZH: pl.Def.Label.ZH + "期限",
		EN: pl.Def.Label.EN + ": to be answered by"}}
	if now := f.Case.Clock(pl.Def.Name); now != nil {
		k = *now
	}
	k.Start, k.Period, k.Action = calendar.DateOf(first.Asked), p.Period, ""
	if pl.Silence(f) != wait {
		k.Action = pl.Def.OnSilence
	}
	f.Measure(&k)
	return &k
}

// Lapse takes the silence of open seats past their last day for an answer, as the panel or the round says, and returns
// how many. A seat may answer in the last second; who answered first, counts.
func (pl *Plan) Lapse(p *Panel, f *workflow.Facts, by workflow.ID) (n int) {
	value := pl.Silence(f)
	if value == wait {
		return 0
	}
	if value == lapse {
		value = Lapsed
	}
	for _, s := range p.Waiting() {
		d, paused, ok := pl.Due(p, s, f)
		if !ok || paused || f.Now.Before(d.Last.End()) || d.Provisional && !f.Rules().AllowProvisional {
			continue
		}
		s.Answer = &Answer{Value: value, By: by, At: f.Now, Silent: true}
		n++
	}
	return n
}
