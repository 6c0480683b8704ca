package machine

import (
	"incubase/workflow"
	"incubase/workflow/define"
)

type guardMaker func(*checker, *workflow.Params) define.Guard

// guardMakers is filled by init, because any_of refers to it.
var guardMakers map[string]guardMaker

func GuardNames() []string { return define.SortedKeys(guardMakers) }

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
