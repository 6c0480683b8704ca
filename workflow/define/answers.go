package define

import (
	"encoding/json"
	"strings"
	"unicode/utf8"

	"incubase/workflow"
	"incubase/workflow/form"
	"incubase/workflow/money"
	"incubase/workflow/text"
	"incubase/workflow/topic"
)

func typedAnswers(f *workflow.Facts, v any, fault workflow.FaultFunc) (any, bool) {
	const at = "fields.answers"
	object, ok := v.(map[string]any)
	if !ok {
		fault(at, "应分项填写", "several items are expected, each under its name")
		return nil, false
	}
	raw, faults := CheckAnswers(f.Form(), f.Bounds(), object)
	for _, x := range faults {
		fault(strings.TrimSuffix(at+"."+x.Field, "."), "%[1]s", "%[2]s", x.Message.ZH, x.Message.EN)
	}
	return raw, len(faults) == 0
}

// CheckAnswers returns the answers as stored, with all faults against the form, the columns of a case and the bounds.
// It is the one check of pages, submit and imports.
func CheckAnswers(schema json.RawMessage, bounds workflow.Bounds, answers map[string]any) (json.RawMessage,
	[]workflow.FieldError) {
	raw, problems := form.Answers(schema, answers)
	var out []workflow.FieldError
	told := map[string]bool{}
	say := func(field, zh, en string, args ...any) {
		if !told[field] {
			told[field] = true
			out = append(out, workflow.FieldError{Field: field, Message: text.Format(zh, en, args...)})
		}
	}
	for _, p := range problems {
		say(p.Field, "%[1]s", "%[2]s", p.Message.ZH, p.Message.EN)
	}
	if tidy, err := form.Object(raw); err == nil {
		columns(tidy, bounds.Ceiling, say)
		for i := range bounds.Limits {
			bounds.Limits[i].Check(tidy, say)
		}
	}
	return raw, out
}

// columns checks the answers that freezeAnswers reads. A value of another JSON type has another meaning in this form
// and is not read.
func columns(answers map[string]any, ceiling money.Fen, say workflow.FaultFunc) {
	if s, ok := answers["title"].(string); ok && utf8.RuneCountInString(s) > workflow.MaxTitle {
		say("title", "标题最多 %d 个字", "a title has at most %d characters", workflow.MaxTitle)
	}
	switch v := answers["requested_fen"]; v.(type) {
	case nil, string, bool, []any, map[string]any:
	default:
		n, ok := workflow.Integer(v)
		if ok && ceiling > 0 && n > int64(ceiling) {
			say("requested_fen", "本批次单项资助上限是 %[1]s 元，申请的是 %[2]s 元",
				"the round gives at most %[1]s yuan to one application, %[2]s yuan are asked for", ceiling.Yuan(),
				money.Fen(n).Yuan())
		}
		if !ok || n < 0 || n > int64(money.Max) {
			say("requested_fen", "应为金额，单位元，最多两位小数，不能是负数",
				"an amount in yuan is expected, with two decimals at most and not negative")
		}
	}
	if list, ok := answers["topics"].([]any); ok {
		var codes []string
		for _, x := range list {
			s, _ := x.(string)
			codes = append(codes, s)
		}
		if p := topic.Problem(codes); p != nil {
			say("topics", "%[1]s", "%[2]s", p.ZH, p.EN)
		}
	}
}
