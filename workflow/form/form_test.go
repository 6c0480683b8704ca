package form_test

import (
	"encoding/json"
	"strconv"
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
		{"a fault inside a list", `{"title":"一二","amount":1,"kind":"a","on":"2026-03-02","lines":[{"n":1},{"n":"x"}]}`,
			"lines.1.n"},
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
		"what is no schema": `{"type":"objekt"}`,
		"what is no object": `{"type":"array"}`,
		"an address to load": strings.Replace(schema, `"type":"integer","minimum":1`,
			`"$ref":"https://example.org/x.json"`, 1),
		"a file to load": strings.Replace(schema, `"type":"integer","minimum":1`,
			`"$ref":"file:///etc/passwd"`, 1),
		"a title in one language":             strings.Replace(schema, `"x-title-en":"Title",`, "", 1),
		"a required property without example": strings.Replace(schema, `,"examples":[7]`, "", 1),
		"a choice in one language": strings.Replace(schema, `"enum":["a","b"]`,
			`"enum":["a","b"],"x-labels":{"a":{"zh":"甲"}}`, 1),
		"a self-check without a remedy": strings.Replace(schema, `"type":"object"`,
			`"x-self-check":[{"title":"问","x-title-en":"Ask"}],"type":"object"`, 1),
		"examples that break the form": strings.Replace(schema, `"examples":[7]`, `"examples":[700]`, 1),
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

func TestAFormIsCheap(t *testing.T) {
	t.Parallel()
	titled := `"title":"一","x-title-en":"one"`
	asking := func(property string) string {
		return `{"type":"object","required":["a"],"properties":{"a":{` + titled + `,` + property + `}}}`
	}
	nested := `"type":"integer","examples":[1]`
	for range 4 {
		nested = `"type":"array","minItems":1000,"items":{` + titled + `,` + nested + `}`
	}
	twice := `{"type":"object","anyOf":[{"properties":{"a":{"$ref":"#"}}},{"properties":{"a":{"$ref":"#"}}}],"properties":{"a":{` + titled + `,"type":"object"}}}`
	for name, schema := range map[string]string{
		"lines without end": asking(`"type":"array","minItems":2000000000,"items":{` + titled +
			`,"type":"integer","examples":[1]}`),
		"a thousand lines four times":     asking(nested),
		"a reference to itself":           twice,
		"a bound that is huge":            asking(`"type":"integer","maximum":1e999999999,"examples":[1]`),
		"an example that is huge":         asking(`"type":"number","examples":[1e999999999]`),
		"a step that is tiny written out": asking(`"type":"number","multipleOf":1e-999999999,"examples":[1]`),
	} {
		var problems []form.Problem
		r := testing.Benchmark(func(b *testing.B) {
			for b.Loop() {
				problems = form.Check(json.RawMessage(schema))
			}
		})
		if len(problems) == 0 || !problems[0].Message.Complete() || r.AllocedBytesPerOp() > 16<<20 {
			t.Errorf("%s: %v, %d bytes", name, problems, r.AllocedBytesPerOp())
		}
	}
}

// TestAnswersAreCheap: answers come from any applicant.
func TestAnswersAreCheap(t *testing.T) {
	t.Parallel()
	schema := json.RawMessage(
		`{"type":"object","additionalProperties":false,"properties":{"n":{"type":"number","minimum":0,"multipleOf":0.01},"l":{"type":"array","items":{"type":"integer"}}}}`)
	unknown, wrong := map[string]int{}, make([]string, 10_000)
	for i := range 10_000 {
		unknown[strings.Repeat("k", 100)+strconv.Itoa(i)] = i
	}
	encode := func(v any) json.RawMessage { b, _ := json.Marshal(v); return b }
	for name, answers := range map[string]json.RawMessage{
		"a huge number": json.RawMessage(`{"n":1e999999999}`), "a tiny number": json.RawMessage(`{"n":1e-999999999}`),
		"unknown items": encode(unknown), "lines that are all wrong": encode(map[string]any{"l": wrong}),
	} {
		problems := form.Validate(schema, answers)
		if len(problems) == 0 || len(problems) > 200 {
			t.Errorf("%s: %d problems", name, len(problems))
		}
	}
}
