package form_test

import (
	"encoding/json"
	"strings"
	"testing"

	"incubase/workflow/form"
)

const schema = `{"type":"object","additionalProperties":false,"required":["title","amount","kind","on"],"properties":{
 "title":{"title":"名称","x-title-en":"Title","type":"string","minLength":2,"maxLength":5,"examples":["助老"]},
 "amount":{"title":"金额","x-title-en":"Amount","type":"integer","minimum":1,"maximum":100,"examples":[7]},
 "kind":{"title":"种类","x-title-en":"Kind","type":"string","enum":["a","b"],"examples":["a"]},
 "on":{"title":"日期","x-title-en":"On","type":"string","format":"date","examples":["2026-03-02"]},
 "lines":{"title":"行","x-title-en":"Lines","type":"array","minItems":1,"items":{"type":"object","required":["n"],"properties":{"n":{"title":"数","x-title-en":"N","type":"integer","examples":[1]}}}}}}`

func TestExamplePasses(t *testing.T) {
	t.Parallel()
	if p := form.Check(json.RawMessage(schema)); len(p) != 0 {
		t.Error(p)
	}
	if p := form.Validate(json.RawMessage(schema), form.Example(json.RawMessage(schema))); len(p) != 0 {
		t.Error(p)
	}
}

func TestEveryFaultIsNamedAtOnce(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, answers, want string }{
		{"nothing filled in", `{}`, "amount kind on title"},
		{"lengths count characters", `{"title":"一二三四五六","amount":1,"kind":"a","on":"2026-03-02"}`, "title"},
		{"a range, a choice and a date", `{"title":"一二","amount":101,"kind":"c","on":"2026-02-30"}`, "amount kind on"},
		{"an item too many", `{"title":"一二","amount":1,"kind":"a","on":"2026-03-02","paid":true}`, "paid"},
		{"a fault inside a list", `{"title":"一二","amount":1,"kind":"a","on":"2026-03-02","lines":[{"n":1},{"n":"x"}]}`, "lines.1.n"},
		{"a wrong type", `{"title":5,"amount":1,"kind":"a","on":"2026-03-02"}`, "title"},
		{"a fraction for a whole number", `{"title":"一二","amount":1.5,"kind":"a","on":"2026-03-02"}`, "amount"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var names []string
			for _, p := range form.Validate(json.RawMessage(schema), json.RawMessage(tt.answers)) {
				names = append(names, p.Field)
				if !p.Message.Complete() {
					t.Errorf("%s lacks a language", p.Field)
				}
			}
			for _, w := range strings.Fields(tt.want) {
				found := false
				for _, n := range names {
					found = found || n == w
				}
				if !found || len(names) != len(strings.Fields(tt.want)) {
					t.Fatalf("faults %v, want %s", names, tt.want)
				}
			}
		})
	}
}

func TestCheckRefuses(t *testing.T) {
	t.Parallel()
	for name, bad := range map[string]string{
		"what is no schema":                   `{"type":"objekt"}`,
		"what is no object":                   `{"type":"array"}`,
		"an address to load":                  strings.Replace(schema, `"type":"integer","minimum":1`, `"$ref":"https://example.org/x.json"`, 1),
		"a file to load":                      strings.Replace(schema, `"type":"integer","minimum":1`, `"$ref":"file:///etc/passwd"`, 1),
		"a title in one language":             strings.Replace(schema, `"x-title-en":"Title",`, "", 1),
		"a required property without example": strings.Replace(schema, `,"examples":[7]`, "", 1),
		"a choice in one language":            strings.Replace(schema, `"enum":["a","b"]`, `"enum":["a","b"],"x-labels":{"a":{"zh":"甲"}}`, 1),
		"a self-check without a remedy":       strings.Replace(schema, `"type":"object"`, `"x-self-check":[{"title":"问","x-title-en":"Ask"}],"type":"object"`, 1),
		"examples that break the form":        strings.Replace(schema, `"examples":[7]`, `"examples":[700]`, 1),
	} {
		if p := form.Check(json.RawMessage(bad)); len(p) == 0 {
			t.Errorf("%s is accepted", name)
		}
	}
}

func FuzzValidate(f *testing.F) {
	f.Add(schema, `{}`)
	f.Add(`{"type":"object","properties":{"a":{"$ref":"#"}}}`, `{"a":{"a":1}}`)
	f.Fuzz(func(t *testing.T, s, answers string) {
		for _, p := range form.Validate(json.RawMessage(s), json.RawMessage(answers)) {
			if !p.Message.Complete() {
				t.Errorf("%q lacks a language", p.Field)
			}
		}
	})
}
