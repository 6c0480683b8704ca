package machine

import (
	"fmt"
	"slices"
	"strings"

	"incubase/workflow"
	"incubase/workflow/define"
)

// references refuses names of clocks, actions, fields, facts or counters that do not exist: their guards would never
// hold.
func (c *checker) references() {
	known := c.keeps()
	for i := range c.m.Def.Actions {
		a := &c.m.Def.Actions[i]
		at := "action " + a.Name
		for _, spec := range flatSpecs(a.Guards) {
			c.guardRefs(at, spec, &known)
			if spec.Name == "field" {
				c.fail("%s: guard field: what was said is known only where a branch is chosen (when)", at)
			}
		}
		for _, b := range a.To {
			for _, spec := range flatSpecs(b.When) {
				c.guardRefs(at, spec, &known)
				if spec.Name == "field" {
					c.branchField(at, a, spec)
				}
			}
		}
		for j := range c.uses[a] {
			c.effectRefs(a, &c.uses[a][j], &known)
		}
	}
}

func flatSpecs(specs []define.Spec) []define.Spec {
	var out []define.Spec
	for _, s := range specs {
		out = append(out, s)
		list, _ := s.Params["guards"].([]any)
		for _, x := range list {
			if inner, err := define.SpecOf(x); err == nil {
				out = append(out, flatSpecs([]define.Spec{inner})...)
			}
		}
	}
	return out
}

func (c *checker) guardRefs(at string, s define.Spec, all *define.Names) {
	known := func(what, name string, list []string) {
		if name != "" && !slices.Contains(list, name) {
			c.fail("%s: guard %s: unknown %s %s", at, s.Name, what, name)
		}
	}
	word := func(param string) string { w, _ := s.Params[param].(string); return w }
	switch s.Name {
	case "notice_elapsed":
		name := word("clock")
		if name == "" {
			name = NoticeClock
		}
		known("clock", name, all.Clocks)
	case "elapsed", "running":
		known("clock", word("clock"), all.Clocks)
	case "once", "done":
		known("action", word("action"), all.Actions)
	case "separate_from":
		list, _ := s.Params["actions"].([]any)
		for _, x := range list {
			known("action", fmt.Sprint(x), all.Actions)
		}
	case "data":
		known("fact", word("name"), all.Facts)
	case "count":
		if n := word("name"); !slices.ContainsFunc(all.Counts, func(k string) bool {
			prefix, any := strings.CutSuffix(k, "*")
			return any && strings.HasPrefix(n, prefix)
		}) {
			known("counter", n, all.Counts)
		}
	}
}

func (c *checker) branchField(at string, a *define.ActionDef, s define.Spec) {
	name, _ := s.Params["name"].(string)
	i := slices.IndexFunc(a.Fields, func(f define.FieldDef) bool { return f.Name == name })
	if i < 0 {
		c.fail("%s: a branch asks about field %s, which the action has not", at, name)
		return
	}
	want := oneOf(&workflow.Params{Given: s.Params})
	if len(want) == 0 {
		c.fail("%s: a branch asks about field %s without a value (equals, one_of)", at, name)
	}
	for _, w := range want {
		if f := &a.Fields[i]; f.Type == "choice" && !slices.ContainsFunc(f.Choices,
			func(x workflow.Choice) bool { return x.Value == w }) {
			c.fail("%s: a branch asks for %s=%s, which is no choice", at, name, w)
		}
	}
}

func (c *checker) effectRefs(a *define.ActionDef, t *define.Effect, known *define.Names) {
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
		if !slices.Contains(known.Clocks, name) {
			c.fail("%s: unknown clock %s", at, name)
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
