package form

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"incubase/workflow/calendar"
	"incubase/workflow/clean"
	"incubase/workflow/money"
	"incubase/workflow/text"
)

// Tidy returns answers as they are kept: texts cleaned, days as YYYY-MM-DD, blank texts left out as unanswered. It
// refuses nothing, and a second call changes nothing.
func Tidy(schema json.RawMessage, answers map[string]any) map[string]any {
	var root property
	_ = json.Unmarshal(schema, &root) // without a schema texts are cleaned all the same
	out, _ := root.tidy(answers).(map[string]any)
	return out
}

func (p *property) tidy(v any) any {
	switch v := v.(type) {
	case string:
		s, _ := clean.Tidy(v)
		if p.Format == "date" {
			if d, err := calendar.ReadDate(s); err == nil {
				return d.String()
			}
		}
		return s
	case json.RawMessage:
		var inner any
		d := json.NewDecoder(strings.NewReader(string(v)))
		d.UseNumber()
		if d.Decode(&inner) != nil {
			return v
		}
		return p.tidy(inner)
	case []any:
		item := p.Items
		if item == nil {
			item = &property{}
		}
		out := make([]any, len(v))
		for i := range v {
			out[i] = item.tidy(v[i])
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for name, x := range v {
			child, known := p.Properties[name]
			x = child.tidy(x)
			if s, isText := x.(string); !isText || !clean.Blank(s) || !known || len(child.Enum) > 0 {
				out[name] = x
			}
		}
		return out
	}
	return v
}

// Answers tidies answers and returns every unacceptable field: by the form, by what texts may hold, and by
// contradictions. The last page, submit, a returned form and imports all use it.
func Answers(schema json.RawMessage, answers map[string]any) (json.RawMessage, []Problem) {
	tidy := Tidy(schema, answers)
	raw, err := json.Marshal(tidy)
	if err != nil {
		return nil, []Problem{{"", text.Text{ZH: "答案不是有效的 JSON", EN: "the answers are no valid JSON"}}}
	}
	var out []Problem
	told := map[string]bool{}
	add := func(p Problem) {
		if !told[p.Field] && len(out) < maxProblems {
			told[p.Field] = true
			out = append(out, p)
		}
	}
	unseen(nil, tidy, add)
	if len(schema) > 0 {
		found := Validate(schema, raw)
		slices.SortFunc(found, func(a, b Problem) int { // the validator's own order changes from run to run
			return cmp.Or(strings.Compare(a.Field, b.Field), strings.Compare(a.Message.EN, b.Message.EN))
		})
		for _, p := range found {
			add(p)
		}
		together(schema, raw, add)
	}
	return raw, out
}

func unseen(at []string, v any, add func(Problem)) {
	switch v := v.(type) {
	case string:
		if t := clean.Problem(v); t != nil {
			add(Problem{strings.Join(at, "."), *t})
		}
	case []any:
		for i, x := range v {
			unseen(append(at, strconv.Itoa(i)), x, add)
		}
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			if tidy, changed := clean.Tidy(name); changed || tidy != name || clean.Problem(name) != nil {
				add(Problem{strings.Join(at, "."), text.Text{ZH: "有一项的名称含不可见的控制字符",
					EN: "the name of an item has invisible control characters"}})
				continue
			}
			unseen(append(at, name), v[name], add)
		}
	}
}

// together checks what schemas cannot express in the shipped application form: a project does not end before it
// starts, and asks for no more than its budget. Forms with other types under these names are not checked.
func together(schema, answers json.RawMessage, add func(Problem)) {
	var asked property
	var a struct {
		Start, End string
		Requested  json.Number `json:"requested_fen"`
		Budget     []struct {
			Amount json.Number `json:"amount_fen"`
		}
	}
	if json.Unmarshal(schema, &asked) != nil || json.Unmarshal(answers, &a) != nil {
		return
	}
	if asked.Properties["start"].Format == "date" && asked.Properties["end"].Format == "date" {
		start, err1 := calendar.ParseDate(a.Start)
		end, err2 := calendar.ParseDate(a.End)
		if err1 == nil && err2 == nil && end.Before(start) {
			add(Problem{"end", text.Format("结束日期 %[1]s 早于开始日期 %[2]s，请核对", "it ends on %[1]s, before it starts on %[2]s", end,
				start)})
		}
	}
	requested, err := a.Requested.Int64()
	if err != nil || len(a.Budget) == 0 || asked.Properties["budget"].Items == nil {
		return
	}
	var sum int64
	for _, line := range a.Budget {
		n, err := line.Amount.Int64()
		if err != nil || n < 0 || n > int64(money.Max) {
			return // reported at the line
		}
		sum = min(sum+n, int64(money.Max))
	}
	if requested > sum {
		add(Problem{"requested_fen", text.Format("申请 %[1]s 元，多于预算合计的 %[2]s 元：请补全预算，或减少申请金额",
			"%[1]s yuan are asked for, more than the budget's sum of %[2]s yuan: complete the budget, or ask for less",
			money.Fen(requested).Yuan(), money.Fen(sum).Yuan())})
	}
}

// Object reads answers, with numbers as written.
func Object(raw json.RawMessage) (map[string]any, error) {
	out := map[string]any{}
	if len(raw) == 0 {
		return out, nil
	}
	d := json.NewDecoder(strings.NewReader(string(raw)))
	d.UseNumber()
	if err := d.Decode(&out); err != nil {
		return nil, fmt.Errorf("answers are no object: %w", err)
	}
	return out, nil
}
