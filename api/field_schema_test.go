package api

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"incubase/workflow"
)

func TestFieldSchema(t *testing.T) {
	t.Parallel()
	type object = map[string]any
	at := func(v int64) *int64 { return &v }
	title := workflow.Text{ZH: `说明"\` + "\u2028", EN: "Why <b>\n"}
	o := workflow.Offer{Form: json.RawMessage(
		`{"$schema":"x","title":"其他","type":"object","required":["a"],"properties":{"a":{"type":"string"}}}`),
		Fields: []workflow.OfferedField{
			{Name: "why", Label: title, Type: "text", Required: true, Min: at(2), Max: at(500),
				Hint: workflow.Text{ZH: "提示", EN: "a hint"}},
			{Name: "much", Label: title, Type: "money", Required: true, Min: at(0), Max: at(900), Example: int64(500)},
			{Name: "no", Label: title, Type: "integer"},
			{Name: "yes", Label: title, Type: "boolean", Example: true},
			{Name: "on", Label: title, Type: "date", Example: "2026-11-27"},
			{Name: "which", Label: title, Type: "choice", Choices: []workflow.Choice{{Value: "a", Label: title},
				{Value: `b"`, Label: workflow.Text{ZH: "乙", EN: "B"}}}},
			{Name: "files", Label: title, Type: "attachments"},
			{Name: "answers", Label: title, Type: "answers", Required: true, Example: json.RawMessage(`{"a":"甲"}`)},
		}}
	for lang, in := range map[string]func(workflow.Text) string{"zh": func(t workflow.Text) string { return t.ZH },
		"en": func(t workflow.Text) string { return t.EN }} {
		var got object
		if err := json.Unmarshal(fieldSchema(o, lang), &got); err != nil {
			t.Fatal(err)
		}
		label := in(title)
		want := object{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object",
			"additionalProperties": false, "required": []any{"why", "much", "answers"},
			"properties": object{
				"why": object{"title": label, "type": "string", "minLength": 2.0, "maxLength": 500.0,
					"description": in(workflow.Text{ZH: "提示", EN: "a hint"})},
				"much": object{"title": label, "type": "integer", "minimum": 0.0, "maximum": 900.0, "examples": []any{500.0}},
				"no":   object{"title": label, "type": "integer"},
				"yes":  object{"title": label, "type": "boolean", "examples": []any{true}},
				"on":   object{"title": label, "type": "string", "format": "date", "examples": []any{"2026-11-27"}},
				"which": object{"title": label, "type": "string", "oneOf": []any{object{"const": "a", "title": label},
					object{"const": `b"`, "title": in(workflow.Text{ZH: "乙", EN: "B"})}}},
				"files": object{"title": label, "type": "array", "items": object{"type": "string", "format": "uuid"}},
				"answers": object{"title": label, "type": "object", "examples": []any{object{"a": "甲"}}, "required": []any{"a"},
					"properties": object{"a": object{"type": "string"}}},
			}}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got  %v\nwant %v", lang, got, want)
		}
	}
	if s := string(fieldSchema(o, "zh")); strings.Index(s, `"why":`) > strings.Index(s, `"much":`) ||
		strings.Index(s, `"much":`) > strings.Index(s, `"answers":`) {
		t.Error("the fields are not in the order of the action: ", s)
	}
	own := workflow.Offer{Form: json.RawMessage(`{"title":"t","description":"of the form","examples":[1]}`),
		Fields: []workflow.OfferedField{
			{Name: "a\xff", Label: workflow.Text{ZH: "甲\xff"}, Type: "answers", Hint: workflow.Text{ZH: "of the field"},
				Example: json.RawMessage(`2`)}}}
	if s := string(fieldSchema(own, "zh")); !strings.Contains(s,
		`"properties":{"a\ufffd":{"description":"of the form","examples":[1],"title":"甲\ufffd","type":"object"}}`) {
		t.Error("a form's own words, and broken text: ", s)
	}
	if s := string(fieldSchema(workflow.Offer{},
		"zh")); s != `{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","properties":{},"required":[],"additionalProperties":false}` {
		t.Error("without fields: ", s)
	}
}
