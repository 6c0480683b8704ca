package api

import (
	"bytes"
	"encoding/json"

	"incubase/workflow"
	"incubase/workflow/define"
)

// fieldSchema returns the JSON Schema of an action's fields in the reader's language and the definition's order. A
// body made of the required properties' examples is always well-formed.
func fieldSchema(o workflow.Offer, lang string) raw {
	required := []string{}
	for _, f := range o.Fields {
		if f.Required {
			required = append(required, f.Name)
		}
	}
	return marshal(struct {
		Schema     string     `json:"$schema"`
		Type       string     `json:"type"`
		Properties properties `json:"properties"`
		Required   []string   `json:"required"`
		More       bool       `json:"additionalProperties"`
	}{"https://json-schema.org/draft/2020-12/schema", "object", fieldProperties(o.Fields, o, lang), required, false})
}

// properties keep the order of their names.
type properties []struct {
	name   string
	schema any
}

// MarshalJSON returns an object.
func (p properties) MarshalJSON() ([]byte, error) {
	b := bytes.NewBufferString("{")
	for i, x := range p {
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(marshal(x.name))
		b.WriteByte(':')
		b.Write(marshal(x.schema))
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

func fieldProperties(fields []workflow.OfferedField, o workflow.Offer, lang string) properties {
	p := make(properties, len(fields))
	for i, f := range fields {
		p[i].name = f.Name
		if f.Type == "answers" {
			p[i].schema = answers(f, o.Form, lang)
		} else {
			p[i].schema = property(f, o, lang)
		}
	}
	return p
}

type choice struct {
	Const string `json:"const"`
	Title string `json:"title"`
}

type schema struct {
	Title       string            `json:"title"`
	Description string            `json:"description,omitempty"`
	Examples    []any             `json:"examples,omitempty"`
	Type        string            `json:"type,omitempty"`
	Format      string            `json:"format,omitempty"`
	Pattern     string            `json:"pattern,omitempty"`
	MinLength   *int64            `json:"minLength,omitempty"`
	MaxLength   *int64            `json:"maxLength,omitempty"`
	Minimum     *int64            `json:"minimum,omitempty"`
	Maximum     *int64            `json:"maximum,omitempty"`
	OneOf       []choice          `json:"oneOf,omitempty"`
	Items       map[string]string `json:"items,omitempty"`
	Properties  *properties       `json:"properties,omitempty"`
	More        *bool             `json:"additionalProperties,omitempty"`
}

func property(f workflow.OfferedField, o workflow.Offer, lang string) schema {
	s := schema{Title: f.Label.In(lang), Description: f.Hint.In(lang), Type: "string"}
	if f.Example != nil {
		s.Examples = []any{f.Example}
	}
	switch f.Type {
	case "text":
		s.MinLength, s.MaxLength = f.Min, f.Max
	case "money", "integer", "points":
		s.Type, s.Minimum, s.Maximum = "integer", f.Min, f.Max
	case "boolean":
		s.Type = "boolean"
	case "date":
		s.Format = "date"
	case "choice":
		for _, c := range f.Choices {
			s.OneOf = append(s.OneOf, choice{c.Value, c.Label.In(lang)})
		}
	case workflow.DraftField, define.TextField:
		s.Pattern = "^[0-9a-f]{64}$"
	case workflow.DeclarationsField:
		declared := fieldProperties(o.Declarations, workflow.Offer{}, lang)
		s.Type, s.Properties, s.More = "object", &declared, new(bool)
	case "attachments":
		s.Type, s.Items = "array", map[string]string{"type": "string", "format": "uuid"}
	default:
		s.Type = ""
	}
	return s
}

// answers returns the schema of the round's form with the field's title, and the field's example unless the form has
// one.
func answers(f workflow.OfferedField, form json.RawMessage, lang string) map[string]any {
	p := map[string]any{"type": "object", "title": f.Label.In(lang)}
	if hint := f.Hint.In(lang); hint != "" {
		p["description"] = hint
	}
	if f.Example != nil {
		p["examples"] = []any{f.Example}
	}
	var schema map[string]raw
	if len(form) > 0 && json.Unmarshal(form, &schema) == nil {
		delete(schema, "$schema")
		delete(schema, "title")
		for k, v := range schema {
			p[k] = v
		}
	}
	return p
}

// marshal returns a value as JSON, or null where it cannot.
func marshal(v any) raw {
	b, err := json.Marshal(v)
	if err != nil {
		return raw("null")
	}
	return b
}
