package intake

import (
	"strconv"
	"strings"
	"time"

	"incubase/workflow/calendar"
	"incubase/workflow/money"
	"incubase/workflow/text"
)

// reader takes typed values out of a line and keeps what is wrong with its cells.
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

// text is a cell; a required one must not be empty.
func (r *reader) text(code string) string {
	s := r.line.Values[code]
	if s == "" && r.column(code).Required {
		r.bad(code, "required", "必填", "it must be filled in")
	}
	return s
}

// code is a cell that is no number, whatever it looks like: spreadsheets spoil long ones.
func (r *reader) code(code string) string {
	s := r.text(code)
	if strings.ContainsAny(s, "Ee") && strings.Contains(s, "+") {
		r.bad(code, "spoilt_number", "被电子表格改成了科学计数法，请把单元格设为文本后重新输入", "the spreadsheet has turned it into an exponent: format the cell as text and type it again")
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

// many are several choices, with semicolons, commas or the Chinese ones between.
func (r *reader) many(code string) []string {
	var out []string
	c := r.column(code)
	for _, s := range strings.FieldsFunc(r.text(code), func(x rune) bool { return strings.ContainsRune(";；,，、\n", x) }) {
		if s = strings.TrimSpace(s); s == "" {
			continue
		}
		found, ok := c.choose(s)
		if !ok {
			r.bad(code, "choice", "没有「%s」这个选项，请从说明表的选项中选择，用分号隔开", "there is no choice %q: take those of the notes, with semicolons between", s)
			continue
		}
		out = append(out, found)
	}
	return out
}

var dayForms = []string{time.DateOnly, "2006/1/2", "2006年1月2日", "2006.1.2", "20060102", "2006-1-2", "2006-01-02T15:04:05Z"}

func (r *reader) date(code string) *calendar.Date {
	s := r.text(code)
	if s == "" {
		return nil
	}
	for _, form := range dayForms {
		if t, err := time.Parse(form, s); err == nil {
			return &calendar.Date{Year: t.Year(), Month: t.Month(), Day: t.Day()}
		}
	}
	if t, ok := serialDate(s); ok {
		return &calendar.Date{Year: t.Year(), Month: t.Month(), Day: t.Day()}
	}
	r.bad(code, "date", "读不懂的日期「%s」，请写成 2026-05-01", "a date that cannot be read: %q; write it like 2026-05-01", s)
	return nil
}

// yuan is an amount in yuan.
func (r *reader) yuan(code string) (money.Fen, bool) {
	s := r.text(code)
	if s == "" {
		return 0, false
	}
	n, err := parseYuan(s)
	if err != nil {
		r.bad(code, "amount", "读不懂的金额「%s」，请写成 12000 或 12000.50（元）", "an amount that cannot be read: %q; write it like 12000 or 12000.50 (yuan)", s)
	}
	return n, err == nil
}

// parseYuan reads what people and spreadsheets write: with or without the unit, and with the digits of binary fractions.
func parseYuan(s string) (money.Fen, error) {
	s = strings.TrimSpace(strings.TrimSuffix(strings.TrimLeft(s, "¥￥ "), "元"))
	if n, err := money.ParseYuan(s); err == nil {
		return n, nil
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return 0, err
	}
	return money.ParseYuan(strconv.FormatFloat(f, 'f', 2, 64))
}

func (r *reader) integer(code string) (int64, bool) {
	s := r.text(code)
	if s == "" {
		return 0, false
	}
	n, err := strconv.ParseInt(strings.TrimSuffix(strings.ReplaceAll(s, ",", ""), ".0"), 10, 64)
	if err != nil {
		r.bad(code, "integer", "应是整数，现在是「%s」", "a whole number is expected, not %q", s)
	}
	return n, err == nil
}
