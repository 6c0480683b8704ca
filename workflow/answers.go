package workflow

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"incubase/workflow/form"
	"incubase/workflow/money"
	"incubase/workflow/topic"
)

// maxTitle of a case, in characters (the schema's title_length).
const maxTitle = 200

// typedAnswers checks answers: against the form, and against what holds for any form. Text that cannot be seen is
// refused wherever it hides, and the items that become columns of the case must be what the columns hold.
func typedAnswers(f *Facts, v any, fault faultFunc) (any, bool) {
	const at = "fields.answers"
	object, ok := v.(map[string]any)
	if !ok {
		fault(at, "应为一个对象", "an object is expected")
		return nil, false
	}
	good := true
	told := map[string]bool{}
	say := func(field, zh, en string, args ...any) {
		if good = false; !told[field] {
			told[field] = true
			fault(field, zh, en, args...)
		}
	}
	unseen([]string{at}, v, say)
	columns(object, say)
	raw, err := json.Marshal(v)
	if err != nil {
		say(at, "不是有效的 JSON", "no valid JSON")
		return nil, false
	}
	if schema := f.form(); schema != nil {
		for _, p := range form.Validate(schema, raw) {
			say(strings.TrimSuffix(at+"."+p.Field, "."), "%[1]s", "%[2]s", p.Message.ZH, p.Message.EN)
		}
	}
	return json.RawMessage(raw), good
}

// unseen finds text with characters that cannot be seen, in values and in names. A place is written down only where
// there is something to tell.
func unseen(at []string, v any, say faultFunc) {
	switch v := v.(type) {
	case string:
		if hidden(v) {
			say(strings.Join(at, "."), "有不可见的控制字符，请删去", "it has invisible control characters; take them out")
		}
	case []any:
		for i, x := range v {
			unseen(append(at, strconv.Itoa(i)), x, say)
		}
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			if hidden(name) {
				say(strings.Join(at, "."), "有一项的名称含不可见的控制字符", "the name of an item has invisible control characters")
				continue
			}
			unseen(append(at, name), v[name], say)
		}
	}
}

// columns checks the items that freezeAnswers reads. A form is free to mean something else by these names: what has
// another JSON type is not read at all.
func columns(answers map[string]any, say faultFunc) {
	if s, ok := answers["title"].(string); ok && utf8.RuneCountInString(s) > maxTitle {
		say("fields.answers.title", "标题最多 %d 个字", "a title has at most %d characters", maxTitle)
	}
	switch v := answers["requested_fen"]; v.(type) {
	case nil, string, bool, []any, map[string]any:
	default:
		if n, ok := integer(v); !ok || n < 0 || n > int64(money.Max) {
			say("fields.answers.requested_fen", "应为以分计的整数，如 2000000", "a whole number of fen is expected, like 2000000")
		}
	}
	if list, ok := answers["topics"].([]any); ok {
		var codes []string
		for _, x := range list {
			s, _ := x.(string)
			codes = append(codes, s)
		}
		if p := topic.Problem(codes); p != nil {
			say("fields.answers.topics", "%[1]s", "%[2]s", p.ZH, p.EN)
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
	w.d.Answers = raw
	w.f.Answers = raw
	var said map[string]json.RawMessage
	if json.Unmarshal(raw, &said) != nil {
		return // always an object: typedAnswers saw to it
	}
	var title string
	if json.Unmarshal(said["title"], &title) == nil && strings.TrimSpace(title) != "" {
		c.Title = title
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
