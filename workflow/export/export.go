// Package export writes lists as tables, CSV or XLSX, a row at a time. No cell can act in a spreadsheet: texts of
// people stay texts, whatever they begin with. Rows are made from views, which hold only what the reader may see.
package export

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"incubase/workflow/calendar"
	"incubase/workflow/money"
	"incubase/workflow/text"
)

const (
	CSV  = "csv"
	XLSX = "xlsx"
)

// Types holds the content types of the formats.
var Types = map[string]string{CSV: "text/csv; charset=utf-8",
	XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}

// Amount is money in its currency: a number in cells.
type Amount struct {
	Value    money.Fen
	Currency string // "" is CNY
}

// Points are hundredths of a point.
type Points int

// Table takes rows one by one. Only Close completes the file.
type Table interface {
	// Row takes a cell for each column: string, int, bool, Amount, Points, *calendar.Date, time.Time or nil.
	Row(cells ...any) error
	Close() error
}

func New(w io.Writer, format, title string, columns []text.Text, lang string) (Table, error) {
	head := make([]any, len(columns))
	for i, c := range columns {
		head[i] = c.In(lang)
	}
	if format == XLSX {
		return newBook(w, title, head, lang)
	}
	if _, err := w.Write([]byte("\xEF\xBB\xBF")); err != nil { // without a mark spreadsheets assume GBK
		return nil, err
	}
	t := &commas{w: csv.NewWriter(w), lang: lang}
	t.w.UseCRLF = true
	return t, t.Row(head...)
}

type commas struct {
	w    *csv.Writer
	lang string
}

func (t *commas) Row(cells ...any) error {
	out := make([]string, len(cells))
	for i, c := range cells {
		if s, isText := c.(string); isText {
			out[i] = Inert(s)
		} else {
			out[i] = plain(c, t.lang)
		}
	}
	return t.w.Write(out)
}

func (t *commas) Close() error {
	t.w.Flush()
	return t.w.Error()
}

// Inert keeps a text from being a formula where a spreadsheet opens a CSV file (CWE-1236): it puts a quotation mark
// before formula characters, full-width forms too, which some programs fold.
func Inert(s string) string {
	rest := strings.TrimLeft(s, " \u3000\u00a0")
	if rest == "" {
		return s
	}
	if first, _ := utf8.DecodeRuneInString(rest); strings.ContainsRune("=+-@\t\r\n|%＝＋－＠", first) {
		return "'" + s
	}
	return s
}

func plain(c any, lang string) string {
	switch v := c.(type) {
	case int:
		return strconv.Itoa(v)
	case bool:
		if v {
			return text.Text{ZH: "是", EN: "yes"}.In(lang)
		}
		return text.Text{ZH: "否", EN: "no"}.In(lang)
	case Amount:
		return v.decimal()
	case Points:
		return fmt.Sprintf("%d.%02d", int(v)/100, int(v)%100)
	case *calendar.Date:
		if v != nil {
			return v.String()
		}
	case time.Time:
		if !v.IsZero() {
			return v.In(zone).Format("2006-01-02 15:04:05")
		}
	}
	return ""
}

var zone = time.FixedZone("Asia/Shanghai", 8*60*60)

func (a Amount) currency() string {
	if a.Currency == "" {
		return "CNY"
	}
	return a.Currency
}

// decimal returns the amount for programs, without currency: 1234.50.
func (a Amount) decimal() string {
	s, _, _ := strings.Cut(a.Value.In(a.currency()), " ")
	return strings.ReplaceAll(s, ",", "")
}

// book is an XLSX file with one sheet. Many rows go to a temporary file.
type book struct {
	w      io.Writer
	file   *excelize.File
	rows   *excelize.StreamWriter
	n      int
	lang   string
	styles map[string]int
}

// sheetName returns a title within the limits of sheet names: 31 characters, none that references use.
func sheetName(title string) string {
	title = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`:\/?*[]'`, r) {
			return ' '
		}
		return r
	}, title)
	if r := []rune(title); len(r) > 31 {
		title = string(r[:31])
	}
	return title
}

func newBook(w io.Writer, title string, head []any, lang string) (Table, error) {
	f := excelize.NewFile()
	b := &book{w: w, file: f, lang: lang, styles: map[string]int{}}
	name := sheetName(title)
	err := f.SetSheetName("Sheet1", name)
	if err == nil {
		b.rows, err = f.NewStreamWriter(name)
	}
	for style, format := range map[string]string{"text": "@", "money": "#,##0.00", "whole": "0", "day": "yyyy-mm-dd",
		"time": "yyyy-mm-dd hh:mm:ss", "points": "0.00"} {
		if err == nil {
			b.styles[style], err = f.NewStyle(&excelize.Style{CustomNumFmt: &format})
		}
	}
	if err == nil {
		b.styles["head"], err = f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	}
	if err == nil {
		err = b.rows.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"})
	}
	if err == nil {
		err = b.rows.SetColWidth(1, len(head), 16)
	}
	if err == nil {
		err = b.Row(head...)
	}
	if err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("begin a workbook: %w", err)
	}
	return b, nil
}

func (b *book) Row(cells ...any) error {
	b.n++
	if b.n > excelize.TotalRows {
		return fmt.Errorf("a sheet has at most %d rows", excelize.TotalRows)
	}
	out := make([]any, len(cells))
	for i, c := range cells {
		out[i] = b.cell(c)
	}
	return b.rows.SetRow("A"+strconv.Itoa(b.n), out)
}

// maxCell is how many characters a spreadsheet's cell holds.
const maxCell = 32767

func (b *book) cell(c any) any {
	styled := func(style string, v any) excelize.Cell { return excelize.Cell{StyleID: b.styles[style], Value: v} }
	switch v := c.(type) {
	case string:
		if r := []rune(v); len(r) > maxCell {
			v = string(r[:maxCell-1]) + "…"
		}
		if b.n == 1 {
			return styled("head", v)
		}
		return styled("text", v)
	case int:
		return styled("whole", v)
	case Amount: // below 10^14 minor units: exact as a float
		n, _ := strconv.ParseFloat(v.decimal(), 64)
		return styled("money", n)
	case Points:
		return styled("points", float64(v)/100)
	case *calendar.Date:
		if v == nil {
			return nil
		}
		return styled("day", time.Date(v.Year, v.Month, v.Day, 0, 0, 0, 0, time.UTC))
	case time.Time:
		if v.IsZero() {
			return nil
		}
		local := v.In(zone)
		return styled("time", time.Date(local.Year(), local.Month(), local.Day(), local.Hour(), local.Minute(),
			local.Second(), 0, time.UTC))
	case nil:
		return nil
	}
	return styled("text", plain(c, b.lang))
}

func (b *book) Close() error {
	err := b.rows.Flush()
	if err == nil {
		err = b.file.Write(b.w)
	}
	if closed := b.file.Close(); err == nil {
		err = closed
	}
	return err
}
