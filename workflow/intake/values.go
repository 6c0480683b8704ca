package intake

import (
	"strings"

	"incubase/workflow/calendar"
	"incubase/workflow/clean"
	"incubase/workflow/money"
	"incubase/workflow/text"
)

// reader takes typed values out of a line and collects problems.
type reader struct {
	line     *Line
	columns  []Column
	Problems []Problem
}

func (r *reader) bad(code, rule, zh, en string, args ...any) {
	r.Problems = append(r.Problems, r.line.Problem(code, rule, text.Format(zh, en, args...)))
}

func (r *reader) column(code string) *Column {
	for i := range r.columns {
		if r.columns[i].Code == code {
			return &r.columns[i]
		}
	}
	return &Column{Code: code}
}

// text reports an empty required cell, unless the cell was reported already.
func (r *reader) text(code string) string {
	s := r.line.Values[code]
	if clean.Blank(s) {
		if r.column(code).Required && !r.line.spoilt[code] {
			r.bad(code, "required", "必填", "it must be filled in")
		}
		return ""
	}
	return s
}

func (r *reader) choice(code string) string {
	s := r.text(code)
	if s == "" {
		return ""
	}
	c := r.column(code)
	found, ok := c.choose(s)
	if !ok {
		r.bad(code, "choice", "没有「%s」这个选项，请从列表中选择", "there is no choice %q: choose from the list", s)
	}
	return found
}

func (r *reader) many(code string) []string {
	var out []string
	c := r.column(code)
	for _, s := range strings.FieldsFunc(r.text(code), func(x rune) bool { return strings.ContainsRune(";；,，、\n", x) }) {
		if s = strings.TrimSpace(s); s == "" {
			continue
		}
		found, ok := c.choose(s)
		if !ok {
			r.bad(code, "choice", "没有「%s」这个选项，请从说明表的选项中选择，用分号隔开",
				"there is no choice %q: take those of the notes, with semicolons between", s)
			continue
		}
		out = append(out, found)
	}
	return out
}

func (r *reader) told(code, rule string, t text.Text) {
	r.Problems = append(r.Problems, r.line.Problem(code, rule, t))
}

func (r *reader) date(code string) *calendar.Date {
	s := r.text(code)
	if s == "" {
		return nil
	}
	d, err := calendar.ReadDate(s)
	if bad, ok := err.(*calendar.Error); ok {
		r.told(code, "date", bad.Text)
		return nil
	}
	return &d
}

func (r *reader) yuan(code string) (money.Fen, bool) {
	s := r.text(code)
	if s == "" {
		return 0, false
	}
	n, err := money.ParseYuan(s)
	if bad, ok := err.(*money.Error); ok {
		r.told(code, "amount", bad.Text)
	}
	return n, err == nil
}

func (r *reader) integer(code string) (int64, bool) {
	s := r.text(code)
	if s == "" {
		return 0, false
	}
	n, problem := clean.Whole(s)
	if problem != nil {
		r.told(code, "integer", *problem)
	}
	return n, problem == nil
}
