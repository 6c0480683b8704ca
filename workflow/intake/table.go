package intake

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"incubase/workflow/clean"
	"incubase/workflow/text"
)

const (
	MaxRows    = 100_000
	MaxColumns = 200
	maxCell    = 32767 // characters, what a spreadsheet's cell holds
)

type Choice struct {
	Code  string
	Label text.Text
}

type Column struct {
	Code     string
	Head     text.Text
	Help     text.Text
	Required bool
	Choices  []Choice // one of these; Many: several, separated by semicolons
	Many     bool
	Date     bool
	Example  string
}

type Line struct {
	Sheet  string
	Row    int // as a spreadsheet counts, from 1; the headings are the first
	Values map[string]string
	at     map[string]string // where each column is: "B（名称）"
	spoilt map[string]bool   // cells without a usable value, already reported
}

type cell struct {
	text string
	kind kind
}

// kind is the type of a workbook's cell; cells of CSV are textual.
type kind byte

const (
	textual kind = iota
	failed       // #REF! and the like
	logical      // TRUE, FALSE
	number       // written out plainly
	dated        // a number that its format makes a day: as YYYY-MM-DD
)

func (l *Line) Problem(code, rule string, message text.Text) Problem {
	return Problem{Sheet: l.Sheet, Row: l.Row, Column: l.at[code], Code: rule, Message: message, Lost: true}
}

// Spoilt reports whether a cell had no usable value, already reported.
func (l *Line) Spoilt(code string) bool { return l.spoilt[code] }

// Unfit is a file that cannot be read at all; Message is for people.
type Unfit struct{ Message text.Text }

func (e *Unfit) Error() string { return e.Message.String() }

func unfit(zh, en string, args ...any) error { return &Unfit{text.Format(zh, en, args...)} }

type source struct {
	sheet string
	read  func(visit func(row int, cells []cell) error) error
	close func() error
}

// ReadTable visits the lines of a CSV or XLSX file below its headings: a column's label in either language or both,
// or its code. Wrong headings and formulas are problems, the lines are visited all the same; a file without a table
// is *Unfit.
func ReadTable(path string, columns []Column, problem func(Problem), visit func(*Line) error) error {
	var src *source
	var err error
	switch ext := strings.ToLower(filepath.Ext(path)); ext {
	case ".xlsx":
		src, err = openBook(path, problem)
	case ".csv", ".txt":
		src, err = openCSV(path)
	case ".xlsm", ".xls", ".xlsb", ".xltm", ".ods":
		return unfit("不接受 %s 文件，请另存为 .xlsx（不含宏）或 .csv",
			"%s files are not taken in: save it as .xlsx (without macros) or .csv", ext)
	default:
		return unfit("只接受 .xlsx 和 .csv 文件", "only .xlsx and .csv files are taken in")
	}
	if err != nil {
		return err
	}
	defer func() { _ = src.close() }()
	t := &tableReader{columns: columns, problem: problem, visit: visit, sheet: src.sheet}
	err = src.read(t.row)
	switch {
	case err == nil && !t.headed && t.passed > 0:
		return t.noHeads()
	case err == nil && !t.headed:
		return unfit("文件是空的，第一行应是列名", "the file is empty: the first row are the headings")
	}
	return err
}

type tableReader struct {
	columns []Column
	problem func(Problem)
	visit   func(*Line) error
	sheet   string
	headed  bool
	passed  int // rows over the headings
	places  map[int]*Column
	at      map[string]string
}

func (t *tableReader) row(n int, row []cell) error {
	if !slices.ContainsFunc(row, func(c cell) bool { return strings.TrimSpace(c.text) != "" }) {
		return nil
	}
	if !t.headed {
		if t.headed = t.isHead(row); t.headed {
			return t.heads(n, row)
		}
		if t.passed++; t.passed > titleRows {
			return t.noHeads()
		}
		return nil
	}
	if n > MaxRows+titleRows {
		return unfit("超过 %d 行，请分成几个文件", "more than %d rows: split the file", MaxRows)
	}
	l := &Line{Sheet: t.sheet, Row: n, Values: map[string]string{}, at: t.at, spoilt: map[string]bool{}}
	for i, x := range row {
		c := t.places[i]
		if c == nil {
			if strings.TrimSpace(x.text) != "" {
				t.problem(Problem{Sheet: t.sheet, Row: n, Column: letter(i), Code: "no_heading", Lost: true,
					Message: say("这一列没有列名", "the column has no heading")})
			}
			continue
		}
		l.Values[c.Code] = t.value(l, c, x)
	}
	return t.visit(l)
}

// value returns a cell's cleaned text; "" where it is empty or unusable, the latter reported.
func (t *tableReader) value(l *Line, c *Column, x cell) string {
	s, changed := clean.Tidy(x.text)
	lose := func(rule, zh, en string, args ...any) string {
		l.spoilt[c.Code] = true
		t.problem(l.Problem(c.Code, rule, text.Format(zh, en, args...)))
		return ""
	}
	switch {
	case s == "":
		return ""
	case x.kind == failed:
		return lose("cell_error", "单元格是错误值 %s，请改成实际内容", "the cell holds the error %s: write what is meant", s)
	case x.kind == logical && len(c.Choices) == 0:
		return lose("cell_logical", "单元格是逻辑值 %s，请改成实际内容", "the cell holds the logical value %s: write what is meant", s)
	case x.kind == dated && !c.Date:
		return lose("cell_date", "电子表格把这一格当成了日期（%s），请把单元格设为文本后重新输入",
			"the spreadsheet has made a date of it (%s): format the cell as text and type it again", s)
	case x.kind == number && len(strings.Trim(s, "-.")) > 15 ||
		spoiltNumber.MatchString(s) && x.kind == textual && !c.Date:
		return lose("spoilt_number", "被电子表格改成了科学计数法，请把单元格设为文本后重新输入",
			"the spreadsheet has turned it into an exponent: format the cell as text and type it again")
	case len([]rune(s)) > maxCell:
		return lose("too_long", "单元格超过 %d 个字", "a cell of more than %d characters", maxCell)
	}
	if p := clean.Problem(s); p != nil {
		return lose("unreadable", "%[1]s", "%[2]s", p.ZH, p.EN)
	}
	if changed {
		told := l.Problem(c.Code, "cleaned", say("去掉或替换了看不见的字符，现在是「%[1]s」",
			"characters that cannot be seen were taken out or replaced; it is now %[1]q", clean.Quote(s)))
		told.Lost = false
		t.problem(told)
	}
	return s
}

// spoiltNumber matches what a spreadsheet makes of a long number in a text file.
var spoiltNumber = regexp.MustCompile(`^[0-9](\.[0-9]+)?[eE]\+?[0-9]{1,3}$`)
