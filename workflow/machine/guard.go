package machine

import (
	"incubase/workflow"
	"incubase/workflow/define"
)

func init() {
	for _, defs := range [][]define.GuardDef{roundGuards, caseGuards, actorGuards} {
		define.Guards(defs...)
	}
	define.Guards(define.GuardDef{Name: "any_of", About: "one of several guards holds (the letter is the first's)",
		Params:  define.ParamsOf("guards*"),
		Subject: define.OfCase, Make: anyOf})
}

func anyOf(c *define.Checker, p *workflow.Params) define.Guard {
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
		if g := c.Guard(spec); g != nil {
			some = append(some, g)
		}
	}
	if len(some) == 0 {
		return nil
	}
	return define.Either{Some: some}
}
