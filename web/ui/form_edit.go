package ui

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"incubase/workflow/form"
	"incubase/workflow/text"
)

// EditQuestion is a question, or a list's column, as the form editor shows it.
type EditQuestion struct {
	Name             string // in the schema; "" if new
	ZH, EN           string
	HintZH, HintEN   string
	Kind             string // text, number, money, date, choice, check, confirm, list
	Min, Max         string // characters, lines or values; money in yuan
	Example          string
	Required         bool
	Private, NewStep bool
	Choices          []editChoice
	Columns          []EditQuestion
}

type editChoice struct{ Value, ZH, EN string }

var (
	FormEditTitle = text.Text{ZH: "修改题目", EN: "Edit the questions"}
	EditKinds     = []Option{{"text", T("文字", "Text")}, {"number", T("整数", "Whole number")},
		{"money", T("金额（元）", "Amount (yuan)")}, {"date", T("日期", "Date")},
		{"choice", T("单选", "One of several")}, {"check", T("勾选（可以不勾）", "Box that may be ticked")},
		{"confirm", T("承诺（必须勾选）", "Declaration that must be ticked")}, {"list", T("清单（可以填多行）", "List of lines")}}
	ColumnKinds = EditKinds[:4]
)

// Blank lines offered beyond those in use.
const (
	spareChoices = 2
	spareColumns = 1
)

func (q *EditQuestion) Called(ctx context.Context, i int) string {
	label := text.Text{ZH: q.ZH, EN: q.EN}.In(Of(ctx).Lang)
	if label == "" {
		return Say(ctx, sayQuestion, i+1)
	}
	return Say(ctx, sayQuestionTitled, i+1, label)
}

// EditQuestion reads a question of the form; columns have no columns.
func (x *RoundReader) EditQuestion(at string, columns bool) EditQuestion {
	q := EditQuestion{Name: x.line(at + "name"), ZH: x.line(at + "zh"), EN: x.line(at + "en"),
		HintZH: x.line(at + "hint.zh"), HintEN: x.line(at + "hint.en"), Kind: x.line(at + "kind"),
		Min: x.line(at + "min"), Max: x.line(at + "max"), Example: x.line(at + "example"),
		Required: x.line(at+"required") != "", Private: x.line(at+"private") != "", NewStep: x.line(at+"new_step") != ""}
	for i := range x.Lines(at + "choices") {
		c := fmt.Sprintf("%schoices.%d.", at, i)
		if o := (editChoice{x.line(c + "value"), x.line(c + "zh"), x.line(c + "en")}); o.ZH+o.EN != "" {
			q.Choices = append(q.Choices, o)
		}
	}
	if !columns {
		return q
	}
	for i := range x.Lines(at + "columns") {
		if c := x.EditQuestion(fmt.Sprintf("%scolumns.%d.", at, i), false); c.ZH+c.EN != "" {
			q.Columns = append(q.Columns, c)
		}
	}
	return q
}

// ReadEdit returns the questions of a schema that the editor can show; Build keeps the others.
func ReadEdit(schema json.RawMessage) (out []EditQuestion) {
	var root Property
	if len(schema) == 0 || json.Unmarshal(schema, &root) != nil {
		return nil
	}
	for _, name := range form.Order(schema) {
		var p Property
		if json.Unmarshal(root.Properties[name], &p) == nil {
			out = append(out, p.edited(name, slices.Contains(root.Required, name)))
		}
	}
	return out
}

func (p *Property) edited(name string, required bool) EditQuestion {
	q := p.question(name, required)
	e := EditQuestion{Name: name, ZH: q.Label.ZH, EN: q.Label.EN, HintZH: q.Hint.ZH, HintEN: q.Hint.EN, Kind: q.Kind,
		Example: q.Example, Required: required, Private: q.Private, NewStep: q.NewStep}
	for _, c := range q.Choices {
		e.Choices = append(e.Choices, editChoice{c.Value, c.Label.ZH, c.Label.EN})
	}
	number := func(n *int64) string {
		switch {
		case n == nil:
			return ""
		case e.Kind == "money":
			return written(name, json.RawMessage(strconv.FormatInt(*n, 10)))
		}
		return strconv.FormatInt(*n, 10)
	}
	e.Min, e.Max = number(q.Min), number(q.Max)
	switch q.Kind {
	case "long":
		e.Kind = "text"
	case "choice", "check", "confirm":
		e.Example = ""
	case "list":
		e.Columns, e.Example = ReadEdit(p.Items), ""
		e.Min, e.Max = number(p.MinItems), ""
		if p.MaxItems > 0 {
			e.Max = strconv.Itoa(p.MaxItems)
		}
	}
	return e
}
