package define

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/clean"
	"incubase/workflow/form"
	"incubase/workflow/money"
)

// default lengths, in characters
const (
	maxText  = 5000
	maxNote  = 2000
	maxFiles = 50 // of one action
)

// Nothing reports whether a value is an empty list, which counts as no value.
func Nothing(v any) bool {
	switch v := v.(type) {
	case []any:
		return len(v) == 0
	case []string:
		return len(v) == 0
	}
	return false
}

func CheckNote(a *ActionDef, note string, fault workflow.FaultFunc) {
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

func Typed(def *FieldDef, f *workflow.Facts, v any, fault workflow.FaultFunc) (any, bool) {
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
		if ok && slices.ContainsFunc(def.Choices, func(c workflow.Choice) bool { return c.Value == s }) {
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

// Words returns a value of the field as people read it; an amount in yuan.
func (d *FieldDef) Words(v any) workflow.Text {
	same := func(s string) workflow.Text { return workflow.Text{ZH: s, EN: s} }
	if n, ok := workflow.Integer(v); ok {
		switch d.Type {
		case "money":
			yuan := money.Fen(n).Yuan()
			return workflow.Text{ZH: yuan + " 元", EN: "CNY " + yuan}
		case "points":
			return same(fmt.Sprintf("%.2f", float64(n)/100))
		}
		return same(strconv.FormatInt(n, 10))
	}
	switch v {
	case true:
		return workflow.Text{ZH: "是", EN: "yes"}
	case false:
		return workflow.Text{ZH: "否", EN: "no"}
	}
	for _, c := range d.Choices {
		if c.Value == v {
			return c.Label
		}
	}
	return same(fmt.Sprint(v))
}

func choices(def *FieldDef) (zh, en string) {
	var zhs, ens []string
	for _, c := range def.Choices {
		zhs, ens = append(zhs, c.Label.ZH), append(ens, c.Label.EN)
	}
	return strings.Join(zhs, "、"), strings.Join(ens, ", ")
}

func typedText(def *FieldDef, f *workflow.Facts, v any, fault workflow.FaultFunc) (any, bool) {
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

func typedNumber(def *FieldDef, f *workflow.Facts, v any, fault workflow.FaultFunc) (any, bool) {
	at := "fields." + def.Name
	n, ok := workflow.Integer(v)
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

// PlainLabel returns a field's label in yuan and points, not fen and hundredths.
func PlainLabel(kind string, label workflow.Text) workflow.Text {
	switch kind {
	case "money":
		return form.Plain(label)
	case "points":
		zh, _, _ := strings.Cut(label.ZH, "（")
		en, _, _ := strings.Cut(label.EN, " (")
		return workflow.Text{ZH: zh, EN: en}
	}
	return label
}

// inUnit formats a number in yuan or points, in Chinese and English.
func (d *FieldDef) inUnit(n int64) []any {
	switch d.Type {
	case "money":
		return []any{money.Fen(n).Yuan() + " 元", money.Fen(n).Yuan() + " yuan"}
	case "points":
		s := strings.TrimSuffix(money.Fen(n).Yuan(), ".00")
		return []any{s + " 分", s + " points"}
	}
	return []any{fmt.Sprint(n), fmt.Sprint(n)}
}

// bounds returns a field's bounds in this case. Money is never negative; points are between 0 and 100.00.
func bounds(def *FieldDef, f *workflow.Facts) (least, most *int64) {
	if lows, err := NewBounds(def.Min); err == nil {
		for _, r := range lows {
			v := r.Value(f)
			least = &v
		}
	}
	if highs, err := NewBounds(def.Max); err == nil {
		for _, r := range highs {
			if v := r.Value(f); !r.Unlimited(f) && (most == nil || v < *most) {
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

func typedAttachments(at string, v any, fault workflow.FaultFunc) (any, bool) {
	if list, ok := v.([]string); ok {
		return list, true
	}
	list, ok := v.([]any)
	var out []string
	for _, x := range list[:min(len(list), maxFiles+1)] {
		s, isText := x.(string)
		ok = ok && isText && workflow.IsUUID(s) && !slices.Contains(out, s)
		out = append(out, s)
	}
	if !ok || len(out) > maxFiles {
		fault(at, "应为附件编号的清单，不重复，最多 50 个", "a list of attachment ids is expected, each once, at most 50")
		return nil, false
	}
	return out, true
}

// Offered resolves a field's references for clients.
func Offered(def *FieldDef, f *workflow.Facts) workflow.OfferedField {
	o := workflow.OfferedField{Name: def.Name, Label: def.Label, Type: def.Type, Required: def.Required,
		Choices: def.Choices,
		Tap:     def.Tap, Hint: def.Hint, Weight: def.Weight}
	o.Min, o.Max = bounds(def, f)
	o.Example = def.Example
	if s, ok := def.Example.(string); ok && strings.HasPrefix(s, "$") {
		if r, err := workflow.NewRef(s); err == nil {
			n := r.Value(f)
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
		if schema := f.Form(); schema != nil {
			o.Example = form.Example(schema)
		} else {
			o.Example = json.RawMessage("{}")
		}
		o.Required = def.Required && !f.Drafted(def.Name)
	}
	return o
}
