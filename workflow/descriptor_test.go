package workflow_test

import (
	"slices"
	"testing"

	"incubase/workflow"
	"incubase/workflow/define"
	"incubase/workflow/machine"
)

// TestDescriptorsAreComplete: each says what it does, a guard what it is about, and both list the parameters that they
// read.
func TestDescriptorsAreComplete(t *testing.T) {
	t.Parallel()
	if _, err := machine.Compile(small()); err != nil {
		t.Fatal(err)
	}
	d := small()
	reads := func(name, about string, params []define.Param, make func(*define.Checker, *workflow.Params)) {
		c := &define.Checker{Def: &d, Action: &d.Actions[0], Plans: map[string]any{}}
		p := &workflow.Params{}
		make(c, p)
		var declared []string
		for _, x := range params {
			declared = append(declared, x.Name)
		}
		slices.Sort(declared)
		if got := slices.Compact(slices.Sorted(slices.Values(p.Read()))); !slices.Equal(got, declared) {
			t.Errorf("%s reads the parameters %v and declares %v", name, got, declared)
		}
		if about == "" {
			t.Errorf("%s does not say what it does", name)
		}
	}
	for _, name := range define.GuardNames() {
		g := define.GuardOf(name)
		reads(name, g.About, g.Params, func(c *define.Checker, p *workflow.Params) { g.Make(c, p) })
		if g.Subject == "" || g.Letter < define.OnCase || g.Letter > define.OnRow {
			t.Errorf("guard %s: about %q, letter %c", name, g.Subject, g.Letter)
		}
	}
	for _, name := range define.EffectNames() {
		e := define.EffectOf(name)
		reads(name, e.About, e.Params, func(c *define.Checker, p *workflow.Params) { e.Make(c, p) })
		if e.Takes && e.Gives {
			t.Errorf("effect %s takes and gives money", name)
		}
	}
}
