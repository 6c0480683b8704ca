package intake

import (
	"crypto/sha256"
	"encoding/json"
	"slices"
	"strings"

	"incubase/workflow"
	"incubase/workflow/clean"
	"incubase/workflow/credit"
	"incubase/workflow/define"
	"incubase/workflow/form"
	"incubase/workflow/money"
	"incubase/workflow/region"
	"incubase/workflow/registry"
	"incubase/workflow/text"
)

var ApplicationTitle = text.Text{ZH: "申报", EN: "Applications"}

type question struct {
	Name    string               `json:"-"`
	Type    any                  `json:"type"`
	Format  string               `json:"format"`
	Title   string               `json:"title"`
	TitleEN string               `json:"x-title-en"`
	Enum    []any                `json:"enum"`
	Const   json.RawMessage      `json:"const"`
	Labels  map[string]text.Text `json:"x-labels"`
	Items   *question            `json:"items"`
	// of items that are objects, in order:
	Properties map[string]json.RawMessage `json:"properties"`
	Examples   []json.RawMessage          `json:"examples"`
	required   bool
	parts      []question
}

const answerPrefix = "answers."

// Form is a round's form as columns. Declarations (constants) are left out: only the certifier makes them.
type Form struct {
	Columns   []Column
	Ceiling   money.Fen // of the round for one application, 0 for no limit
	schema    json.RawMessage
	questions []question
	skipped   []string // declarations and questions that fit no cell
}

func FormOf(schema json.RawMessage, tracks []workflow.Track) *Form {
	w := func(zh, en string) text.Text { return text.Text{ZH: zh, EN: en} }
	f := &Form{schema: schema, Columns: []Column{
		{Code: "key", Head: w("外部编号", "External number"),
			Help: w("每行一个，不重复；再次导入凭它识别", "one a row, each once: a second import knows the row by it"), Required: true,
			Example: "2026-001"},
		{Code: "organization", Head: w("组织信用代码或备案编号", "Credit code or filing number of the organization"),
			Help: w("须已登记", "it must be registered"), Required: true},
		{Code: "county", Head: w("备案所在县（区）代码", "County of the filing number"),
			Help: w("用备案编号时填写，6 位", "with a filing number: 6 digits"), Example: "230302"},
		{Code: "project", Head: w("品牌项目", "Branded project"),
			Help: w("已有的写原名，没有的会新建", "an existing one by its name; a new one is created"), Required: true},
	}}
	if len(tracks) > 0 {
		c := Column{Code: "track", Head: w("赛道", "Track")}
		for _, t := range tracks {
			c.Choices = append(c.Choices, Choice{t.Code, t.Name})
		}
		f.Columns = append(f.Columns, c)
	}
	for _, q := range questionsOf(schema) {
		if c, ok := q.column(); ok {
			f.Columns = append(f.Columns, c)
			f.questions = append(f.questions, q)
		} else {
			f.skipped = append(f.skipped, q.Name)
		}
	}
	return f
}

func questionsOf(schema json.RawMessage) (out []question) {
	var s struct {
		Properties map[string]json.RawMessage `json:"properties"`
		Required   []string                   `json:"required"`
	}
	if json.Unmarshal(schema, &s) != nil {
		return nil
	}
	for _, name := range form.Order(schema) {
		var q question
		if json.Unmarshal(s.Properties[name], &q) != nil {
			continue
		}
		q.Name, q.required = name, slices.Contains(s.Required, name)
		if q.Items != nil && q.Items.Type == "object" {
			var items struct {
				Items json.RawMessage `json:"items"`
			}
			_ = json.Unmarshal(s.Properties[name], &items) // it has just been read
			q.parts = questionsOf(items.Items)
		}
		out = append(out, q)
	}
	return out
}

// money reports whether a property counts fen; people write yuan.
func (q *question) money() bool { return q.Type == "integer" && strings.HasSuffix(q.Name, "_fen") }

func (q *question) head() text.Text {
	if !q.money() {
		return text.Text{ZH: q.Title, EN: q.TitleEN}
	}
	return text.Text{ZH: strings.ReplaceAll(q.Title, "（分）", "") + "（元）", EN: strings.ReplaceAll(q.TitleEN, " (fen)",
		"") + " (yuan)"}
}

// column reports in ok whether a cell can hold the answer.
func (q *question) column() (c Column, ok bool) {
	if len(q.Const) > 0 {
		return c, false
	}
	c = Column{Code: answerPrefix + q.Name, Head: q.head(), Required: q.required, Date: q.Format == "date"}
	for _, v := range q.Enum {
		if s, isText := v.(string); isText {
			label := q.Labels[s]
			if !label.Complete() {
				label = text.Text{ZH: s, EN: s}
			}
			c.Choices = append(c.Choices, Choice{s, label})
		}
	}
	switch q.Type {
	case "string", "integer":
		if len(q.Examples) > 0 && !q.money() {
			c.Example, _ = plain(q.Examples[0])
		}
		return c, true
	case "boolean":
		c.Choices = []Choice{{"true", text.Text{ZH: "是", EN: "yes"}}, {"false", text.Text{ZH: "否", EN: "no"}}}
		return c, true
	case "array":
		return q.list(c)
	}
	return c, false
}

func (q *question) list(c Column) (Column, bool) {
	if q.Items == nil {
		return c, false
	}
	if len(q.parts) == 0 {
		c.Help = text.Text{ZH: "可以几个，用分号隔开", EN: "several, with semicolons between"}
		return c, q.Items.Type == "string"
	}
	var zh, en []string
	for i := range q.parts {
		if t := q.parts[i].Type; t != "string" && t != "integer" {
			return c, false
		}
		zh, en = append(zh, q.parts[i].head().ZH), append(en, q.parts[i].head().EN)
	}
	c.Help = text.Format("每行一项（单元格内换行，或用分号），各部分用 | 隔开：%[1]s",
		"a line each (or semicolons between), the parts with | between: %[2]s", strings.Join(zh, " | "),
		strings.Join(en, " | "))
	return c, true
}

type ApplicationRow struct {
	Line         *Line
	Key          string
	Organization string // credit code or filing number
	County       string
	Project      string
	Track        string
	Answers      map[string]any
	Hash         Sum
	Bad          []Problem
}

// Read reads a line and checks its answers against the form.
func (f *Form) Read(l *Line) ApplicationRow {
	r := &reader{line: l, columns: f.Columns}
	a := ApplicationRow{Line: l, Key: r.text("key"), Organization: r.text("organization"), County: r.text("county"),
		Project: r.text("project"), Track: r.choice("track"), Answers: map[string]any{}}
	for i := range f.questions {
		if v := r.answer(&f.questions[i]); v != nil {
			a.Answers[f.questions[i].Name] = v
		}
	}
	a.Bad = r.Problems
	a.Answers = form.Tidy(f.schema, a.Answers)
	_, faults := define.CheckAnswers(f.schema, workflow.Bounds{Ceiling: f.Ceiling}, a.Answers)
	for _, p := range faults {
		name, _, _ := strings.Cut(p.Field, ".")
		code := answerPrefix + name
		bad := l.Problem(code, "form", p.Message)
		if !slices.Contains(f.skipped, name) && !l.spoilt[code] &&
			!slices.ContainsFunc(a.Bad, func(b Problem) bool { return b.Column == bad.Column }) {
			a.Bad = append(a.Bad, bad)
		}
	}
	raw, _ := json.Marshal([]any{a.Organization, a.County, a.Project, a.Track, a.Answers})
	a.Hash = sha256.Sum256(raw)
	return a
}

// Identity returns what identifies the organization: its credit code, or its filing number in a place.
func (a *ApplicationRow) Identity() (kind, place, what string) {
	if code := credit.Normalize(a.Organization); len(code) == 18 {
		return "credit_code", "", code
	}
	c, err := region.Parse(a.County)
	if err != nil {
		return "filing_number", "", a.Organization
	}
	return "filing_number", registry.ComparedIn(c), a.Organization
}

func (r *reader) answer(q *question) any {
	code := answerPrefix + q.Name
	switch {
	case q.Type == "array":
		return r.items(code, q)
	case q.money():
		if n, ok := r.yuan(code); ok {
			return int64(n)
		}
		return nil
	case q.Type == "integer":
		if n, ok := r.integer(code); ok {
			return n
		}
		return nil
	case q.Format == "date":
		if d := r.date(code); d != nil {
			return d.String()
		}
		return nil
	case q.Type == "boolean":
		if s := r.choice(code); s != "" {
			return s == "true"
		}
		return nil
	case len(q.Enum) > 0:
		if s := r.choice(code); s != "" {
			return s
		}
		return nil
	}
	if s := r.text(code); s != "" {
		return s
	}
	return nil
}

func (r *reader) items(code string, q *question) any {
	var out []any
	for _, s := range strings.FieldsFunc(r.text(code), func(x rune) bool { return strings.ContainsRune("\n;；", x) }) {
		s = strings.TrimSpace(s)
		switch {
		case s == "":
		case len(q.parts) == 0:
			out = append(out, s)
		default:
			if item := r.item(code, q, s); item != nil {
				out = append(out, item)
			}
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

func (r *reader) item(code string, q *question, s string) any {
	parts := strings.Split(strings.ReplaceAll(s, "｜", "|"), "|") // an empty part keeps its place
	for len(parts) > 0 && strings.TrimSpace(parts[len(parts)-1]) == "" {
		parts = parts[:len(parts)-1]
	}
	if len(parts) > len(q.parts) {
		r.bad(code, "parts", "「%[1]s」有 %[2]d 部分，最多 %[3]d 部分，用 | 隔开", "%[1]q has %[2]d parts; at most %[3]d, with | between",
			s, len(parts), len(q.parts))
		return nil
	}
	item := map[string]any{}
	for i, part := range parts {
		p := &q.parts[i]
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		switch {
		case p.money():
			n, err := money.ParseYuan(part)
			if bad, ok := err.(*money.Error); ok {
				r.told(code, "amount", bad.Text)
				return nil
			}
			item[p.Name] = int64(n)
		case p.Type == "integer":
			n, problem := clean.Whole(part)
			if problem != nil {
				r.told(code, "integer", *problem)
				return nil
			}
			item[p.Name] = n
		default:
			item[p.Name] = part
		}
	}
	return item
}
