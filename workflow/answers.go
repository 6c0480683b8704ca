package workflow

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"

	"incubase/workflow/clean"
	"incubase/workflow/form"
	"incubase/workflow/money"
	"incubase/workflow/text"
	"incubase/workflow/topic"
)

// maxTitle of a case, in characters (the schema's title_length).
const maxTitle = 200

// typedAnswers checks answers and gives them their stored form.
func typedAnswers(f *Facts, v any, fault faultFunc) (any, bool) {
	const at = "fields.answers"
	object, ok := v.(map[string]any)
	if !ok {
		fault(at, "应分项填写", "several items are expected, each under its name")
		return nil, false
	}
	raw, faults := CheckAnswers(f.form(), f.bounds(), object)
	for _, x := range faults {
		fault(strings.TrimSuffix(at+"."+x.Field, "."), "%[1]s", "%[2]s", x.Message.ZH, x.Message.EN)
	}
	return raw, len(faults) == 0
}

// CheckAnswers returns answers as they are kept, with every fault: against the form, and against what holds for any
// form, since some items become columns of the case, and against the bounds of round and case. Pages that say what is
// missing, submit and imports all ask this.
func CheckAnswers(schema json.RawMessage, bounds Bounds, answers map[string]any) (json.RawMessage, []FieldError) {
	raw, problems := form.Answers(schema, answers)
	var out []FieldError
	told := map[string]bool{}
	say := func(field, zh, en string, args ...any) {
		if !told[field] {
			told[field] = true
			out = append(out, FieldError{field, text.Format(zh, en, args...)})
		}
	}
	for _, p := range problems {
		say(p.Field, "%[1]s", "%[2]s", p.Message.ZH, p.Message.EN)
	}
	if tidy, err := form.Object(raw); err == nil {
		columns(tidy, bounds.Ceiling, say)
		for i := range bounds.limits {
			bounds.limits[i].check(tidy, say)
		}
	}
	return raw, out
}

// columns checks the items that freezeAnswers reads. A form is free to mean something else by these names: what has
// another JSON type is not read at all.
func columns(answers map[string]any, ceiling money.Fen, say faultFunc) {
	if s, ok := answers["title"].(string); ok && utf8.RuneCountInString(s) > maxTitle {
		say("title", "标题最多 %d 个字", "a title has at most %d characters", maxTitle)
	}
	switch v := answers["requested_fen"]; v.(type) {
	case nil, string, bool, []any, map[string]any:
	default:
		n, ok := integer(v)
		if ok && ceiling > 0 && n > int64(ceiling) {
			say("requested_fen", "本批次单项资助上限是 %[1]s 元，申请的是 %[2]s 元",
				"the round gives at most %[1]s yuan to one application, %[2]s yuan are asked for", ceiling.Yuan(), fen(n).Yuan())
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

// freezeAnswers makes the answers the case's next revision; what lists and guards read of them becomes columns.
func freezeAnswers(w *work) {
	raw, _ := w.fields["answers"].(json.RawMessage)
	c := w.c()
	c.AnswersRevision++
	w.helps(c.Helpers...)
	if w.at != nil && w.m.forApplicant(w.at.def.By, w.f.Actor, c) {
		w.helps(w.f.Actor.ID)
	}
	named, _ := w.fields["attachments"].([]string) // bound by the act itself
	w.d.Freeze = slices.DeleteFunc(w.f.pending(), func(id ID) bool { return slices.Contains(named, id) })
	w.d.Draft = w.f.DraftNumber
	w.d.Answers = raw
	w.f.Answers = raw
	var said map[string]json.RawMessage
	if json.Unmarshal(raw, &said) != nil {
		return // always an object: typedAnswers saw to it
	}
	var title string
	if json.Unmarshal(said["title"], &title) == nil && !clean.Blank(title) {
		c.Title = strings.Join(strings.Fields(title), " ")
	}
	var requested int64
	if json.Unmarshal(said["requested_fen"], &requested) == nil && requested > 0 {
		c.Requested = fen(requested)
	}
	var topics []string
	if json.Unmarshal(said["topics"], &topics) == nil && len(topics) > 0 {
		c.Topics = topics
	}
}

// form of the answers: the definition's own, else the round's, nil where neither has one.
func (f *Facts) form() json.RawMessage {
	if f.schema != "" {
		return json.RawMessage(f.schema)
	}
	if f.Round == nil || len(f.Round.Form) == 0 {
		return nil
	}
	return f.Round.Form
}
