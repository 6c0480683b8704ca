package machine

import (
	"slices"

	"incubase/workflow"
	"incubase/workflow/define"
	"incubase/workflow/paper"
)

// shape refuses definitions that are well formed and can never work.
func (c *checker) shape() {
	d := &c.m.Def
	for _, g := range d.Groups {
		if c.m.groups[g.Name] != nil && !slices.ContainsFunc(d.States,
			func(s define.StateDef) bool { return c.within(s.In, g.Name) }) {
			c.fail("group %s: no state is in it", g.Name)
		}
	}
	for i := range d.Actions {
		c.actionShape(&d.Actions[i])
	}
	for i := range d.Desks {
		c.deskShape(&d.Desks[i])
	}
	for _, p := range d.Parties {
		checkUnique(c, "party "+p.Name+": roles", p.Roles)
	}
}

func checkUnique[T comparable](c *checker, at string, list []T) {
	for i, x := range list {
		if slices.Contains(list[:i], x) {
			c.fail("%s: %v stands there twice", at, x)
		}
	}
}

// within reports whether a group is outer or lies in it.
func (c *checker) within(group, outer workflow.State) bool {
	for range len(c.m.groups) + 1 {
		if group == outer {
			return true
		}
		g := c.m.groups[group]
		if g == nil {
			return false
		}
		group = g.In
	}
	return false
}

func (c *checker) around(s workflow.State) workflow.State {
	if st := c.m.States[s]; st != nil {
		return st.In
	}
	if g := c.m.groups[s]; g != nil {
		return g.In
	}
	return ""
}

func (c *checker) actionShape(a *define.ActionDef) {
	at := "action " + a.Name
	checkUnique(c, at+": from", a.From)
	checkUnique(c, at+": by", a.By)
	if a.Never {
		for _, s := range a.From {
			if !c.inherits(s, a.Name) {
				c.fail("%s: never: %s does not inherit it", at, s)
			}
		}
		return
	}
	if a.Auto && !c.firable(a) {
		c.fail("%s: auto: the system cannot fire it: it must be among those who may, with nothing to say", at)
	}
	asking := slices.ContainsFunc(a.Fields, func(f define.FieldDef) bool { return f.Type == "answers" })
	for i := range a.Fields {
		f := &a.Fields[i]
		var values []string
		for _, x := range f.Choices {
			values = append(values, x.Value)
		}
		checkUnique(c, at+": field "+f.Name+": choices", values)
		if (f.Name == workflow.DraftField || f.Name == workflow.DeclarationsField || f.Name == "for") && asking {
			c.fail("%s: field %s: the name is taken: every action with answers has such a field", at, f.Name)
		}
		if d := c.m.Desks[a.Desk]; d != nil && d.Def.Paper != "" && f.Name == define.TextField {
			c.fail("%s: field %s: the name is taken: every action at a desk that signs a paper has such a field",
				at, f.Name)
		}
		c.example(at, f)
		c.checkTap(at, a, f)
	}
	if a.Desk != "" {
		c.seats(at, a)
	}
}

func (c *checker) inherits(s workflow.State, action string) bool {
	for outer := c.around(s); outer != ""; outer = c.around(outer) {
		for i := range c.m.Def.Actions {
			if a := &c.m.Def.Actions[i]; a.Name == action && !a.Never && slices.Contains(a.From, outer) {
				return true
			}
		}
		if c.m.groups[outer] == nil {
			break
		}
	}
	return false
}

// checkTap checks that one press gives all the input that the action needs.
func (c *checker) checkTap(at string, a *define.ActionDef, f *define.FieldDef) {
	if f.Tap == "" {
		return
	}
	if !slices.ContainsFunc(f.Choices, func(x workflow.Choice) bool { return x.Value == f.Tap }) {
		c.fail("%s: field %s: tap names none of its choices", at, f.Name)
	}
	if a.Note != "" || slices.ContainsFunc(a.Fields, func(o define.FieldDef) bool {
		return o.Required &&
			o.Name != f.Name
	}) {
		c.fail("%s: field %s: an action of one press can require nothing else", at, f.Name)
	}
}

// example checks a literal example, without bounds that refer to facts: only a case has those.
func (c *checker) example(at string, f *define.FieldDef) {
	if s, ok := f.Example.(string); f.Example == nil || ok && len(s) > 0 && s[0] == '$' || f.Type == "answers" {
		return
	}
	alone := *f
	for _, b := range []*any{&alone.Min, &alone.Max} {
		if refs, err := define.NewBounds(*b); err != nil ||
			slices.ContainsFunc(refs, func(r workflow.Ref) bool { return r.Path != "" }) {
			*b = nil
		}
	}
	define.Typed(&alone, &workflow.Facts{}, f.Example, func(_, _, en string, args ...any) {
		c.fail("%s: field %s: the example would be refused: %s", at, f.Name, workflow.No("", "", en, args...).Message.EN)
	})
}

func (c *checker) seats(at string, a *define.ActionDef) {
	d := c.m.Desks[a.Desk]
	if d == nil {
		return // words refuses it
	}
	for _, p := range a.By {
		if !slices.Contains(d.Def.Parties, p) {
			c.fail("%s: %s has no seat at desk %s", at, p, a.Desk)
		}
	}
	for _, f := range a.Fields {
		if f.Name != "answer" {
			continue
		}
		if f.Type != "choice" || !f.Required {
			c.fail("%s: field answer must be a required choice: it is an answer at desk %s", at, a.Desk)
		}
		for _, x := range f.Choices {
			if !slices.ContainsFunc(d.Def.Answers, func(y workflow.Choice) bool { return y.Value == x.Value }) {
				c.fail("%s: desk %s does not know the answer %s", at, a.Desk, x.Value)
			}
		}
	}
}

// signed checks that an action issues the paper that a desk signs, and that no other fact has the name of its hash.
func (c *checker) signed(at string, d *define.DeskDef) {
	switch {
	case !slices.Contains(paper.Kinds, d.Paper):
		c.fail("%s: unknown paper %s", at, d.Paper)
	case !slices.Contains(c.Known.Papers, d.Paper):
		c.fail("%s: it signs the paper %s, and no action issues that", at, d.Paper)
	case slices.Contains(c.Known.Facts, define.TextFact(d.Paper)):
		c.fail("%s: the fact %s keeps the hash of what is signed, and an action records another under that name", at,
			define.TextFact(d.Paper))
	}
}

func (c *checker) deskShape(d *define.DeskDef) {
	at := "desk " + d.Name
	if d.Paper != "" {
		c.signed(at, d)
	}
	checkUnique(c, at+": parties", d.Parties)
	if !d.Label.Complete() {
		c.fail("%s: words are missing in one language", at)
	}
	var values []string
	for _, x := range d.Answers {
		values = append(values, x.Value)
		if !x.Label.Complete() {
			c.fail("%s: answer %s lacks a language", at, x.Value)
		}
	}
	checkUnique(c, at+": answers", values)
	for _, v := range d.Veto {
		if !slices.Contains(d.Parties, v) {
			c.fail("%s: veto: %s has no seat", at, v)
		}
	}
	if need, err := workflow.NewRef(d.Need); err == nil && need.Path == "" && (need.N < 1 || d.Each == "party" &&
		need.N > int64(len(d.Parties))) {
		c.fail("%s: need %d can never be met, or always is", at, need.N)
	}
}
