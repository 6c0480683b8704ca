package machine

import (
	"slices"

	"incubase/workflow"
	"incubase/workflow/define"
)

// Asks returns the fields of an action in this case, with those per criterion repeated for each of the round's
// criteria.
func (t *Transition) Asks(f *workflow.Facts) []define.FieldDef {
	criteria := f.Rules().Criteria
	if len(criteria) == 0 || !slices.ContainsFunc(t.Def.Fields,
		func(x define.FieldDef) bool { return x.Per == workflow.PerCriterion }) {
		return t.Def.Fields
	}
	var out []define.FieldDef
	for _, x := range t.Def.Fields {
		if x.Per != workflow.PerCriterion {
			out = append(out, x)
			continue
		}
		for _, c := range criteria {
			y := x
			y.Name, y.Label, y.Per, y.Hint, y.Weight = c.Field(x.Name), c.Name, "", c.Hint(), c.Weight
			out = append(out, y)
		}
	}
	return out
}

// total adds the weighted sum of the criteria to the fields, rounded half up.
func (t *Transition) total(f *workflow.Facts, said map[string]any) {
	for _, x := range t.Def.Fields {
		if x.Per != workflow.PerCriterion || len(f.Rules().Criteria) == 0 {
			continue
		}
		var sum int64
		for _, c := range f.Rules().Criteria {
			n, _ := said[c.Field(x.Name)].(int64)
			sum += n * int64(c.Weight)
		}
		said[x.Name] = (sum + 50) / 100
	}
}

func criterionScores(w *define.Work) (out []workflow.CriterionScore) {
	for _, c := range w.Rules().Criteria {
		out = append(out, workflow.CriterionScore{Criterion: c, Points: int(w.Number(c.Field("points")))})
	}
	return out
}
