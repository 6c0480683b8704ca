package workflow

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
)

// Criterion is what reviewers of a round judge by, in one number each: its share of the whole, and what the number
// should say.
type Criterion struct {
	Code   string `json:"code"`
	Name   Text   `json:"name"`
	Guide  Text   `json:"guide"`
	Weight int    `json:"weight"` // percent; those of a round add up to 100
}

// CriterionScore is a reviewer's number for a criterion, with the words and the weight of that day.
type CriterionScore struct {
	Criterion
	Points int `json:"points"` // hundredths
}

// perCriterion marks a field of points that is asked once for each of the round's criteria, and is their weighted sum.
const perCriterion = "criterion"

// asks are the fields of an action in this case: one that goes by criterion stands there for each of the round's, where
// the round has any.
func (t *transition) asks(f *Facts) []FieldDef {
	criteria := f.rules().Criteria
	if len(criteria) == 0 || !slices.ContainsFunc(t.def.Fields, func(x FieldDef) bool { return x.Per == perCriterion }) {
		return t.def.Fields
	}
	var out []FieldDef
	for _, x := range t.def.Fields {
		if x.Per != perCriterion {
			out = append(out, x)
			continue
		}
		for _, c := range criteria {
			y := x
			y.Name, y.Label, y.Per, y.Hint, y.Weight = c.field(x.Name), c.Name, "", c.hint(), c.Weight
			out = append(out, y)
		}
	}
	return out
}

func (c *Criterion) field(of string) string { return of + "_" + c.Code }

// hint says the weight and the guide.
func (c *Criterion) hint() Text {
	out := Text{ZH: fmt.Sprintf("占 %d%%", c.Weight), EN: fmt.Sprintf("%d %% of the whole", c.Weight)}
	if c.Guide.ZH != "" {
		out.ZH += "。" + c.Guide.ZH
	}
	if guide := c.Guide.In("en"); guide != "" {
		out.EN += ". " + guide
	}
	return out
}

// total adds to what was said the weighted sum of the criteria, rounded half up.
func (t *transition) total(f *Facts, said map[string]any) {
	for _, x := range t.def.Fields {
		if x.Per != perCriterion || len(f.rules().Criteria) == 0 {
			continue
		}
		var sum int64
		for _, c := range f.rules().Criteria {
			n, _ := said[c.field(x.Name)].(int64)
			sum += n * int64(c.Weight)
		}
		said[x.Name] = (sum + 50) / 100
	}
}

// criterionScores are what was said of each criterion.
func (w *work) criterionScores() (out []CriterionScore) {
	for _, c := range w.f.rules().Criteria {
		out = append(out, CriterionScore{c, int(w.number(c.field("points")))})
	}
	return out
}

var criterionCode = regexp.MustCompile(`^[a-z][a-z0-9]{0,19}$`)

// checkCriteria holds criteria to their shape: codes each once, names, and weights that add up to 100.
func (r *Rules) checkCriteria(f *faults) {
	sum := 0
	seen := map[string]bool{}
	for i := range r.Criteria {
		c := &r.Criteria[i]
		at := "rules.criteria." + strconv.Itoa(i)
		if !criterionCode.MatchString(c.Code) || seen[c.Code] {
			f.say(at+".code", "代码应为小写字母和数字，最多 20 个，各不相同", "a code is small letters and digits, at most 20, each once")
		}
		seen[c.Code] = true
		f.line(at+".name.zh", &c.Name.ZH, 1, 60)
		f.line(at+".name.en", &c.Name.EN, 0, 120)
		f.line(at+".guide.zh", &c.Guide.ZH, 0, 300)
		f.line(at+".guide.en", &c.Guide.EN, 0, 600)
		f.between(at+".weight", c.Weight, 1, 100)
		sum += c.Weight
	}
	if len(r.Criteria) > 12 || len(r.Criteria) > 0 && sum != 100 {
		f.say("rules.criteria", "最多 12 项，各项权重之和应为 100", "at most 12 criteria, whose weights add up to 100")
	}
}
