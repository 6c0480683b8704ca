package intake

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"incubase/workflow/clean"
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
	spoilt map[string]bool   // cells that have been named already and have no value
}

// cell is one cell of a row as its file has it.
type cell struct {
	text string
	kind kind
}

// kind says what a workbook keeps in a cell; a CSV file has texts alone.
type kind byte

const (
	textual kind = iota
	failed       // #REF! and the like
	logical      // TRUE, FALSE
	number       // written out plainly
	dated        // a number that its format makes a day: as YYYY-MM-DD
)

// Problem is something wrong with a cell, with its place.
func (l *Line) Problem(code, rule string, message text.Text) Problem {
	return Problem{Sheet: l.Sheet, Row: l.Row, Column: l.at[code], Code: rule, Message: message, Lost: true}
}

// Spoilt reports whether a cell had no value that could be taken, which has been told.
func (l *Line) Spoilt(code string) bool { return l.spoilt[code] }

// Unfit is a file that cannot be taken in at all, in words for people.
type Unfit struct{ Message text.Text }

func (e *Unfit) Error() string { return e.Message.String() }

func unfit(zh, en string, args ...any) error { return &Unfit{text.Format(zh, en, args...)} }

// source is an open file of rows: the name of its sheet, if it has one, and a visit of its rows as they are.
type source struct {
	sheet string
	read  func(visit func(row int, cells []cell) error) error
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

// titleRows is how many rows may stand over the headings.
const titleRows = 10

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
				t.problem(Problem{Sheet: t.sheet, Row: n, Column: letter(i), Code: "no_heading", Lost: true, Message: say("这一列没有列名", "the column has no heading")})
			}
			continue
		}
		l.Values[c.Code] = t.value(l, c, x)
	}
	return t.visit(l)
}

// value is what a cell says, cleaned; "" where it says nothing that can be taken, which is told.
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
		return lose("cell_date", "电子表格把这一格当成了日期（%s），请把单元格设为文本后重新输入", "the spreadsheet has made a date of it (%s): format the cell as text and type it again", s)
	case x.kind == number && len(strings.Trim(s, "-.")) > 15 || spoiltNumber.MatchString(s) && x.kind == textual && !c.Date:
		return lose("spoilt_number", "被电子表格改成了科学计数法，请把单元格设为文本后重新输入", "the spreadsheet has turned it into an exponent: format the cell as text and type it again")
	case len([]rune(s)) > maxCell:
		return lose("too_long", "单元格超过 %d 个字", "a cell of more than %d characters", maxCell)
	}
	if p := clean.Problem(s); p != nil {
		return lose("unreadable", "%[1]s", "%[2]s", p.ZH, p.EN)
	}
	if changed {
		told := l.Problem(c.Code, "cleaned", say("去掉或替换了看不见的字符，现在是「%[1]s」", "characters that cannot be seen were taken out or replaced; it is now %[1]q", clean.Quote(s)))
		told.Lost = false
		t.problem(told)
	}
	return s
}

// spoiltNumber is what a spreadsheet makes of a long number in a text file.
var spoiltNumber = regexp.MustCompile(`^[0-9](\.[0-9]+)?[eE]\+?[0-9]{1,3}$`)

// isHead reports whether a row is the headings: two of them stand there, or half of what stands there is headings. Other rows
// at the top are titles.
func (t *tableReader) isHead(row []cell) bool {
	named, filled := 0, 0
	for _, x := range row {
		s, _ := clean.Tidy(x.text)
		if s == "" {
			continue
		}
		filled++
		if slices.ContainsFunc(t.columns, func(c Column) bool { return c.named(s) }) {
			named++
		}
	}
	return named > 1 || named > 0 && 2*named >= filled
}

// noHeads says that the file has no row of headings, and which they are.
func (t *tableReader) noHeads() error {
	var zh, en []string
	for _, c := range t.columns {
		if c.Required {
			zh, en = append(zh, c.Head.ZH), append(en, c.Head.EN)
		}
	}
	return unfit("前 %[3]d 行里没有列名；至少应有：%[1]s（可用 incubase export template 得到模板）",
		"there are no headings in the first %[3]d rows; needed are at least: %[2]s (incubase export template writes a template)",
		strings.Join(zh, "、"), strings.Join(en, ", "), titleRows)
}

// heads finds which column stands where. Where a required one is missing nothing else is told: each row would lack it again.
func (t *tableReader) heads(n int, row []cell) error {
	t.places, t.at = map[int]*Column{}, map[string]string{}
	if len(row) > MaxColumns {
		return unfit("超过 %d 列", "more than %d columns", MaxColumns)
	}
	var bad []Problem
	var unknown []string
	for i, x := range row {
		s, _ := clean.Tidy(x.text)
		if s == "" {
			continue
		}
		at := letter(i) + " (" + clean.Quote(s) + ")"
		k := slices.IndexFunc(t.columns, func(c Column) bool { return c.named(s) })
		switch {
		case k < 0:
			bad = append(bad, Problem{Sheet: t.sheet, Row: n, Column: at, Code: "unknown_heading", Lost: true, Message: say("不认识的列名，请用模板里的列名，或删去这一列", "an unknown heading: use those of the template, or delete the column")})
			unknown = append(unknown, at)
			t.places[i] = &Column{Code: "?" + letter(i)}
		case t.at[t.columns[k].Code] != "":
			bad = append(bad, Problem{Sheet: t.sheet, Row: n, Column: at, Code: "heading_twice", Lost: true, Message: say("这一列出现了两次", "the column is there twice")})
		default:
			t.places[i], t.at[t.columns[k].Code] = &t.columns[k], at
		}
	}
	var missing []string
	for _, c := range t.columns {
		if c.Required && t.at[c.Code] == "" {
			missing = append(missing, c.Head.ZH+" / "+c.Head.EN)
		}
	}
	switch {
	case len(missing) > 0 && len(unknown) > 0:
		return unfit("第 %[1]d 行的列名对不上：缺少必填列 %[2]s；不认识 %[3]s。请改成模板里的列名", "the headings in row %[1]d do not fit: %[2]s missing; not known: %[3]s. Use those of the template",
			n, strings.Join(missing, "; "), strings.Join(unknown, "; "))
	case len(missing) > 0:
		return unfit("第 %[1]d 行的列名里缺少必填列 %[2]s", "required columns are missing among the headings in row %[1]d: %[2]s", n, strings.Join(missing, "; "))
	}
	for _, p := range bad {
		t.problem(p)
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
	s = clean.Identity(strings.TrimRight(strings.TrimSpace(s), "*＊ "))
	for _, x := range []string{c.Head.ZH + " / " + c.Head.EN, c.Head.ZH, c.Head.EN, c.Code} {
		if clean.Identity(x) == s {
			return true
		}
	}
	return false
}

// choose finds the code of an answer: by its words in either language, both, or itself.
func (c *Column) choose(s string) (string, bool) {
	s = clean.Identity(s)
	for _, x := range c.Choices {
		for _, word := range []string{x.Code, x.Label.ZH, x.Label.EN, x.Label.ZH + " / " + x.Label.EN} {
			if clean.Identity(word) == s {
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
	return &source{read: func(visit func(int, []cell) error) error { return visitCSV(f, visit) }, close: f.Close}, nil
}

func visitCSV(f io.ReadSeeker, visit func(int, []cell) error) error {
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
	b := bufio.NewReaderSize(&lineMeter{r: &lineEnds{r: in}}, 64<<10)
	head, err := b.Peek(b.Size() / 2)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	comma := separator(head)
	if hint, _, _ := strings.Cut(string(head), "\n"); len(hint) == 5 && strings.EqualFold(hint[:4], "sep=") && strings.ContainsAny(hint[4:], ",;\t|") {
		comma = rune(hint[4])
		if _, err := b.Discard(min(len(hint)+1, len(head))); err != nil { // spreadsheets do not count it as a row
			return err
		}
	}
	r := csv.NewReader(b)
	r.Comma, r.FieldsPerRecord, r.ReuseRecord = comma, -1, true
	row, next := 0, 1 // of the spreadsheet, and the line of the file where the next row should begin
	for {
		texts, err := r.Read()
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
		cells := make([]cell, len(texts))
		for i, s := range texts {
			next += strings.Count(s, "\n") // a cell of several lines is one row
			cells[i].text = s
		}
		if err := visit(row, cells); err != nil {
			return err
		}
	}
}

// lineEnds makes every line end a line feed: CR LF, and CR alone, which old spreadsheets write.
type lineEnds struct {
	r  io.Reader
	cr bool // the last byte was a CR
}

func (l *lineEnds) Read(p []byte) (int, error) {
	for {
		n, err := l.r.Read(p)
		out := p[:0]
		for _, b := range p[:n] {
			switch {
			case b == '\n' && l.cr:
			case b == '\r':
				out = append(out, '\n')
			default:
				out = append(out, b)
			}
			l.cr = b == '\r'
		}
		if len(out) > 0 || err != nil || len(p) == 0 {
			return len(out), err
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
