package machine

import (
	"slices"
	"strings"

	"incubase/workflow"
	"incubase/workflow/calendar"
)

var objectionEffects = map[string]effectMaker{
	"add_objection": func(c *checker, p *workflow.Params) effect {
		c.m.answering = workflow.NewAnswering(p)
		return effectFunc(addObjection)
	},
	"confirm_objection": func(*checker, *workflow.Params) effect {
		return objectionEffect("没有这条待核实的异议，请核对编号", "no objection of this number waits to be confirmed; check the number",
			func(o *workflow.Objection) bool { return o.Unconfirmed }, confirmObjection)
	},
	"resolve_objection": func(*checker, *workflow.Params) effect {
		return objectionEffect("没有这条待处理的异议，请核对编号", "no objection of this number waits for an answer; check the number",
			func(*workflow.Objection) bool { return true }, resolveObjection)
	},
}

// objectionEffect makes an effect on the unanswered objection that field "objection" names, or on all.
func objectionEffect(zh, en string, fits func(*workflow.Objection) bool,
	change func(*work, *workflow.Objection)) effect {
	meant := func(o *workflow.Objection, fields map[string]any) bool { return fits(o) && o.Matches(fields) }
	return vetted{effectFunc: func(w *work) {
		for i := range w.f.Waiting {
			if o := &w.f.Waiting[i]; meant(o, w.Fields) {
				change(w, o)
				w.d.Objections = append(w.d.Objections, *o)
			}
		}
		w.answerClock()
	}, problems: func(f *workflow.Facts, fields map[string]any) []workflow.FieldError {
		if slices.ContainsFunc(f.Waiting, func(o workflow.Objection) bool { return meant(&o, fields) }) {
			return nil
		}
		return []workflow.FieldError{{Field: "fields.objection", Message: workflow.Text{ZH: zh, EN: en}}}
	}}
}

// addObjection takes every objection; those above the daily limit hold nothing until confirmed.
func addObjection(w *work) {
	c := w.C()
	o := workflow.Objection{N: c.Counts[workflow.ObjectionsMade] + 1, Seq: w.next(), At: w.f.Now, Name: w.text("name"),
		Contact: w.text("contact"), Text: w.text("text")}
	if o.Anonymous = strings.TrimSpace(o.Name) == ""; o.Anonymous {
		o.Name = ""
	}
	o.Code = w.f.ObjectionCode(c.ID, o.N)
	o.Files, _ = w.Fields["attachments"].([]string)
	o.Unconfirmed = w.objectedToday() > workflow.ObjectionsADay
	o.Counts = !o.Unconfirmed && (!o.Anonymous || w.f.Rules().AnonymousObjections)
	w.tally(workflow.ObjectionsMade, 1)
	w.tally(workflow.ObjectionsWaiting, 1)
	switch {
	case o.Unconfirmed:
		w.tally(workflow.ObjectionsUnconfirmed, 1)
	case o.Counts:
		w.tally(workflow.ObjectionsHolding, 1)
	}
	if !o.Unconfirmed {
		w.waits(&o)
		if c.Clock(w.m.answering.Clock.Name) == nil {
			w.startClock(w.m.answering.Clock, "")
		}
	}
	w.f.Waiting = append(w.f.Waiting, o)
	w.d.Objections = append(w.d.Objections, o)
}

// confirmObjection counts an objection above the daily limit.
func confirmObjection(w *work, o *workflow.Objection) {
	o.Unconfirmed, o.Counts = false, true
	w.tally(workflow.ObjectionsUnconfirmed, -1)
	w.tally(workflow.ObjectionsHolding, 1)
	w.waits(o)
}

func resolveObjection(w *work, o *workflow.Objection) {
	if o.Open() {
		w.tally(workflow.ObjectionsHolding, -1)
	}
	if o.Unconfirmed {
		w.tally(workflow.ObjectionsUnconfirmed, -1)
	}
	w.tally(workflow.ObjectionsWaiting, -1)
	now := w.f.Now
	o.Resolved, o.Upheld, o.Reason, o.By, o.AnswerSeq = &now, w.yes("upheld"), w.text("reason"), w.f.Actor.ID, w.next()
}

func (w *work) waits(o *workflow.Objection) {
	today := w.today()
	o.Since = &today
	if p := w.m.answering.Span.Period(&w.f); !p.IsZero() && w.f.Calendar != nil {
		d, _ := w.f.Calendar.Due(calendar.Clock{Start: today, Period: p}, today)
		o.Due = &d.Last
	}
}

// answerClock runs the clock of the objection that has waited longest, and stops it with the last.
func (w *work) answerClock() {
	var first *calendar.Date
	for i := range w.f.Waiting {
		if o := &w.f.Waiting[i]; o.Resolved == nil && o.Since != nil && (first == nil || o.Since.Before(*first)) {
			first = o.Since
		}
	}
	def := w.m.answering.Clock
	if first == nil {
		w.stopClock(def.Name)
		return
	}
	if w.C().Clock(def.Name) == nil {
		w.startClock(def, "")
	}
	if k := w.C().Clock(def.Name); k != nil && k.Start != *first {
		k.Start, k.Since = *first, w.next()
		w.measure(k)
	}
}

func (w *work) objectedToday() int {
	today := w.today()
	day := today.Year*10000 + int(today.Month)*100 + today.Day
	if w.C().Counts[workflow.ObjectionsDay] != day {
		w.tally(workflow.ObjectionsDay, day-w.C().Counts[workflow.ObjectionsDay])
		w.tally(workflow.ObjectionsToday, -w.C().Counts[workflow.ObjectionsToday])
	}
	w.tally(workflow.ObjectionsToday, 1)
	return w.C().Counts[workflow.ObjectionsToday]
}

func (w *work) tally(name string, by int) {
	w.count(name)
	w.C().Counts[name] += by - 1
}
