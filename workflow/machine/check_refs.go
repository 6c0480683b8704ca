package machine

import (
	"fmt"
	"slices"

	"incubase/workflow"
	"incubase/workflow/define"
)

// references refuses effects on names of clocks, actions or fields that do not exist.
func (c *checker) references() {
	c.Known = c.keeps()
	for i := range c.m.Def.Actions {
		a := &c.m.Def.Actions[i]
		for j := range c.uses[a] {
			c.effectRefs(a, &c.uses[a][j])
		}
	}
}

func (c *checker) effectRefs(a *define.ActionDef, t *define.Effect) {
	at := fmt.Sprintf("action %s: effect %s", a.Name, t.Name)
	has := func(name, kind string) bool {
		return slices.ContainsFunc(a.Fields, func(f define.FieldDef) bool {
			return f.Name == name &&
				(kind == "" || f.Type == kind)
		})
	}
	for _, name := range define.SortedKeys(t.Asks) {
		if kind := t.Asks[name]; !has(name, kind) {
			c.fail("%s needs a field %s of type %s", at, name, kind)
		}
	}
	for _, name := range t.Reads.Fields {
		if !has(name, "") {
			c.fail("%s: the action has no field %s", at, name)
		}
	}
	for _, name := range t.Reads.Clocks {
		if !slices.Contains(c.Known.Clocks, name) {
			c.fail("%s: unknown clock %s", at, name)
		}
	}
	for _, name := range t.Reads.Results {
		if !slices.Contains(c.Known.Results, name) {
			c.fail("%s: no action gives a result %s", at, name)
		}
	}
	for _, name := range t.Reads.Fires {
		if !slices.ContainsFunc(c.m.Def.Actions, func(x define.ActionDef) bool { return x.Name == name && c.firable(&x) }) {
			c.fail("%s: action %s is unknown, or the system cannot fire it", at, name)
		}
	}
}

// firable reports whether the system may do an action and can do it without input.
func (c *checker) firable(a *define.ActionDef) bool {
	may := slices.ContainsFunc(a.By, func(n string) bool {
		p := c.m.Parties[n]
		return p != nil &&
			p.Relation == workflow.RelSystem
	})
	return may && a.Note == "" && !slices.ContainsFunc(a.Fields, func(f define.FieldDef) bool { return f.Required })
}

// keeps lists what timers, actions and effects bring into being.
func (c *checker) keeps() define.Names {
	t := define.Traits{Keeps: define.Names{Actions: []string{workflow.CreateAction}, Facts: []string{"kind"}}}
	all := &t.Keeps
	for i := range c.m.Def.Actions {
		a := &c.m.Def.Actions[i]
		all.Actions = append(all.Actions, a.Name)
		for j := range c.uses[a] {
			t.Add(&c.uses[a][j].Traits)
		}
	}
	for _, g := range c.m.Def.Groups {
		for _, k := range g.Timers {
			all.Clocks = append(all.Clocks, k.Name)
		}
	}
	for _, s := range c.m.Def.States {
		for _, k := range s.Timers {
			all.Clocks = append(all.Clocks, k.Name)
		}
	}
	return t.Keeps
}
