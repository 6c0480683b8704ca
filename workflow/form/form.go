// Package form checks answers against a round's application form: a JSON Schema (2020-12), possibly an officer's own.
// It loads no address, and every message exists in both languages and names the field.
package form

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"incubase/workflow/text"
)

type Problem struct {
	Field   string // dotted path: budget.0.amount_fen
	Message text.Text
}

// MaxSchema is the largest schema accepted, in bytes.
const MaxSchema = 256 << 10

// cache is emptied when full: an installation has few forms.
var cache = struct {
	sync.Mutex
	m map[[32]byte]*jsonschema.Schema
}{m: map[[32]byte]*jsonschema.Schema{}}

const cacheSize = 256

// closed refuses to load anything.
type closed struct{}

// schemaName has a scheme, or the validator would take it for a file.
const schemaName = "urn:incubase:form"

func (closed) Load(url string) (any, error) { return nil, fmt.Errorf("loading %s is not allowed", url) }

var (
	errNumber = errors.New("a number is too long or too large")
	errRefers = errors.New("references ($ref) are not allowed: write it out")
)

// refers reports whether a schema has references: two in each of thirty parts make a billion.
func refers(v any) bool {
	switch v := v.(type) {
	case []any:
		return slices.ContainsFunc(v, refers)
	case map[string]any:
		for name, x := range v {
			_, address := x.(string)
			if address && (name == "$ref" || name == "$dynamicRef" || name == "$recursiveRef") || refers(x) {
				return true
			}
		}
	}
	return false
}

func compile(schema json.RawMessage) (*jsonschema.Schema, error) {
	key := sha256.Sum256(schema)
	cache.Lock()
	s := cache.m[key]
	cache.Unlock()
	if s != nil {
		return s, nil
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema))
	if err != nil {
		return nil, err
	}
	switch {
	case !sized(doc):
		return nil, errNumber
	case refers(doc):
		return nil, errRefers
	}
	c := jsonschema.NewCompiler()
	c.UseLoader(closed{})
	c.AssertFormat()
	if err := c.AddResource(schemaName, doc); err != nil {
		return nil, err
	}
	if s, err = c.Compile(schemaName); err != nil {
		return nil, err
	}
	cache.Lock()
	defer cache.Unlock()
	if len(cache.m) >= cacheSize {
		clear(cache.m)
	}
	cache.m[key] = s
	return s, nil
}

type property struct {
	Type       any                 `json:"type"`
	Format     string              `json:"format"`
	Enum       []json.RawMessage   `json:"enum"`
	Title      string              `json:"title"`
	TitleEN    string              `json:"x-title-en"`
	Properties map[string]property `json:"properties"`
	Items      *property           `json:"items"`
	Required   []string            `json:"required"`
	Examples   []json.RawMessage   `json:"examples"`
	Default    json.RawMessage     `json:"default"`
	MinItems   int                 `json:"minItems"`
	// of a self-check question: what to do where the answer is no
	Remedy    string               `json:"description"`
	RemedyEN  string               `json:"x-description-en"`
	Labels    map[string]text.Text `json:"x-labels"`     // labels of the choices
	SelfCheck []property           `json:"x-self-check"` // of the whole form: questions asked before sign-in
	Private   bool                 `json:"x-private"`    // personal or bank data: for the applicant and the staff only
}

// Check returns what is wrong with a form: it must be an object schema, every property titled in both languages
// (title and x-title-en), every required one with an example.
func Check(schema json.RawMessage) []Problem {
	if len(schema) > MaxSchema {
		return []Problem{{"form", text.Format("申报表不能超过 %d KB", "a form has at most %d KiB", MaxSchema>>10)}}
	}
	if _, err := compile(schema); err != nil {
		return []Problem{unsound(err)}
	}
	var root property
	if json.Unmarshal(schema, &root) != nil || root.Type != "object" || len(root.Properties) == 0 {
		return []Problem{{"form", text.Text{ZH: "申报表至少要有一个问题", EN: "a form asks one question at least"}}}
	}
	var out []Problem
	checkTitles("form", root, &out)
	for i, q := range root.SelfCheck {
		if q.Title == "" || q.TitleEN == "" || q.Remedy == "" || q.RemedyEN == "" {
			out = append(out, Problem{fmt.Sprintf("form.x-self-check.%d", i),
				text.Text{ZH: "自查问题和补救办法都要有中文和英文（title、x-title-en、description、x-description-en）",
					EN: "a question for the self-check and its remedy are needed in both languages (title, x-title-en, description, " +
						"x-description-en)"}})
		}
	}
	if len(out) > 0 {
		return out
	}
	if p := Validate(schema, Example(schema)); len(p) > 0 {
		return []Problem{{"form." + p[0].Field, text.Format("示例不符合自己的规则：%s", "the examples break the form's own rules: %s",
			p[0].Message.EN)}}
	}
	return nil
}

// unsound translates a compile error; the validator's own words are for programmers.
func unsound(err error) Problem {
	switch {
	case errors.Is(err, errRefers):
		return Problem{"form", text.Text{ZH: "申报表不能使用引用（$ref），请写全", EN: "a form has no references ($ref): write it out"}}
	case errors.Is(err, errNumber):
		return Problem{"form", text.Text{ZH: "申报表里有的数字太长或太大", EN: "a number of the form is too long or too large"}}
	}
	var schema *jsonschema.SchemaValidationError
	var invalid *jsonschema.ValidationError
	if errors.As(err, &schema) {
		err = schema.Err
	}
	var found []Problem
	if errors.As(err, &invalid) {
		new(property).leaves(invalid, &found)
	}
	if len(found) == 0 {
		return Problem{"form", text.Text{ZH: "申报表不是有效的 JSON Schema", EN: "the form is no valid JSON Schema"}}
	}
	at := strings.TrimSuffix("form."+found[0].Field, ".")
	return Problem{at, text.Format("申报表不是有效的 JSON Schema：%[1]s", "the form is no valid JSON Schema: %[2]s",
		found[0].Message.ZH, found[0].Message.EN)}
}

func checkTitles(at string, p property, out *[]Problem) {
	for _, name := range slices.Sorted(maps.Keys(p.Properties)) {
		c := p.Properties[name]
		here := at + "." + name
		if c.Title == "" || c.TitleEN == "" {
			*out = append(*out,
				Problem{here, text.Text{ZH: "缺少中文或英文标题（title、x-title-en）",
					EN: "the title is missing in one language (title, x-title-en)"}})
		}
		if slices.Contains(p.Required, name) && len(c.Examples) == 0 && c.Default == nil && c.Type != "object" &&
			c.Type != "array" {
			*out = append(*out,
				Problem{here, text.Text{ZH: "必填项要有示例（examples）", EN: "a required property needs an example (examples)"}})
		}
		for _, value := range slices.Sorted(maps.Keys(c.Labels)) {
			if !c.Labels[value].Complete() {
				*out = append(*out,
					Problem{here, text.Format("选项「%[1]s」缺少中文或英文（x-labels）",
						"the words of the choice %[1]s are missing in one language (x-labels)", value)})
			}
		}
		checkTitles(here, c, out)
		if c.Items != nil {
			checkTitles(here, *c.Items, out)
		}
	}
}

// Example builds passing answers from the examples of required properties.
func Example(schema json.RawMessage) json.RawMessage {
	var root property
	if json.Unmarshal(schema, &root) != nil {
		return json.RawMessage("{}")
	}
	left := MaxSchema
	return root.example(&left)
}

// example keeps to a bound (null beyond it): a form may ask for a thousand lines of a thousand lines.
func (p property) example(left *int) (made json.RawMessage) {
	if *left <= 0 {
		return json.RawMessage("null")
	}
	defer func() { *left -= len(made) }()
	switch {
	case len(p.Examples) > 0:
		return p.Examples[0]
	case p.Default != nil:
		return p.Default
	case p.Type == "array" && p.Items != nil:
		one := string(p.Items.example(left))
		if p.MinItems > *left/(len(one)+1) {
			return json.RawMessage("null")
		}
		return json.RawMessage("[" + strings.TrimSuffix(strings.Repeat(one+",", max(1, p.MinItems)), ",") + "]")
	case p.Type != "object":
		return json.RawMessage("null")
	}
	out := map[string]json.RawMessage{}
	for _, name := range p.Required {
		out[name] = p.Properties[name].example(left)
	}
	b, err := json.Marshal(out)
	if err != nil {
		return json.RawMessage("{}")
	}
	return b
}

// Public removes what the form marks as private (x-private: true), at any depth: reviewers need neither telephone nor
// bank account.
func Public(schema, answers json.RawMessage) json.RawMessage {
	var root property
	if !bytes.Contains(schema, []byte("x-private")) || json.Unmarshal(schema, &root) != nil {
		return answers
	}
	return root.public(answers)
}

func (p property) public(answers json.RawMessage) json.RawMessage {
	var fields map[string]json.RawMessage
	var list []json.RawMessage
	var out any
	switch {
	case len(p.Properties) > 0 && json.Unmarshal(answers, &fields) == nil:
		for name, child := range p.Properties {
			if child.Private {
				delete(fields, name)
			} else if v, ok := fields[name]; ok {
				fields[name] = child.public(v)
			}
		}
		out = fields
	case p.Items != nil && json.Unmarshal(answers, &list) == nil:
		for i := range list {
			list[i] = p.Items.public(list[i])
		}
		out = list
	default:
		return answers
	}
	b, err := json.Marshal(out)
	if err != nil {
		return json.RawMessage("{}")
	}
	return b
}

// Validate returns every unacceptable field. A schema that does not compile is one problem.
func Validate(schema, answers json.RawMessage) []Problem {
	s, err := compile(schema)
	if err != nil {
		return []Problem{{"", text.Text{ZH: "本批次的申报表有误，请联系孵化基地", EN: "the round's form is broken; ask the incubator base"}}}
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(answers))
	if err != nil {
		return []Problem{{"", text.Text{ZH: "答案不是有效的 JSON", EN: "the answers are no valid JSON"}}}
	}
	if !sized(doc) {
		return []Problem{{"", text.Text{ZH: "有的数字太长或太大", EN: "a number is too long or too large"}}}
	}
	var root property
	_ = json.Unmarshal(schema, &root) // it has compiled
	var out []Problem
	var invalid *jsonschema.ValidationError
	if err := s.Validate(doc); errors.As(err, &invalid) {
		root.leaves(invalid, &out)
	}
	if bytes.IndexByte(answers, '[') >= 0 {
		root.unlisted("", answers, &out)
	}
	return out
}

// sized reports whether all numbers are short enough to compute with: 1e999999999 takes gigabytes.
func sized(v any) bool {
	switch v := v.(type) {
	case json.Number:
		f, err := v.Float64()
		return len(v) <= 40 && err == nil && (f != 0 || !strings.ContainsAny(v.String(), "eE"))
	case []any:
		return !slices.ContainsFunc(v, func(x any) bool { return !sized(x) })
	case map[string]any:
		for _, x := range v {
			if !sized(x) {
				return false
			}
		}
	}
	return true
}
