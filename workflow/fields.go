package workflow

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"incubase/workflow/calendar"
	"incubase/workflow/clean"
	"incubase/workflow/form"
	"incubase/workflow/money"
)

// Lengths that hold where a field sets none, in characters.
const (
	maxText  = 5000
	maxNote  = 2000
	maxFiles = 50 // of one action
)

// fields checks what the actor said against the action's fields and gives it types. Every fault is told at once.
func (m *Machine) fields(t *transition, f *Facts, cmd Command) (map[string]any, error) {
	raw := rawFields(t, f, cmd)
	var faults []FieldError
	fault := func(field, zh, en string, args ...any) {
		faults = append(faults, FieldError{field, Text{ZH: fmt.Sprintf(zh, args...), EN: fmt.Sprintf(en, args...)}})
	}
	checkNote(t.def, cmd.Note, fault)
	out := map[string]any{}
	known := map[string]bool{}
	asked := t.asks(f)
	if said := cmd.Fields[DeclarationsField]; t.asksAnswers() && said != nil {
		raw["answers"] = declared(f, said, raw["answers"], fault)
	}
	known[DraftField], known[DeclarationsField] = t.asksAnswers(), t.asksAnswers()
	if t.namesText(cmd, fault); t.signs() != nil {
		known[TextField], out[TextField] = true, cmd.Fields[TextField] // the log says which text was signed
	}
	for i := range asked {
		def := &asked[i]
		known[def.Name] = true
		v := raw[def.Name]
		if v == nil || def.Type == "attachments" && nothing(v) {
			held := def.Type == "attachments" && t.asksAnswers() && len(f.Files) > 0 // the files of the draft go with it
			if def.Required && !held {
				label := PlainLabel(def.Type, def.Label)
				fault("fields."+def.Name, "请填写%[1]s", "please fill in: %[2]s", label.ZH, label.EN)
			}
			continue
		}
		if x, ok := typed(def, f, v, fault); ok {
			out[def.Name] = x
		}
	}
	for name := range cmd.Fields { // a draft may have been saved for another version of the action; a request may not
		if !known[name] {
			fault("fields."+name, "没有这一项", "there is no such field")
		}
	}
	f.wantDeclared(faults, cmd.Fields["answers"] != nil)
	if len(faults) > 0 {
		sort.Slice(faults, func(i, j int) bool { return faults[i].Field < faults[j].Field })
		return nil, &Invalid{Fields: faults}
	}
	if named, ok := cmd.Fields[DraftField].(string); ok && t.asksAnswers() {
		out[DraftField] = named // the log says which draft was signed
	}
	t.total(f, out)
	return out, nil
}

// nothing reports whether a value is a list with nothing in it: such a one is as good as none.
func nothing(v any) bool {
	switch v := v.(type) {
	case []any:
		return len(v) == 0
	case []string:
		return len(v) == 0
	}
	return false
}

type faultFunc func(field, zh, en string, args ...any)

func checkNote(a *ActionDef, note string, fault faultFunc) {
	if a.Note == "required" && clean.Blank(note) {
		fault("note", "请写明理由", "please give the reason")
	}
	if n := utf8.RuneCountInString(note); n > maxNote {
		fault("note", "最多写 %d 个字，现在是 %d 个字", "at most %d characters, it has %d", maxNote, n)
	}
	if t := clean.Problem(note); t != nil {
		fault("note", "%[1]s", "%[2]s", t.ZH, t.EN)
	}
}

// typed checks one value and gives it its Go type.
func typed(def *FieldDef, f *Facts, v any, fault faultFunc) (any, bool) {
	at := "fields." + def.Name
	switch def.Type {
	case "text":
		return typedText(def, f, v, fault)
	case "money", "integer", "points":
		return typedNumber(def, f, v, fault)
	case "boolean":
		if b, ok := v.(bool); ok {
			return b, true
		}
		fault(at, "应回答是或否", "yes or no is expected")
	case "choice":
		s, ok := v.(string)
		if ok && slices.ContainsFunc(def.Choices, func(c Choice) bool { return c.Value == s }) {
			return s, true
		}
		zh, en := choices(def)
		fault(at, "请从这些选项中选择：%[1]s", "please choose one of: %[2]s", zh, en)
	case "date":
		if s, ok := v.(string); ok {
			d, err := calendar.ReadDate(s)
			if err == nil {
				return d.String(), true
			}
			if bad, ok := err.(*calendar.Error); ok {
				fault(at, "%[1]s", "%[2]s", bad.Text.ZH, bad.Text.EN)
				break
			}
		}
		fault(at, "日期应写成 2026-11-23", "a date is written 2026-11-23")
	case "answers":
		return typedAnswers(f, v, fault)
	case "attachments":
		return typedAttachments(at, v, fault)
	}
	return nil, false
}

func choices(def *FieldDef) (zh, en string) {
	var zhs, ens []string
	for _, c := range def.Choices {
		zhs, ens = append(zhs, c.Label.ZH), append(ens, c.Label.EN)
	}
	return strings.Join(zhs, "、"), strings.Join(ens, ", ")
}

func typedText(def *FieldDef, f *Facts, v any, fault faultFunc) (any, bool) {
	at := "fields." + def.Name
	s, ok := v.(string)
	if !ok {
		fault(at, "应为文字", "text is expected")
		return nil, false
	}
	least, most := bounds(def, f)
	if most == nil {
		n := int64(maxText)
		most = &n
	}
	s, _ = clean.Tidy(s)
	problem := clean.Problem(s)
	n := int64(utf8.RuneCountInString(s))
	switch {
	case problem != nil:
		fault(at, "%[1]s", "%[2]s", problem.ZH, problem.EN)
	case def.Required && clean.Blank(s):
		label := PlainLabel(def.Type, def.Label)
		fault(at, "请填写%[1]s", "please fill in: %[2]s", label.ZH, label.EN)
	case least != nil && n < *least:
		fault(at, "至少写 %d 个字，现在是 %d 个字", "at least %d characters, it has %d", *least, n)
	case n > *most:
		fault(at, "最多写 %d 个字，现在是 %d 个字", "at most %d characters, it has %d", *most, n)
	default:
		return s, true
	}
	return nil, false
}

func typedNumber(def *FieldDef, f *Facts, v any, fault faultFunc) (any, bool) {
	at := "fields." + def.Name
	n, ok := integer(v)
	if !ok {
		switch def.Type {
		case "money":
			fault(at, "应为金额，单位元，最多两位小数", "an amount in yuan is expected, with two decimals at most")
		case "points":
			fault(at, "应为分数，最多两位小数", "points are expected, with two decimals at most")
		default:
			fault(at, "应为整数", "a whole number is expected")
		}
		return nil, false
	}
	least, most := bounds(def, f)
	switch {
	case least != nil && n < *least:
		fault(at, "不能小于 %[1]s", "not less than %[2]s", def.inUnit(*least)...)
	case most != nil && n > *most:
		fault(at, "不能大于 %[1]s", "not more than %[2]s", def.inUnit(*most)...)
	default:
		return n, true
	}
	return nil, false
}

// PlainLabel is the label of a field in the unit people write: yuan and points, not fen and hundredths.
func PlainLabel(kind string, label Text) Text {
	switch kind {
	case "money":
		return form.Plain(label)
	case "points":
		zh, _, _ := strings.Cut(label.ZH, "（")
		en, _, _ := strings.Cut(label.EN, " (")
		return Text{ZH: zh, EN: en}
	}
	return label
}

// inUnit is a number in the unit that people write, in Chinese and in English.
func (d *FieldDef) inUnit(n int64) []any {
	switch d.Type {
	case "money":
		return []any{fen(n).Yuan() + " 元", fen(n).Yuan() + " yuan"}
	case "points":
		s := strings.TrimSuffix(fen(n).Yuan(), ".00")
		return []any{s + " 分", s + " points"}
	}
	return []any{fmt.Sprint(n), fmt.Sprint(n)}
}

// integer reads what JSON, YAML and Go callers may hold a whole number in.
func integer(v any) (int64, bool) {
	switch v := v.(type) {
	case json.Number:
		n, err := v.Int64()
		return n, err == nil
	case int:
		return int64(v), true
	case int64:
		return v, true
	case uint64:
		return int64(v), v <= math.MaxInt64
	case float64:
		return int64(v), v == math.Trunc(v) && math.Abs(v) < 1<<53
	case interface{ Int64() int64 }:
		return v.Int64(), true
	}
	return 0, false
}

// bounds of a field in this case. Money is never negative; points lie between 0 and 100.00.
func bounds(def *FieldDef, f *Facts) (least, most *int64) {
	if lows, err := newBounds(def.Min); err == nil {
		for _, r := range lows {
			v := r.value(f)
			least = &v
		}
	}
	if highs, err := newBounds(def.Max); err == nil {
		for _, r := range highs {
			if v := r.value(f); !r.unlimited(f) && (most == nil || v < *most) {
				most = &v
			}
		}
	}
	zero, hundred, largest := int64(0), int64(10000), int64(money.Max)
	if least == nil && (def.Type == "money" || def.Type == "points") {
		least = &zero
	}
	switch {
	case most != nil:
	case def.Type == "points":
		most = &hundred
	case def.Type == "money":
		most = &largest
	}
	return least, most
}

func typedAttachments(at string, v any, fault faultFunc) (any, bool) {
	if list, ok := v.([]string); ok {
		return list, true
	}
	list, ok := v.([]any)
	var out []string
	for _, x := range list[:min(len(list), maxFiles+1)] {
		s, isText := x.(string)
		ok = ok && isText && wellFormed(s) && !slices.Contains(out, s)
		out = append(out, s)
	}
	if !ok || len(out) > maxFiles {
		fault(at, "应为附件编号的清单，不重复，最多 50 个", "a list of attachment ids is expected, each once, at most 50")
		return nil, false
	}
	return out, true
}

// offered resolves a field's references, so that a client can draw it.
func offered(def *FieldDef, f *Facts) OfferedField {
	o := OfferedField{Name: def.Name, Label: def.Label, Type: def.Type, Required: def.Required, Choices: def.Choices,
		Tap: def.Tap, Hint: def.Hint, Weight: def.Weight}
	o.Min, o.Max = bounds(def, f)
	o.Example = def.Example
	if s, ok := def.Example.(string); ok && strings.HasPrefix(s, "$") {
		if r, err := newRef(s); err == nil {
			n := r.value(f)
			if o.Max != nil && n > *o.Max {
				n = *o.Max
			}
			if o.Min != nil && n < *o.Min {
				n = *o.Min
			}
			o.Example = n
		}
	}
	if def.Type == "answers" {
		if schema := f.form(); schema != nil {
			o.Example = form.Example(schema)
		} else {
			o.Example = json.RawMessage("{}")
		}
		o.Required = def.Required && !f.drafted(def.Name)
	}
	return o
}

// drafted reports whether the field stands in the saved draft already.
func (f *Facts) drafted(name string) bool {
	var saved map[string]json.RawMessage
	return len(f.Draft) > 0 && json.Unmarshal(f.Draft, &saved) == nil && saved[name] != nil
}
