package machine

import (
	"slices"

	"incubase/workflow"
	"incubase/workflow/define"
	"incubase/workflow/paper"
)

// checkLifecycle refuses definitions that would strand a case or lose money.
func (c *checker) checkLifecycle() {
	for _, s := range c.m.Def.States {
		for _, t := range c.m.Leaving[s.Name] {
			c.checkMoneyParties(t)
			c.checkDeadEnds(t)
		}
	}
	c.Errs = distinct(c.Errs)
}

func distinct(errs []error) (out []error) {
	for _, e := range errs {
		if !slices.ContainsFunc(out, func(o error) bool { return o.Error() == e.Error() }) {
			out = append(out, e)
		}
	}
	return out
}

func (c *checker) checkMoneyParties(t *Transition) {
	d, a := &c.m.Def, t.Def
	if t.traits.Posts() && len(d.Open) > 0 && !d.NeedsRound() {
		c.fail("action %s: money is posted on the envelope of a round, so the workflow needs a round", a.Name)
	}
	if !t.traits.Takes {
		return
	}
	for _, name := range a.By {
		switch p := c.m.Parties[name]; {
		case p == nil:
		case p.Relation == workflow.RelSystem:
			c.fail("action %s: it takes money, and the system acts without a key: leave it to the staff", a.Name)
		case p.Relation != workflow.RelScope:
			c.fail("action %s: it takes money, so it is the staff's: not of %s", a.Name, name)
		}
	}
}

// checkDeadEnds checks that objections and suspensions can end.
func (c *checker) checkDeadEnds(t *Transition) {
	leads := func(name string, ends func(*Transition) bool) {
		for _, b := range t.Branches {
			if !slices.ContainsFunc(c.from(b.To), ends) {
				c.fail("action %s: %s, and nothing that follows %s", t.Def.Name, name, b.To)
			}
		}
	}
	if t.traits.Has(define.Objects) {
		leads("an objection is made", func(x *Transition) bool { return x.traits.Has(define.Answers) })
	}
	if t.traits.Has(define.Stores) {
		leads("the state is stored to be returned to", func(x *Transition) bool {
			return slices.ContainsFunc(x.Branches, func(b branch) bool { return b.stored() })
		})
	}
	for _, kind := range t.traits.Keeps.Papers {
		c.checkPaperFacts(t, kind)
	}
}

// from lists the transitions out of a state and of all states reached from there.
func (c *checker) from(s workflow.State) (out []*Transition) {
	seen := map[workflow.State]bool{s: true}
	for todo := []workflow.State{s}; len(todo) > 0; todo = todo[1:] {
		for _, t := range c.m.Leaving[todo[0]] {
			out = append(out, t)
			for _, b := range t.Branches {
				if !seen[b.To] {
					seen[b.To], todo = true, append(todo, b.To)
				}
			}
		}
	}
	return out
}

// checkPaperFacts checks that a paper's facts are set before it is issued.
func (c *checker) checkPaperFacts(t *Transition, kind string) {
	proposed := slices.ContainsFunc(c.m.Def.Actions, func(a define.ActionDef) bool { return a.Has(define.Proposes) })
	switch kind {
	case paper.Notice, paper.Award, paper.Agreement:
		if !proposed {
			c.fail("action %s: the paper %s names a sum, and nothing proposes one", t.Def.Name, kind)
		}
	case paper.Refusal:
		for _, b := range t.Branches {
			if s := c.m.States[b.To]; len(t.Branches) == 1 && s != nil && s.Outcome == "" {
				c.fail("action %s: a letter of refusal tells an outcome, and %s has none", t.Def.Name, b.To)
			}
		}
		reason := slices.ContainsFunc(t.Def.Fields, func(f define.FieldDef) bool { return f.Name == "reason" && f.Required })
		if t.Def.Note != "required" && !reason {
			c.fail("action %s: a letter of refusal gives the reason: require a note or a field reason", t.Def.Name)
		}
	case paper.Minutes:
		if c.m.Def.Name != RoundWorkflow {
			c.fail("action %s: minutes are of a round, and this is none", t.Def.Name)
		}
	}
}
