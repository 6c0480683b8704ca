package intake

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"

	"incubase/workflow/text"
)

const templateRows = 10_000

// WriteCSVTemplate writes the headings alone: a CSV file has no place for notes.
func WriteCSVTemplate(w io.Writer, columns []Column) error {
	if _, err := w.Write([]byte("\xEF\xBB\xBF")); err != nil {
		return err
	}
	c := csv.NewWriter(w)
	c.UseCRLF = true
	var head []string
	for i := range columns {
		head = append(head, columns[i].Heading())
	}
	if err := c.Write(head); err != nil {
		return err
	}
	c.Flush()
	return c.Error()
}

// WriteTemplate writes a workbook with headings in both languages, drop-down lists, and notes on a second sheet.
func WriteTemplate(w io.Writer, title text.Text, columns []Column) error {
	f := excelize.NewFile()
	defer func() { _ = f.Close() }()
	t := &template{f: f, sheet: title.ZH, notes: "填写说明 Notes"}
	t.do(func() error { return f.SetSheetName("Sheet1", t.sheet) })
	t.do(func() error { _, err := f.NewSheet(t.notes); return err })
	t.styles()
	t.note(1, "列 / Column", "说明 / What it wants", "示例 / Example", "可选 / Choices")
	for i := range columns {
		t.column(i, &columns[i])
	}
	t.do(func() error {
		return f.SetPanes(t.sheet, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"})
	})
	t.do(func() error { return f.SetColWidth(t.notes, "A", "D", 40) })
	if t.err != nil {
		return fmt.Errorf("make a template: %w", t.err)
	}
	return f.Write(w)
}

type template struct {
	f            *excelize.File
	sheet, notes string
	head, plain  int
	err          error
}

func (t *template) do(step func() error) {
	if t.err == nil {
		t.err = step()
	}
}

func (t *template) styles() {
	asText := "@"
	t.do(func() (err error) {
		t.head, err = t.f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true},
			Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}})
		return err
	})
	t.do(func() (err error) {
		t.plain, err = t.f.NewStyle(&excelize.Style{CustomNumFmt: &asText}) // codes of 18 digits stay as written
		return err
	})
}

func (t *template) note(row int, cells ...string) {
	for i, s := range cells {
		at := fmt.Sprintf("%s%d", letter(i), row)
		t.do(func() error { return t.f.SetCellStr(t.notes, at, s) })
	}
}

func (t *template) column(i int, c *Column) {
	name := letter(i)
	t.do(func() error { return t.f.SetColStyle(t.sheet, name, t.plain) })
	t.do(func() error { return t.f.SetColWidth(t.sheet, name, name, 22) })
	t.do(func() error { return t.f.SetCellStr(t.sheet, name+"1", c.Heading()) })
	t.do(func() error { return t.f.SetCellStyle(t.sheet, name+"1", name+"1", t.head) })
	var words []string
	for _, x := range c.Choices {
		words = append(words, x.Label.ZH+" / "+x.Label.EN)
	}
	t.note(i+2, c.Heading(), c.Help.ZH+"\n"+c.Help.EN, c.Example, strings.Join(words, "\n"))
	if len(words) == 0 || c.Many {
		return
	}
	// The list lies in a column of the notes: an inline one holds 255 characters at most.
	list := letter(10 + i)
	for k, s := range words {
		t.do(func() error { return t.f.SetCellStr(t.notes, fmt.Sprintf("%s%d", list, k+1), s) })
	}
	t.do(func() error { return t.f.SetColVisible(t.notes, list, false) })
	v := excelize.NewDataValidation(true)
	v.SetSqref(fmt.Sprintf("%s2:%s%d", name, name, templateRows))
	v.SetSqrefDropList(fmt.Sprintf("'%s'!$%s$1:$%s$%d", t.notes, list, list, len(words)))
	v.SetError(excelize.DataValidationErrorStyleStop, "请从列表选择", "请从列表中选择 / choose from the list")
	t.do(func() error { return t.f.AddDataValidation(t.sheet, v) })
}
