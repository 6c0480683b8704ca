package machine

import (
	"slices"
	"strings"

	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/define"
)

var objectionEffects = []define.EffectDef{
	{Name: "add_objection", About: "takes an objection; a clock for the answer runs for the oldest",
		Params: define.ParamsOf("clock period label_zh label_en source"),
		Traits: define.Traits{Audience: define.Objectors, Asks: asks{"text": "text"},
			Keeps: define.Names{Counts: workflow.ObjectionCounters}, Marks: marks{define.Objects}},
		Make: func(c *define.Checker, p *workflow.Params) define.Effect {
			a := workflow.NewAnswering(p)
			c.Plans[objections] = a
			return using(define.Traits{Keeps: define.Names{Clocks: words{a.Clock.Name}}}, addObjection)
		}},
	{Name: "confirm_objection", About: `counts an objection above the daily limit, or all such (field "objection")`,
		Traits: define.Traits{Needs: workflow.Needs{Objections: true}},
		Make: func(*define.Checker, *workflow.Params) define.Effect {
			return objectionEffect("没有这条待核实的异议，请核对编号", "no objection of this number waits to be confirmed; check the number",
				func(o *workflow.Objection) bool { return o.Unconfirmed }, confirmObjection)
		}},
	{Name: "resolve_objection", About: `answers one in writing, or all (fields "objection", "upheld", "reason")`,
		Traits: define.Traits{Needs: workflow.Needs{Objections: true}, Asks: asks{"upheld": "boolean", "reason": "text"},
			Marks: marks{define.Answers}},
		Make: func(*define.Checker, *workflow.Params) define.Effect {
			return objectionEffect("没有这条待处理的异议，请核对编号", "no objection of this number waits for an answer; check the number",
				func(*workflow.Objection) bool { return true }, resolveObjection)
		}},
}

// objections is the plan that add_objection prepares: a workflow.Answering.
const objections = "objections"

func answering(w *define.Work) workflow.Answering {
	a, _ := w.Plans[objections].(workflow.Answering)
	return a
}

// objectionEffect makes an effect on the unanswered objection that field "objection" names, or on all.
func objectionEffect(zh, en string, fits func(*workflow.Objection) bool,
	change func(*define.Work, *workflow.Objection)) define.Effect {
	meant := func(o *workflow.Objection, fields map[string]any) bool { return fits(o) && o.Matches(fields) }
	return define.Effect{Apply: func(w *define.Work) {
		for i := range w.Waiting {
			if o := &w.Waiting[i]; meant(o, w.Fields) {
				change(w, o)
				w.D.Objections = append(w.D.Objections, *o)
			}
		}
		answerClock(w)
	}, Vet: func(f *workflow.Facts, fields map[string]any) []workflow.FieldError {
		if slices.ContainsFunc(f.Waiting, func(o workflow.Objection) bool { return meant(&o, fields) }) {
			return nil
		}
		return []workflow.FieldError{{Field: "fields.objection", Message: workflow.Text{ZH: zh, EN: en}}}
	}}
}

// addObjection takes every objection; those above the daily limit hold nothing until confirmed.
func addObjection(w *define.Work) {
	c := w.C()
	o := workflow.Objection{N: c.Counts[workflow.ObjectionsMade] + 1, Seq: w.Next(), At: w.Now, Name: w.Text("name"),
		Contact: w.Text("contact"), Text: w.Text("text")}
	if o.Anonymous = strings.TrimSpace(o.Name) == ""; o.Anonymous {
		o.Name = ""
	}
	o.Code = w.ObjectionCode(c.ID, o.N)
	o.Files, _ = w.Fields["attachments"].([]string)
	o.Unconfirmed = objectedToday(w) > workflow.ObjectionsADay
	o.Counts = !o.Unconfirmed && (!o.Anonymous || w.Rules().AnonymousObjections)
	w.Tally(workflow.ObjectionsMade, 1)
	w.Tally(workflow.ObjectionsWaiting, 1)
	switch {
	case o.Unconfirmed:
		w.Tally(workflow.ObjectionsUnconfirmed, 1)
	case o.Counts:
		w.Tally(workflow.ObjectionsHolding, 1)
	}
	if !o.Unconfirmed {
		waits(w, &o)
		if def := answering(w).Clock; c.Clock(def.Name) == nil {
			w.StartClock(def, "")
		}
	}
	w.Waiting = append(w.Waiting, o)
	w.D.Objections = append(w.D.Objections, o)
}

// confirmObjection counts an objection above the daily limit.
func confirmObjection(w *define.Work, o *workflow.Objection) {
	o.Unconfirmed, o.Counts = false, true
	w.Tally(workflow.ObjectionsUnconfirmed, -1)
	w.Tally(workflow.ObjectionsHolding, 1)
	waits(w, o)
}

func resolveObjection(w *define.Work, o *workflow.Objection) {
	if o.Open() {
		w.Tally(workflow.ObjectionsHolding, -1)
	}
	if o.Unconfirmed {
		w.Tally(workflow.ObjectionsUnconfirmed, -1)
	}
	w.Tally(workflow.ObjectionsWaiting, -1)
	now := w.Now
	o.Resolved, o.Upheld, o.Reason, o.By, o.AnswerSeq = &now, w.Yes("upheld"), w.Text("reason"), w.Actor.ID, w.Next()
}

func waits(w *define.Work, o *workflow.Objection) {
	today := w.Today()
	o.Since = &today
	if p := answering(w).Span.Period(&w.Facts); !p.IsZero() && w.Calendar != nil {
		d, _ := w.Calendar.Due(calendar.Clock{Start: today, Period: p}, today)
		o.Due = &d.Last
	}
}

// answerClock runs the clock of the objection that has waited longest, and stops it with the last.
func answerClock(w *define.Work) {
	var first *calendar.Date
	for i := range w.Waiting {
		if o := &w.Waiting[i]; o.Resolved == nil && o.Since != nil && (first == nil || o.Since.Before(*first)) {
			first = o.Since
		}
	}
	def := answering(w).Clock
	if first == nil {
		w.StopClock(def.Name)
		return
	}
	if w.C().Clock(def.Name) == nil {
		w.StartClock(def, "")
	}
	if k := w.C().Clock(def.Name); k != nil && k.Start != *first {
		k.Start, k.Since = *first, w.Next()
		w.Measure(k)
	}
}

func objectedToday(w *define.Work) int {
	today := w.Today()
	day := today.Year*10000 + int(today.Month)*100 + today.Day
	if w.C().Counts[workflow.ObjectionsDay] != day {
		w.Tally(workflow.ObjectionsDay, day-w.C().Counts[workflow.ObjectionsDay])
		w.Tally(workflow.ObjectionsToday, -w.C().Counts[workflow.ObjectionsToday])
	}
	w.Tally(workflow.ObjectionsToday, 1)
	return w.C().Counts[workflow.ObjectionsToday]
}
