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
	clocks, kept, counted := c.clocks(), c.kept(), c.counted()
	for i := range c.m.Def.Actions {
		a := &c.m.Def.Actions[i]
		at := "action " + a.Name
		for _, spec := range flatSpecs(a.Guards) {
			c.guardRefs(at, spec, clocks, kept, counted)
			if spec.Name == "field" {
				c.fail("%s: guard field: what was said is known only where a branch is chosen (when)", at)
			}
		}
		for _, b := range a.To {
			for _, spec := range flatSpecs(b.When) {
				c.guardRefs(at, spec, clocks, kept, counted)
				if spec.Name == "field" {
					c.branchField(at, a, spec)
				}
			}
		}
		for _, spec := range a.Effects {
			c.effectRefs(at, a, spec, clocks)
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

func (c *checker) guardRefs(at string, s define.Spec, clocks, kept, counted []string) {
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
		known("clock", name, clocks)
	case "elapsed", "running":
		known("clock", word("clock"), clocks)
	case "once", "done":
		known("action", word("action"), c.actionNames())
	case "separate_from":
		list, _ := s.Params["actions"].([]any)
		for _, x := range list {
			known("action", fmt.Sprint(x), c.actionNames())
		}
	case "data":
		known("fact", word("name"), kept)
	case "count":
		if n := word("name"); !strings.HasPrefix(n, "accepted_") {
			known("counter", n, counted)
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

var effectFields = map[string]map[string]string{
	"freeze_answers":    {"answers": "answers"},
	"bind_attachments":  {"attachments": "attachments"},
	"declare":           {"conflict": "boolean"},
	"score":             {"points": "points"},
	"cosign":            {"answer": "choice"},
	"propose":           {"amount_fen": "money"},
	"add_objection":     {"text": "text"},
	"resolve_objection": {"upheld": "boolean", "reason": "text"},
	"tranche_paid":      {"tranche": "integer"},
	"tranche_cancelled": {"tranche": "integer"},
	"settle":            {"returned_fen": "money"},
}

func (c *checker) effectRefs(at string, a *define.ActionDef, s define.Spec, clocks []string) {
	has := func(name, kind string) bool {
		return slices.ContainsFunc(a.Fields, func(f define.FieldDef) bool {
			return f.Name == name &&
				(kind == "" || f.Type == kind)
		})
	}
	for name, kind := range effectFields[s.Name] {
		if !has(name, kind) {
			c.fail("%s: effect %s needs a field %s of type %s", at, s.Name, name, kind)
		}
	}
	switch s.Name {
	case "record":
		for _, n := range (&workflow.Params{Given: s.Params}).Texts("fields") {
			if !has(n, "") {
				c.fail("%s: effect record: the action has no field %s", at, n)
			}
		}
	case "stop_clock", "extend_clock", "pause_clock", "resume_clock":
		if n, _ := s.Params["name"].(string); n != "" && !slices.Contains(clocks, n) {
			c.fail("%s: effect %s: unknown clock %s", at, s.Name, n)
		}
	case "issue":
		for _, param := range []string{"notice", "sign_by"} {
			if n, _ := s.Params[param].(string); n != "" && !slices.Contains(clocks, n) {
				c.fail("%s: effect issue: unknown clock %s", at, n)
			}
		}
	case "delete_draft":
		if len(a.From) != 1 || a.From[0] != c.m.Def.Initial || a.Auto {
			c.fail("%s: effect delete_draft: only a draft can be deleted, by a person: from the initial state alone", at)
		}
	case "start_clock":
		if n, _ := s.Params["action"].(string); n != "" && !slices.ContainsFunc(c.m.Def.Actions,
			func(x define.ActionDef) bool { return x.Name == n && c.firable(&x) }) {
			c.fail("%s: effect start_clock: action %s is unknown, or the system cannot fire it", at, n)
		}
	case "commit_award":
		if !slices.Contains(c.m.Def.Needs, "round") {
			c.fail("%s: effect commit_award: the envelope is the round's, so the workflow needs a round", at)
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

func (c *checker) actionNames() []string {
	out := []string{workflow.CreateAction}
	for _, a := range c.m.Def.Actions {
		out = append(out, a.Name)
	}
	return out
}

func (c *checker) clocks() []string {
	var out []string
	for _, g := range c.m.Def.Groups {
		for _, t := range g.Timers {
			out = append(out, t.Name)
		}
	}
	for _, s := range c.m.Def.States {
		for _, t := range s.Timers {
			out = append(out, t.Name)
		}
	}
	for _, e := range c.effects() {
		switch e.Name {
		case "start_clock":
			n, _ := e.Params["name"].(string)
			out = append(out, n)
		case "ask_cosigners":
			out = append(out, "cosign")
		case "add_objection":
			out = append(out, workflow.NewAnswering(&workflow.Params{Given: e.Params}).Clock.Name)
		}
	}
	return out
}

func (c *checker) kept() []string {
	out := []string{"kind"}
	for _, e := range c.effects() {
		switch e.Name {
		case "record":
			out = append(out, (&workflow.Params{Given: e.Params}).Texts("fields")...)
		case "settle":
			out = append(out, "settled")
		}
	}
	return out
}

func (c *checker) counted() []string {
	var out []string
	for _, e := range c.effects() {
		switch e.Name {
		case "count":
			n, _ := e.Params["name"].(string)
			out = append(out, n)
		case "report_accepted":
			out = append(out, "accepted")
		case "open_report":
			out = append(out, "reports")
		case "open_case":
			out = append(out, "opened")
		case "add_objection":
			out = append(out, workflow.ObjectionCounters...)
		}
	}
	return out
}

func (c *checker) effects() []define.Spec {
	var out []define.Spec
	for _, a := range c.m.Def.Actions {
		out = append(out, a.Effects...)
	}
	return out
}
