package workflow

import "slices"

// takers are the effects that take money of an envelope or send it out.
var takers = []string{"hold_award", "commit_award", "open_tranche", "post_payment"}

// posters are the effects that write to the ledger of a round.
var posters = append([]string{"release_hold", "release_commitment", "cancel_payment", "settle"}, takers...)

// life refuses what would strand a case or lose money once it lives: money without an envelope or taken by others than
// the staff, an objection that nobody can resolve, a suspension that never ends, a paper about what no act has said.
func (c *checker) life() {
	for _, s := range c.m.def.States {
		for _, t := range c.m.leaving[s.Name] {
			c.takes(t.def)
			c.strands(t)
		}
	}
	c.errs = distinct(c.errs)
}

func distinct(errs []error) (out []error) {
	for _, e := range errs {
		if !slices.ContainsFunc(out, func(o error) bool { return o.Error() == e.Error() }) {
			out = append(out, e)
		}
	}
	return out
}

func (a *ActionDef) has(effects ...string) bool {
	return slices.ContainsFunc(a.Effects, func(s Spec) bool { return slices.Contains(effects, s.Name) })
}

// takes checks the acts of money. A case that only another one opens has the round of that one.
func (c *checker) takes(a *ActionDef) {
	d := &c.m.def
	if a.has(posters...) && len(d.Open) > 0 && !slices.Contains(d.Needs, "round") {
		c.fail("action %s: money is posted on the envelope of a round, so the workflow needs a round", a.Name)
	}
	if !a.has(takers...) {
		return
	}
	for _, name := range a.By {
		switch p := c.m.parties[name]; {
		case p == nil:
		case p.Relation == RelSystem:
			c.fail("action %s: it takes money, and the system acts without a key: leave it to the staff", a.Name)
		case p.Relation != RelScope:
			c.fail("action %s: it takes money, so it is the staff's: not of %s", a.Name, name)
		}
	}
}

// strands checks that what a transition begins can end.
func (c *checker) strands(t *transition) {
	leads := func(name string, ends func(*transition) bool) {
		for _, b := range t.branches {
			if !slices.ContainsFunc(c.from(b.to), ends) {
				c.fail("action %s: %s, and nothing that follows %s", t.def.Name, name, b.to)
			}
		}
	}
	if t.def.has("add_objection") {
		leads("an objection is made", func(x *transition) bool { return x.def.has("resolve_objection") })
	}
	if t.def.has("store_state") {
		leads("the state is stored to be returned to", func(x *transition) bool {
			return slices.ContainsFunc(x.branches, func(b branch) bool { return b.stored() })
		})
	}
	for _, e := range t.def.Effects {
		if kind, _ := e.Params["paper"].(string); e.Name == "issue" {
			c.said(t, kind)
		}
	}
}

// from lists all that can follow in a state, itself and everything reached from there.
func (c *checker) from(s State) (out []*transition) {
	seen := map[State]bool{s: true}
	for todo := []State{s}; len(todo) > 0; todo = todo[1:] {
		for _, t := range c.m.leaving[todo[0]] {
			out = append(out, t)
			for _, b := range t.branches {
				if !seen[b.to] {
					seen[b.to], todo = true, append(todo, b.to)
				}
			}
		}
	}
	return out
}

// said checks that what a paper says has been set by the time it is issued.
func (c *checker) said(t *transition, kind string) {
	proposed := slices.ContainsFunc(c.m.def.Actions, func(a ActionDef) bool { return a.has("propose") })
	switch kind {
	case "notice", "award", "agreement":
		if !proposed {
			c.fail("action %s: the paper %s names a sum, and nothing proposes one", t.def.Name, kind)
		}
	case "refusal":
		for _, b := range t.branches {
			if s := c.m.states[b.to]; len(t.branches) == 1 && s != nil && s.Outcome == "" {
				c.fail("action %s: a letter of refusal tells an outcome, and %s has none", t.def.Name, b.to)
			}
		}
		reason := slices.ContainsFunc(t.def.Fields, func(f FieldDef) bool { return f.Name == "reason" && f.Required })
		if t.def.Note != "required" && !reason {
			c.fail("action %s: a letter of refusal gives the reason: require a note or a field reason", t.def.Name)
		}
	case "minutes":
		if c.m.def.Name != RoundWorkflow {
			c.fail("action %s: minutes are of a round, and this is none", t.def.Name)
		}
	}
}
