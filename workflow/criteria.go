package workflow

import (
	"fmt"
	"regexp"
	"strconv"
)

type Criterion struct {
	Code   string `json:"code"`
	Name   Text   `json:"name"`
	Guide  Text   `json:"guide"`
	Weight int    `json:"weight"` // percent, 100 in total
}

// CriterionScore keeps the criterion as it was worded and weighted at the time of the score.
type CriterionScore struct {
	Criterion
	Points int `json:"points"` // hundredths
}

// PerCriterion marks a field of points that is repeated for each of the round's criteria; it is their weighted sum.
const PerCriterion = "criterion"

func (c *Criterion) Field(of string) string { return of + "_" + c.Code }

func (c *Criterion) Hint() Text {
	out := Text{ZH: fmt.Sprintf("占 %d%%", c.Weight), EN: fmt.Sprintf("%d %% of the whole", c.Weight)}
	if c.Guide.ZH != "" {
		out.ZH += "。" + c.Guide.ZH
	}
	if guide := c.Guide.In("en"); guide != "" {
		out.EN += ". " + guide
	}
	return out
}

var criterionCode = regexp.MustCompile(`^[a-z][a-z0-9]{0,19}$`)

func (r *Rules) checkCriteria(f *Faults) {
	sum := 0
	seen := map[string]bool{}
	for i := range r.Criteria {
		c := &r.Criteria[i]
		at := "rules.criteria." + strconv.Itoa(i)
		if !criterionCode.MatchString(c.Code) || seen[c.Code] {
			f.Say(at+".code", "代码应为小写字母和数字，最多 20 个，各不相同", "a code is small letters and digits, at most 20, each once")
		}
		seen[c.Code] = true
		f.Line(at+".name.zh", &c.Name.ZH, 1, 60)
		f.Line(at+".name.en", &c.Name.EN, 0, 120)
		f.Line(at+".guide.zh", &c.Guide.ZH, 0, 300)
		f.Line(at+".guide.en", &c.Guide.EN, 0, 600)
		f.between(at+".weight", c.Weight, 1, 100)
		sum += c.Weight
	}
	if len(r.Criteria) > 12 || len(r.Criteria) > 0 && sum != 100 {
		f.Say("rules.criteria", "最多 12 项，各项权重之和应为 100", "at most 12 criteria, whose weights add up to 100")
	}
}
