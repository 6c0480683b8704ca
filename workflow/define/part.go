package define

import "incubase/workflow"

// Part declares a part: a kind of facts, with the guards and effects that read and write them. A package of its own
// under workflow/part declares it in init. Its effects change OwnPart(name) of the working copy, its guards read
// Part(name) of the case.
type Part struct {
	workflow.PartKind
	About   string
	Guards  []GuardDef
	Effects []EffectDef
}

var parts []*Part

// Parts adds parts to the registry, with their guards and effects.
func Parts(list ...Part) {
	for i := range list {
		p := &list[i]
		workflow.RegisterPart(p.PartKind)
		Guards(p.Guards...)
		Effects(p.Effects...)
		parts = append(parts, p)
	}
}
