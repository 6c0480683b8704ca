package machine

import (
	"incubase/workflow"
	"incubase/workflow/define"
)

type guardMaker func(*checker, *workflow.Params) define.Guard

// guardMakers is the closed registry; registry.go documents it. Filled in init to let any_of refer to it.
var guardMakers map[string]guardMaker

// GuardNames lists the registry, sorted.
func GuardNames() []string { return define.SortedKeys(guardMakers) }

// anyOf holds when one of several guards does; its refusal joins theirs.
func anyOf(c *checker, p *workflow.Params) define.Guard {
	v, _ := p.Get("guards")
	list, ok := v.([]any)
	if !ok || len(list) < 2 {
		p.Fail("guards: at least two are needed")
		return nil
	}
	var some []define.Guard
	for _, x := range list {
		spec, err := define.SpecOf(x)
		if err != nil {
			p.Fail("guards: %v", err)
			continue
		}
		if g := c.guard("any_of", spec); g != nil {
			some = append(some, g)
		}
	}
	if len(some) == 0 {
		return nil
	}
	return define.Either{Some: some}
}
