package ui

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"incubase/workflow/form"
	"incubase/workflow/text"
)

// raws is a JSON object that keeps members unknown here.
type raws map[string]json.RawMessage

// rawsOf decodes an object; anything else gives an empty one.
func rawsOf(raw json.RawMessage) raws {
	out := raws{}
	if len(raw) == 0 || json.Unmarshal(raw, &out) != nil || out == nil {
		return raws{}
	}
	return out
}

// put sets a member; an empty value removes it.
func (r raws) put(name string, value any) {
	b, err := json.Marshal(value)
	if s := string(b); err != nil || s == `""` || s == "false" || s == "null" || s == "[]" || s == "{}" {
		delete(r, name)
		return
	}
	r[name] = b
}

var ofKind = []string{"type", "format", "enum", "x-labels", "const", "minimum", "maximum", "minLength", "maxLength",
	"minItems", "maxItems", "items", "pattern", "examples", "default"}

// Build writes questions over an object schema and keeps members and properties that the page never showed.
func Build(base json.RawMessage, rows []EditQuestion, had []string, at string, x *RoundReader) (root raws,
	names []string) {
	root = rawsOf(base)
	if len(root) == 0 {
		root["additionalProperties"] = json.RawMessage("false")
	}
	old := rawsOf(root["properties"])
	var was struct {
		Required []string `json:"required"`
	}
	_ = json.Unmarshal(base, &was) // none, or unreadable
	taken := map[string]bool{}
	for name := range old {
		taken[name] = true
	}
	properties, order := raws{}, []string{}
	required := map[string]bool{}
	for i := range rows {
		q := &rows[i]
		name := q.named(taken)
		taken[name] = true
		names, order = append(names, name), append(order, name)
		properties[name] = q.property(old[q.Name], fmt.Sprintf("%s.%d.", at, i), x)
		required[name] = q.Required
	}
	for _, name := range form.Order(base) {
		if _, there := properties[name]; !there && !slices.Contains(had, name) {
			properties[name], order = old[name], append(order, name)
			required[name] = slices.Contains(was.Required, name)
		}
	}
	var needed []string
	for _, name := range append(was.Required, order...) { // in the old order, so that an unchanged form stays equal
		if required[name] && !slices.Contains(needed, name) {
			needed = append(needed, name)
		}
	}
	root.put("type", "object")
	root.put("required", needed)
	root.put("x-order", order)
	root["properties"] = json.RawMessage("{}")
	root.put("properties", properties)
	return root, names
}

// named returns a question's name in the schema: its own or a new one, with the suffix that amounts have.
func (q *EditQuestion) named(taken map[string]bool) string {
	name := q.Name
	free := func(pattern string) string {
		for i := 1; ; i++ {
			if s := fmt.Sprintf(pattern, i); !taken[s] {
				return s
			}
		}
	}
	switch {
	case name == "" && q.Kind == "money":
		return free("question_%d_fen")
	case name == "":
		return free("question_%d")
	case q.Kind == "money" && !form.IsMoney(name):
		return free(strings.ReplaceAll(name, "%", "") + "_%d_fen")
	case q.Kind == "number" && form.IsMoney(name):
		return free(strings.ReplaceAll(strings.TrimSuffix(name, "_fen"), "%", "") + "_%d")
	}
	return name
}

func (q *EditQuestion) property(old json.RawMessage, at string, x *RoundReader) json.RawMessage {
	p := rawsOf(old)
	var was Property
	before := EditQuestion{}
	if len(p) > 0 && json.Unmarshal(old, &was) == nil {
		before = was.edited(q.Name, false)
	}
	fresh := before.Kind != q.Kind
	if fresh {
		for _, name := range ofKind {
			delete(p, name)
		}
		before = EditQuestion{}
	}
	label := text.Text{ZH: q.ZH, EN: q.EN}
	if q.Kind == "money" { // fen in the schema, yuan on the page
		label = text.Text{ZH: strings.ReplaceAll(q.ZH, "（元）", "（分）"), EN: strings.ReplaceAll(q.EN, "(yuan)", "(fen)")}
	}
	p.put("title", label.ZH)
	p.put("x-title-en", label.EN)
	p.put("description", q.HintZH)
	p.put("x-description-en", q.HintEN)
	p.put("x-private", q.Private)
	p.put("x-new-step", q.NewStep)
	q.kind(p, fresh, at, x)
	if q.Example != before.Example {
		delete(p, "examples")
		if given := (&Question{Kind: q.Kind}).stored(q.Example); given != nil {
			p.put("examples", []any{given})
		}
	}
	b, err := json.Marshal(p)
	if err != nil {
		return old
	}
	return b
}

func (q *EditQuestion) kind(p raws, fresh bool, at string, x *RoundReader) {
	typed := func(name string) {
		if fresh {
			p.put("type", name)
		}
	}
	switch q.Kind {
	case "number", "money":
		typed("integer")
		q.limits(p, "minimum", "maximum", at, x)
	case "date":
		typed("string")
		p.put("format", "date")
	case "choice":
		typed("string")
		q.choices(p)
	case "check":
		typed("boolean")
		if fresh {
			p["examples"] = json.RawMessage("[false]")
		}
	case "confirm":
		p["const"], p["examples"] = json.RawMessage("true"), json.RawMessage("[true]")
	case "list":
		typed("array")
		q.limits(p, "minItems", "maxItems", at, x)
		var had []string
		for _, c := range ReadEdit(p["items"]) {
			had = append(had, c.Name)
		}
		items, _ := Build(p["items"], q.Columns, had, at+"columns", x)
		p.put("items", items)
	default:
		typed("string")
		q.limits(p, "minLength", "maxLength", at, x)
	}
}

func (q *EditQuestion) limits(p raws, least, most, at string, x *RoundReader) {
	for name, l := range map[string]struct{ Field, Said string }{least: {Field: at + "min", Said: q.Min},
		most: {Field: at + "max", Said: q.Max}} {
		var n int64
		switch {
		case l.Said == "":
			delete(p, name)
			continue
		case q.Kind == "money":
			n = int64(x.money(l.Field))
		default:
			n = int64(x.number(l.Field))
		}
		p[name] = json.RawMessage(strconv.FormatInt(n, 10))
	}
}

// choices writes the choices; a new one gets its Chinese words as its value.
func (q *EditQuestion) choices(p raws) {
	var values []string
	old := map[string]text.Text{}
	_ = json.Unmarshal(p["x-labels"], &old) // none yet
	labels := map[string]text.Text{}
	for _, c := range q.Choices {
		value := c.Value
		if value == "" {
			value = c.ZH
		}
		values = append(values, value)
		label := text.Text{ZH: c.ZH, EN: c.EN}
		if _, known := old[value]; known || label != (text.Text{ZH: value, EN: value}) {
			labels[value] = label
		}
	}
	p.put("enum", values)
	p.put("x-labels", labels)
	var examples []string
	if err := json.Unmarshal(p["examples"], &examples); len(values) > 0 && (err != nil || len(examples) == 0 ||
		!slices.Contains(values, examples[0])) {
		p.put("examples", values[:1])
	}
}
