package workflow

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"incubase/workflow/clean"
	"incubase/workflow/money"
	"incubase/workflow/region"
)

// MaxDraft is the largest draft, in bytes.
const MaxDraft = 256 << 10

// Nearby reports whether the organization's own people may choose a place: it is in the county, city or province
// where the organization is registered.
func Nearby(home, place region.Code) bool {
	if county := home.County(); county != "" {
		home = county
	}
	return place.Within(home)
}

var FarAway = Text{ZH: "本组织的人只能选择本组织所在县（市、区）内的地区；其他地区请由基地工作人员代办",
	EN: "the organization's own people choose a place in its own county; ask the base's staff for another place"}

func (c *Case) SetFields(fields map[string]any) []FieldError {
	var out []FieldError
	bad := func(field, zh, en string) { out = append(out, FieldError{"fields." + field, Text{ZH: zh, EN: en}}) }
	for name, v := range fields {
		s, isText := v.(string)
		switch name {
		case "title":
			line, problem := clean.Line(s, 1, MaxTitle)
			if !isText || problem != nil {
				bad(name, "请写 1 到 200 个字的标题", "a title has 1 to 200 characters")
			}
			c.Title = line
		case "track":
			line, problem := clean.Line(s, 0, 40)
			if !isText || problem != nil {
				bad(name, "没有这个赛道", "there is no such track")
			}
			c.Track = line
		case "requested_fen":
			n, ok := Integer(v)
			if !ok || n < 0 || n > int64(money.Max) {
				bad(name, "应为以分计的整数", "a whole number of fen is expected")
			}
			c.Requested = money.Fen(n)
		case "region":
			code, err := region.Parse(s)
			if !isText || err != nil {
				bad(name, "没有这样的区划代码", "there is no such region code")
			}
			c.Region = code
		case "agency":
			c.Agency = s
		case "kind":
			c.Data = map[string]any{"kind": s}
		default:
			bad(name, "没有这一项", "there is no such field")
		}
	}
	return out
}

// Merged applies changes to the saved answers, or to the submitted ones if none are saved.
func (f *Facts) Merged(changes any) map[string]any {
	out := map[string]any{}
	var saved struct {
		Answers map[string]json.RawMessage `json:"answers"`
	}
	if json.Unmarshal(f.Draft, &saved) != nil || len(saved.Answers) == 0 {
		_ = json.Unmarshal(f.Answers, &saved.Answers) // none yet
	}
	for name, v := range saved.Answers {
		out[name] = v
	}
	given, _ := changes.(map[string]any)
	for name, v := range given {
		if out[name] = v; v == nil {
			delete(out, name)
		}
	}
	return out
}

// Keep checks a draft for known fields and size. Its content may be incomplete.
func (d *Draft) Keep(body map[string]any, allowed []string) error {
	if v, given := body["answers"]; given {
		if _, isObject := v.(map[string]any); !isObject {
			return &Invalid{Fields: []FieldError{{"fields.answers",
				Text{ZH: "应为一份表格的答案（对象）", EN: "the answers of a form are expected, an object"}}}}
		}
	}
	for name := range body {
		if !slices.Contains(allowed, name) {
			return &Invalid{Fields: []FieldError{{"fields." + name, Text{ZH: "没有这一项", EN: "there is no such field"}}}}
		}
	}
	if text := nulText(body); text != "" {
		return &Invalid{Fields: []FieldError{{"fields." + text,
			Text{ZH: "有不可见的控制字符，请删去", EN: "it has invisible control characters; take them out"}}}}
	}
	raw, err := json.Marshal(body)
	if err != nil || len(raw) > MaxDraft {
		return &Invalid{Fields: []FieldError{{"fields", Text{ZH: "草稿太大", EN: "the draft is too large"}}}}
	}
	d.Body = raw
	return nil
}

// nulText returns the field with a NUL, which no database stores.
func nulText(body map[string]any) (field string) {
	for _, name := range slices.Sorted(maps.Keys(body)) {
		raw, err := json.Marshal(map[string]any{name: body[name]})
		if err == nil && strings.Contains(strings.ReplaceAll(string(raw), `\\`, ""), `\u0000`) {
			return name
		}
	}
	return ""
}
