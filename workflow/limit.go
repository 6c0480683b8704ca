package workflow

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"

	"incubase/workflow/money"
)

type Bounds struct {
	Ceiling money.Fen // highest award of the round, 0 for no limit
	Limits  []Limit   `json:"-"`
}

// Limit is x-limit of an amount in a form: more than the sum requires a reason, many times the sum is refused.
type Limit struct {
	Question string
	sum      money.Fen
	limitDef
}

type limitDef struct {
	Sum    []string `json:"sum"`    // references: $parent.paid_fen
	Times  int64    `json:"times"`  // above this multiple of the sum it is refused
	Reason string   `json:"reason"` // the question for the reason
	Label  Text     `json:"label"`  // of the sum
}

func LimitsOf(schema json.RawMessage) (out []Limit) {
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
			out = append(out, Limit{Question: name, limitDef: *p.Limit})
		}
	}
	return out
}

// Bounds finds limits only in a definition's own form.
func (f *Facts) Bounds() Bounds {
	b := Bounds{Ceiling: f.Rules().AwardCeiling}
	if f.Schema == "" {
		return b
	}
	b.Limits = LimitsOf(json.RawMessage(f.Schema))
	for i := range b.Limits {
		for _, path := range b.Limits[i].Sum {
			if r, err := NewRef(path); err == nil {
				b.Limits[i].sum += money.Fen(r.Value(f))
			}
		}
	}
	return b
}

func (l *Limit) exceeded(answers map[string]any) (said money.Fen, over bool) {
	n, ok := Integer(answers[l.Question])
	return money.Fen(n), ok && n > int64(l.sum)
}

// Check requires a reason for an amount above its limit, and refuses one that must be a typing error.
func (l *Limit) Check(answers map[string]any, say FaultFunc) {
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

// Exceptional lists for the staff the submitted amounts above their limits.
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
