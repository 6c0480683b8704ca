package api

import (
	"encoding/json"
	"maps"
	"strconv"
	"strings"

	"incubase/workflow"
)

// fieldSchema is a JSON Schema of an action's fields in the reader's language, its properties in the order of the definition. A
// body made of the required properties' examples is always well-formed. A page of cases has hundreds of them, so it is written
// in one go.
func fieldSchema(o workflow.Offer, lang string) raw {
	b := append(make([]byte, 0, 160+240*len(o.Fields)), `{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","properties":{`...)
	for i, f := range o.Fields {
		if i > 0 {
			b = append(b, ',')
		}
		b = property(append(quoted(b, f.Name), ':'), f, o.Form, o.Declarations, lang)
	}
	b = append(b, `},"required":[`...)
	comma := false
	for _, f := range o.Fields {
		if !f.Required {
			continue
		}
		if comma {
			b = append(b, ',')
		}
		b, comma = quoted(b, f.Name), true
	}
	return append(b, `],"additionalProperties":false}`...)
}

// property appends the schema of a field.
func property(b []byte, f workflow.OfferedField, form json.RawMessage, declarations []workflow.OfferedField,
	lang string) []byte {
	if f.Type == "answers" {
		return asForm(b, f, form, lang)
	}
	b = quoted(append(b, `{"title":`...), f.Label.In(lang))
	if hint := f.Hint.In(lang); hint != "" {
		b = quoted(append(b, `,"description":`...), hint)
	}
	if f.Example != nil {
		b = append(value(append(b, `,"examples":[`...), f.Example), ']')
	}
	switch f.Type {
	case "text":
		b = limits(append(b, `,"type":"string"`...), f, `,"minLength":`, `,"maxLength":`)
	case "money", "integer", "points":
		b = limits(append(b, `,"type":"integer"`...), f, `,"minimum":`, `,"maximum":`)
	case "boolean":
		b = append(b, `,"type":"boolean"`...)
	case "date":
		b = append(b, `,"type":"string","format":"date"`...)
	case "choice":
		b = append(b, `,"type":"string","oneOf":[`...)
		for i, c := range f.Choices {
			if i > 0 {
				b = append(b, ',')
			}
			b = quoted(append(b, `{"const":`...), c.Value)
			b = append(quoted(append(b, `,"title":`...), c.Label.In(lang)), '}')
		}
		b = append(b, ']')
	case workflow.DraftField, workflow.TextField:
		b = append(b, `,"type":"string","pattern":"^[0-9a-f]{64}$"`...)
	case workflow.DeclarationsField:
		b = append(b, `,"type":"object","properties":{`...)
		for i, d := range declarations {
			if i > 0 {
				b = append(b, ',')
			}
			b = property(append(quoted(b, d.Name), ':'), d, nil, nil, lang)
		}
		b = append(b, `},"additionalProperties":false`...)
	case "attachments":
		b = append(b, `,"type":"array","items":{"type":"string","format":"uuid"}`...)
	}
	return append(b, '}')
}

func limits(b []byte, f workflow.OfferedField, low, high string) []byte {
	if f.Min != nil {
		b = strconv.AppendInt(append(b, low...), *f.Min, 10)
	}
	if f.Max != nil {
		b = strconv.AppendInt(append(b, high...), *f.Max, 10)
	}
	return b
}

// asForm is the schema of answers: what the round's form says, with the field's own title, and its example unless the form has one.
func asForm(b []byte, f workflow.OfferedField, form json.RawMessage, lang string) []byte {
	p := map[string]raw{"type": raw(`"object"`), "title": quoted(nil, f.Label.In(lang))}
	if hint := f.Hint.In(lang); hint != "" {
		p["description"] = quoted(nil, hint)
	}
	if f.Example != nil {
		p["examples"] = append(value([]byte{'['}, f.Example), ']')
	}
	var schema map[string]raw
	if len(form) > 0 && json.Unmarshal(form, &schema) == nil {
		delete(schema, "$schema")
		delete(schema, "title")
		maps.Copy(p, schema)
	}
	return value(b, p)
}

// quoted appends a string as JSON. Labels hardly ever have anything to escape.
func quoted(b []byte, s string) []byte {
	if strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || strings.ContainsRune("\"\\<>&\u2028\u2029\ufffd", r) }) {
		return value(b, s)
	}
	return append(append(append(b, '"'), s...), '"')
}

// value appends anything as JSON; what cannot be is null.
func value(b []byte, v any) []byte {
	j, err := json.Marshal(v)
	if err != nil {
		return append(b, "null"...)
	}
	return append(b, j...)
}
