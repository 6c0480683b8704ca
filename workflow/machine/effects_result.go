package machine

import (
	"slices"

	"incubase/workflow"
	"incubase/workflow/define"
)

// resultTypes are the fields whose value can be a result: words of a person could not be erased from it.
var resultTypes = words{"boolean", "choice", "date", "integer", "money", "points"}

var resultEffects = []define.EffectDef{
	{Name: "result", About: "gives the organization a result, as a grade: the value of a field, shown where the " +
		"organization applies again. A later one of the case and name replaces it. A case without an organization gives none",
		Params: define.ParamsOf("name* field* label_zh* label_en* until"),
		Make: func(c *define.Checker, p *workflow.Params) define.Effect {
			r := workflow.Result{Name: p.Need("name"),
				Label: workflow.Text{ZH: p.Need("label_zh"), EN: p.Need("label_en")}}
			field, lasts := p.Need("field"), p.Text("until", "")
			if r.Name != "" && !namePattern.MatchString(r.Name) {
				p.Fail("name: up to 40 of a-z, 0-9 and _, beginning with a letter")
			}
			var span workflow.Span
			if lasts != "" {
				var err error
				if span, err = workflow.NewSpan(lasts); err != nil || span.Closes {
					p.Fail("until: a period such as 1y, not %q", lasts)
				}
			}
			i := slices.IndexFunc(c.Action.Fields, func(f define.FieldDef) bool { return f.Name == field })
			if i < 0 {
				return define.Effect{Traits: given(r.Name, field)} // refused as every field that is missing
			}
			def := &c.Action.Fields[i]
			if !slices.Contains(resultTypes, def.Type) {
				p.Fail("field %s: a result is a choice, a number, an amount, points, a date or yes and no", field)
			}
			return using(given(r.Name, field), func(w *define.Work) {
				v, ok := w.Fields[field]
				if !ok {
					return
				}
				given := r
				given.Value, given.Shown, given.On = v, def.Words(v), w.Today()
				if lasts != "" {
					if period := span.Period(&w.Facts); !period.IsZero() {
						given.Until = new(w.Calendar.Last(w.Today(), period).Last)
					}
				}
				w.Result(given)
			})
		}},
	{Name: "withdraw_result", About: "withdraws a result that the case gave", Params: define.ParamsOf("name*"),
		Make: func(_ *define.Checker, p *workflow.Params) define.Effect {
			name := p.Need("name")
			return using(define.Traits{Reads: define.Names{Results: words{name}}}, func(w *define.Work) {
				w.Result(workflow.Result{Name: name, On: w.Today()})
			})
		}},
}

func given(name, field string) define.Traits {
	return define.Traits{Reads: define.Names{Fields: words{field}}, Keeps: define.Names{Results: words{name}}}
}

// checkResults refuses a result that tells the organization what it may not read: one of a confidential act, or one
// that shows that the case stands in a state which is shown to it as another.
func (c *checker) checkResults() {
	for i := range c.m.Def.States {
		s := &c.m.Def.States[i]
		for _, t := range c.m.Leaving[s.Name] {
			if len(t.traits.Keeps.Results)+len(t.traits.Reads.Results) == 0 {
				continue
			}
			if c.m.Audience(t.Def) != define.Everybody {
				c.fail("action %s: the organization reads its results, and may not read this act", t.Def.Name)
			}
			for _, b := range append([]branch{{To: s.Name}}, t.Branches...) {
				if to := c.m.States[b.To]; to.Shown != "" {
					c.fail("action %s: the organization reads its results, and is shown state %s as %s", t.Def.Name, to.Name,
						to.Shown)
				}
			}
		}
	}
}
