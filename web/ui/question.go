package ui

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"incubase/workflow/clean"
	"incubase/workflow/form"
	"incubase/workflow/money"
	"incubase/workflow/text"
)

// Question is one field of a form, in the order of its JSON Schema.
type Question struct {
	Name     string
	Label    text.Text
	Hint     text.Text
	Kind     string // text, long, number, money, date, choice, confirm, check, list
	Required bool
	Private  bool
	NewStep  bool   // begins a step of the form
	From     string // field of the case that fills it at first: title
	Min, Max *int64 // numbers in the stored unit, or characters
	Choices  []Option
	Example  string
	Columns  []Question // of a list
	MaxLines int

	Value     string     // as a person writes it
	Lines     [][]string // of a list, by column
	Before    *Question  // the last answer, if this one is empty
	BeforeRef string     // the case of Before

	Seen string // mark of the saved answer shown, after a failed save
	Was  string // mark of the answer shown, if no longer Value or Lines
}

type Option struct {
	Value string
	Label text.Text
}

// Property is the part of a schema that pages read; workflow/form checks the answers.
type Property struct {
	Type       string                     `json:"type"`
	Format     string                     `json:"format"`
	Title      string                     `json:"title"`
	TitleEN    string                     `json:"x-title-en"`
	Hint       string                     `json:"description"`
	HintEN     string                     `json:"x-description-en"`
	Enum       []string                   `json:"enum"`
	Const      json.RawMessage            `json:"const"`
	Minimum    *int64                     `json:"minimum"`
	Maximum    *int64                     `json:"maximum"`
	MinLength  *int64                     `json:"minLength"`
	MaxLength  *int64                     `json:"maxLength"`
	MinItems   *int64                     `json:"minItems"`
	MaxItems   int                        `json:"maxItems"`
	Examples   []json.RawMessage          `json:"examples"`
	Private    bool                       `json:"x-private"`
	NewStep    bool                       `json:"x-new-step"`
	From       string                     `json:"x-from"`
	Labels     map[string]text.Text       `json:"x-labels"`
	Required   []string                   `json:"required"`
	Properties map[string]json.RawMessage `json:"properties"`
	Items      json.RawMessage            `json:"items"`
}

// LongText is the length from which an answer gets a field of several lines.
const LongText = 120

func Questions(schema json.RawMessage) []Question {
	var root Property
	if len(schema) == 0 || json.Unmarshal(schema, &root) != nil {
		return nil
	}
	return root.questions(form.Order(schema))
}

func (p *Property) questions(order []string) []Question {
	var out []Question
	for _, name := range order {
		var x Property
		if json.Unmarshal(p.Properties[name], &x) == nil {
			out = append(out, x.question(name, slices.Contains(p.Required, name)))
		}
	}
	return out
}

func (p *Property) question(name string, required bool) Question {
	q := Question{Name: name, Label: text.Text{ZH: p.Title, EN: p.TitleEN}, Hint: text.Text{ZH: p.Hint, EN: p.HintEN},
		Required: required,
		Private:  p.Private, NewStep: p.NewStep, From: p.From, Min: p.Minimum, Max: p.Maximum}
	for _, value := range p.Enum {
		label := p.Labels[value]
		if !label.Complete() {
			label = text.Text{ZH: value, EN: value}
		}
		q.Choices = append(q.Choices, Option{value, label})
	}
	if len(p.Examples) > 0 {
		q.Example = written(name, p.Examples[0])
	}
	switch {
	case len(p.Const) > 0:
		q.Kind = "confirm"
	case p.Type == "array" && p.Items != nil:
		q.Kind, q.Columns, q.MaxLines = "list", Questions(p.Items), p.MaxItems
	case len(p.Enum) > 0:
		q.Kind = "choice"
	case p.Type == "boolean":
		q.Kind = "check"
	case p.Type == "integer" && form.IsMoney(name):
		q.Kind = "money"
		q.Label = form.Plain(q.Label)
	case p.Type == "integer", p.Type == "number":
		q.Kind = "number"
	case p.Format == "date":
		q.Kind = "date"
	default:
		q.Kind, q.Min, q.Max = "text", p.MinLength, p.MaxLength
		if p.MaxLength == nil || *p.MaxLength > LongText {
			q.Kind = "long"
		}
	}
	return q
}

func Answered(asked []Question, answers json.RawMessage) []Question {
	var given map[string]json.RawMessage
	if len(answers) > 0 {
		_ = json.Unmarshal(answers, &given) // a draft may hold anything
	}
	out := slices.Clone(asked)
	for i := range out {
		q := &out[i]
		raw, ok := given[q.Name]
		if !ok {
			continue
		}
		if q.Kind != "list" {
			q.Value = written(q.Name, raw)
			continue
		}
		var lines []map[string]json.RawMessage
		_ = json.Unmarshal(raw, &lines)
		for _, l := range lines {
			var line []string
			for _, c := range q.Columns {
				line = append(line, written(c.Name, l[c.Name]))
			}
			q.Lines = append(q.Lines, line)
		}
	}
	return out
}

func written(name string, raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	v := strings.TrimSpace(string(raw))
	if v == "null" {
		return ""
	}
	if form.IsMoney(name) {
		if n, err := strconv.ParseInt(v, 10, 64); err == nil {
			return money.Fen(n).Yuan()
		}
	}
	return v
}

// stored converts a person's text to the stored value; nil if empty. Malformed text stays text, and the form's check
// names it.
func (q *Question) stored(s string) any {
	s = strings.TrimSpace(s)
	switch {
	case s == "":
		return nil
	case q.Kind == "money":
		if f, err := money.ParseYuan(s); err == nil {
			return int64(f)
		}
	case q.Kind == "number":
		if n, problem := clean.Whole(s); problem == nil {
			return n
		}
	case q.Kind == "confirm", q.Kind == "check":
		return s == "true"
	}
	return s
}
