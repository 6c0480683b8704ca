package workflow

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"

	"incubase/workflow/money"
)

// Bounds are what answers are held against beside their form: of a round, and of a case.
type Bounds struct {
	Ceiling money.Fen // the most that the round gives to one application, 0 for no limit
	Limits  []limit   `json:"-"`
}

// limit is what a definition's form says of an amount (x-limit): more than a sum asks for a reason, many times as much
// is refused.
type limit struct {
	Question string
	sum      money.Fen
	limitDef
}

type limitDef struct {
	Sum    []string `json:"sum"`    // references: $parent.paid_fen
	Times  int64    `json:"times"`  // more than so many times the sum is refused
	Reason string   `json:"reason"` // the question that asks why
	Label  Text     `json:"label"`  // of the sum
}

// LimitsOf reads the limits of a form, in the order of their questions.
func LimitsOf(schema json.RawMessage) (out []limit) {
	var root struct {
		Properties map[string]struct {
			Limit *limitDef `json:"x-limit"`
		} `json:"properties"`
	}
	if !bytes.Contains(schema, []byte(`"x-limit"`)) || json.Unmarshal(schema, &root) != nil {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(root.Properties)) {
		if p := root.Properties[name]; p.Limit != nil {
			out = append(out, limit{Question: name, limitDef: *p.Limit})
		}
	}
	return out
}

// Bounds are those of the case; limits are of the definition's own form alone, a round's form has none.
func (f *Facts) Bounds() Bounds {
	b := Bounds{Ceiling: f.Rules().AwardCeiling}
	if f.Schema == "" {
		return b
	}
	b.Limits = LimitsOf(json.RawMessage(f.Schema))
	for i := range b.Limits {
		for _, path := range b.Limits[i].Sum {
			if r, err := NewRef(path); err == nil {
				b.Limits[i].sum += Fen(r.Value(f))
			}
		}
	}
	return b
}

// exceeded reports by how much an amount of the answers stands above the sum.
func (l *limit) exceeded(answers map[string]any) (said money.Fen, over bool) {
	n, ok := Integer(answers[l.Question])
	return Fen(n), ok && n > int64(l.sum)
}

// Check asks for the reason where an amount is above its limit, and refuses what must be a slip of the pen.
func (l *limit) Check(answers map[string]any, say FaultFunc) {
	said, over := l.exceeded(answers)
	reason, _ := answers[l.Reason].(string)
	switch {
	case !over:
	case l.sum > 0 && int64(said)/l.Times >= int64(l.sum) && int64(said) > l.Times*int64(l.sum):
		say(l.Question, "%[1]s 元超过%[3]s（%[2]s 元）的 %[5]d 倍，请核对金额",
			"%[1]s yuan are more than %[5]d times %[4]s (%[2]s yuan); check the amount", said.Yuan(), l.sum.Yuan(), l.Label.ZH,
			l.Label.EN, l.Times)
	case reason == "":
		say(l.Reason, "%[1]s 元超过%[3]s（%[2]s 元），请说明原因", "%[1]s yuan are more than %[4]s (%[2]s yuan); say why",
			said.Yuan(), l.sum.Yuan(), l.Label.ZH, l.Label.EN)
	}
}

// Exceptional tells the staff which submitted amounts are above their limits.
func (f *Facts) Exceptional() (out []Refusal) {
	b := f.Bounds()
	if len(b.Limits) == 0 || len(f.Answers) == 0 {
		return nil
	}
	var answers map[string]any
	d := json.NewDecoder(bytes.NewReader(f.Answers))
	d.UseNumber()
	if d.Decode(&answers) != nil {
		return nil
	}
	for _, l := range b.Limits {
		if said, over := l.exceeded(answers); over {
			reason, _ := answers[l.Reason].(string)
			out = append(out, *No("over_limit", "填报 %[1]s 元，超过%[3]s（%[2]s 元）。申报单位说明：%[5]s",
				"%[1]s yuan are reported, more than %[4]s (%[2]s yuan). The organization says: %[5]s", said.Yuan(), l.sum.Yuan(),
				l.Label.ZH, l.Label.EN, reason))
		}
	}
	return out
}
