package intake

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"incubase/workflow/text"
)

// Limits of a table.
const (
	MaxRows    = 100_000
	MaxColumns = 200
	maxCell    = 32767 // characters, what a spreadsheet's cell holds
)

// Choice is one of a column's answers.
type Choice struct {
	Code  string
	Label text.Text
}

// Column is what a table asks for.
type Column struct {
	Code     string
	Head     text.Text
	Help     text.Text
	Required bool
	Choices  []Choice // one of these; Many: several, with semicolons between
	Many     bool
	Date     bool
	Example  string
}

// Line is a row of a table by the codes of its columns.
type Line struct {
	Sheet  string
	Row    int // as a spreadsheet counts, from 1; the headings are the first
	Values map[string]string
	at     map[string]string // where each column is: "B（名称）"
}

// Problem is something wrong with a cell, with its place.
func (l *Line) Problem(code, rule string, message text.Text) Problem {
	return Problem{Sheet: l.Sheet, Row: l.Row, Column: l.at[code], Code: rule, Message: message, Lost: true}
}

// Unfit is a file that cannot be taken in at all, in words for people.
type Unfit struct{ Message text.Text }

func (e *Unfit) Error() string { return e.Message.String() }

func unfit(zh, en string, args ...any) error { return &Unfit{text.Format(zh, en, args...)} }

// source is an open file of rows: the name of its sheet, if it has one, and a visit of its rows as they are.
type source struct {
	sheet string
	read  func(visit func(row int, cells []string) error) error
	close func() error
}

// ReadTable visits the lines of a CSV or XLSX file whose first row are headings: of each column its words in either language,
// both, or its code. What is wrong with headings, and formulas, are problems; the lines are visited all the same, but for a
// file that is no table at all (*Unfit).
func ReadTable(path string, columns []Column, problem func(Problem), visit func(*Line) error) error {
	var src *source
	var err error
	switch ext := strings.ToLower(filepath.Ext(path)); ext {
	case ".xlsx":
		src, err = openBook(path, problem)
	case ".csv", ".txt":
		src, err = openCSV(path)
	case ".xlsm", ".xls", ".xlsb", ".xltm", ".ods":
		return unfit("不接受 %s 文件，请另存为 .xlsx（不含宏）或 .csv", "%s files are not taken in: save it as .xlsx (without macros) or .csv", ext)
	default:
		return unfit("只接受 .xlsx 和 .csv 文件", "only .xlsx and .csv files are taken in")
	}
	if err != nil {
		return err
	}
	defer func() { _ = src.close() }()
	t := &tableReader{columns: columns, problem: problem, visit: visit, sheet: src.sheet}
	err = src.read(t.row)
	if err == nil && !t.headed {
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
	places  map[int]*Column
	at      map[string]string
}

func (t *tableReader) row(n int, row []string) error {
	if !slices.ContainsFunc(row, func(s string) bool { return strings.TrimSpace(s) != "" }) {
		return nil
	}
	if !t.headed {
		t.headed = true
		return t.heads(n, row)
	}
	if n > MaxRows+1 {
		return unfit("超过 %d 行，请分成几个文件", "more than %d rows: split the file", MaxRows)
	}
	l := &Line{Sheet: t.sheet, Row: n, Values: map[string]string{}, at: t.at}
	for i, s := range row {
		c := t.places[i]
		if s = strings.TrimSpace(s); c == nil {
			if s != "" {
				t.problem(Problem{Sheet: t.sheet, Row: n, Column: letter(i), Code: "no_heading", Lost: true, Message: say("这一列没有列名", "the column has no heading")})
			}
			continue
		}
		if len([]rune(s)) > maxCell {
			t.problem(l.Problem(c.Code, "too_long", say("单元格超过 %d 个字", "a cell of more than %d characters", maxCell)))
			s = ""
		}
		l.Values[c.Code] = s
	}
	return t.visit(l)
}

// heads finds which column stands where.
func (t *tableReader) heads(n int, row []string) error {
	t.places, t.at = map[int]*Column{}, map[string]string{}
	if len(row) > MaxColumns {
		return unfit("超过 %d 列", "more than %d columns", MaxColumns)
	}
	for i, s := range row {
		if s = strings.TrimSpace(s); s == "" {
			continue
		}
		at := letter(i) + " (" + s + ")"
		k := slices.IndexFunc(t.columns, func(c Column) bool { return c.named(s) })
		switch {
		case k < 0:
			t.problem(Problem{Sheet: t.sheet, Row: n, Column: at, Code: "unknown_heading", Lost: true, Message: say("不认识的列名，请用模板里的列名，或删去这一列", "an unknown heading: use those of the template, or delete the column")})
			t.places[i] = &Column{Code: "?" + letter(i)}
		case t.at[t.columns[k].Code] != "":
			t.problem(Problem{Sheet: t.sheet, Row: n, Column: at, Code: "heading_twice", Lost: true, Message: say("这一列出现了两次", "the column is there twice")})
		default:
			t.places[i], t.at[t.columns[k].Code] = &t.columns[k], at
		}
	}
	for _, c := range t.columns {
		if c.Required && t.at[c.Code] == "" {
			t.problem(Problem{Sheet: t.sheet, Row: n, Code: "no_column", Lost: true, Message: say("缺少必填列「%s」", "the required column %q is missing", c.Heading())})
		}
	}
	return nil
}

// Heading is what a template writes over a column; a star says that it must be filled in.
func (c *Column) Heading() string {
	s := c.Head.ZH + " / " + c.Head.EN
	if c.Required {
		s += " *"
	}
	return s
}

// named tells whether a heading means the column.
func (c *Column) named(s string) bool {
	s = strings.ToLower(strings.Join(strings.Fields(strings.TrimRight(strings.TrimSpace(s), "*＊ ")), " "))
	for _, x := range []string{c.Head.ZH + " / " + c.Head.EN, c.Head.ZH + "/" + c.Head.EN, c.Head.ZH, c.Head.EN, c.Code} {
		if strings.ToLower(x) == s {
			return true
		}
	}
	return false
}

// choose finds the code of an answer: by its words in either language, both, or itself.
func (c *Column) choose(s string) (string, bool) {
	for _, x := range c.Choices {
		for _, word := range []string{x.Code, x.Label.ZH, x.Label.EN, x.Label.ZH + " / " + x.Label.EN} {
			if strings.EqualFold(word, s) {
				return x.Code, true
			}
		}
	}
	return "", false
}

// letter names a column as spreadsheets do; i counts from 0.
func letter(i int) string {
	s, err := excelize.ColumnNumberToName(i + 1)
	if err != nil {
		return fmt.Sprint(i + 1)
	}
	return s
}

// openCSV reads a text file with commas, semicolons or tabs between, in any of the encodings that spreadsheets write.
func openCSV(path string) (*source, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	return &source{read: func(visit func(int, []string) error) error { return visitCSV(f, visit) }, close: f.Close}, nil
}

func visitCSV(f io.ReadSeeker, visit func(int, []string) error) error {
	utf8, err := isUTF8(f)
	if err != nil {
		return err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	in, err := decoded(bufio.NewReaderSize(f, 64<<10), !utf8)
	if err != nil {
		return err
	}
	b := bufio.NewReaderSize(&lineMeter{r: in}, 64<<10)
	head, err := b.Peek(b.Size() / 2)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	r := csv.NewReader(b)
	r.Comma, r.FieldsPerRecord, r.ReuseRecord = separator(head), -1, true
	row, next := 0, 1 // of the spreadsheet, and the line of the file where the next row should begin
	for {
		cells, err := r.Read()
		var bad *csv.ParseError
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.As(err, &bad):
			return unfit("第 %d 行的引号不配对，不是有效的 CSV", "line %d: quotation marks do not match; it is no valid CSV", bad.Line)
		case err != nil:
			return err
		}
		line, _ := r.FieldPos(0)
		row += 1 + line - next // empty lines are passed over, and spreadsheets count them
		next = line + 1
		for _, s := range cells {
			next += strings.Count(s, "\n") // a cell of several lines is one row
		}
		if err := visit(row, cells); err != nil {
			return err
		}
	}
}

// separator is the one that the first line has most of.
func separator(head []byte) rune {
	line, _, _ := strings.Cut(string(head), "\n")
	best := ','
	for _, c := range []rune{';', '\t'} {
		if strings.Count(line, string(c)) > strings.Count(line, string(best)) {
			best = c
		}
	}
	return best
}

// lineMeter refuses a table that is larger than any honest one, and with it a line without an end.
type lineMeter struct {
	r io.Reader
	n int64
}

const maxTable = 256 << 20

func (m *lineMeter) Read(p []byte) (int, error) {
	n, err := m.r.Read(p)
	if m.n += int64(n); m.n > maxTable {
		return 0, unfit("文件超过 %d MB", "the file is larger than %d MB", maxTable>>20)
	}
	return n, err
}
