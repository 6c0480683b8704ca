package intake

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

// Limits of a workbook: bytes unpacked, bytes of one part in memory, number of parts.
const (
	maxBook  = 128 << 20
	maxPart  = 16 << 20
	maxParts = 2000
	maxRatio = 300 // unpacked to packed, of a part over a megabyte: sheets reach some 30
)

// openBook opens the first sheet. It refuses macros and zip bombs before unpacking; formulas are problems.
func openBook(file string, problem func(Problem)) (*source, error) {
	if err := inspect(file); err != nil {
		return nil, err
	}
	f, err := excelize.OpenFile(file, excelize.Options{UnzipSizeLimit: maxBook, UnzipXMLSizeLimit: maxPart,
		RawCellValue: true})
	if errors.Is(err, excelize.ErrWorkbookPassword) {
		return nil, unfit("工作簿有密码，请去掉密码后再导入", "the workbook has a password: take it off first")
	}
	if err != nil {
		return nil, unfit("打不开这个工作簿：%[1]v", "the workbook cannot be opened: %[1]v", err)
	}
	sheets := f.GetSheetList()
	if len(sheets) == 0 {
		return nil, errors.Join(unfit("工作簿里没有工作表", "the workbook has no sheet"), f.Close())
	}
	read := func(visit func(int, []cell) error) error {
		if err := formulas(file, problem); err != nil {
			return err
		}
		return visitSheet(file, f, sheets[0], visit)
	}
	return &source{sheet: sheets[0], read: read, close: f.Close}, nil
}

func visitSheet(file string, f *excelize.File, sheet string, visit func(int, []cell) error) error {
	z, err := zip.OpenReader(file)
	if err != nil {
		return err
	}
	defer func() { _ = z.Close() }()
	marks, err := openMarks(&z.Reader, sheet)
	if err != nil {
		return err
	}
	defer func() { _ = marks.close() }()
	props, err := f.GetWorkbookProps()
	if err != nil {
		return err
	}
	days := &dayStyles{f: f, from1904: props.Date1904 != nil && *props.Date1904, known: map[int]dayForm{}}
	rows, err := f.Rows(sheet)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for n := 1; rows.Next(); n++ {
		texts, err := rows.Columns(excelize.Options{RawCellValue: true})
		if err != nil {
			return err
		}
		kinds, err := marks.of(n)
		if err != nil {
			return err
		}
		row := make([]cell, len(texts))
		for i, s := range texts {
			row[i] = days.cell(s, kinds[i])
		}
		if err := visit(n, row); err != nil {
			return err
		}
	}
	return rows.Error()
}

type mark struct {
	kind  string
	style int
}

// marks reads types and styles of cells row by row; the library reads only values.
type marks struct {
	part io.ReadCloser
	d    *xml.Decoder
	row  int // number of the row in held; 0: none
	held map[int]mark
	last int
}

func openMarks(z *zip.Reader, sheet string) (*marks, error) {
	for name, title := range sheetNames(z) {
		if title != sheet {
			continue
		}
		if r, err := z.Open(name); err == nil {
			return &marks{part: r, d: xml.NewDecoder(io.LimitReader(r, maxBook))}, nil
		}
	}
	return nil, unfit("工作簿已损坏", "the workbook is damaged")
}

func (m *marks) close() error { return m.part.Close() }

func (m *marks) of(n int) (map[int]mark, error) {
	for m.row < n {
		more, err := m.next()
		if err != nil {
			return nil, unfit("工作簿已损坏", "the workbook is damaged")
		}
		if !more {
			return nil, nil
		}
	}
	if m.row > n {
		return nil, nil
	}
	return m.held, nil
}

// next reads one row; false at the end of the sheet.
func (m *marks) next() (bool, error) {
	inside := false
	for {
		t, err := m.d.RawToken()
		if errors.Is(err, io.EOF) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		switch e := t.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case "row":
				inside, m.held = true, map[int]mark{}
				if m.row++; attribute(e, "r") != "" {
					if m.row, err = strconv.Atoi(attribute(e, "r")); err != nil {
						return false, err
					}
				}
				m.last = 0
			case "c":
				m.last++
				if at := attribute(e, "r"); at != "" {
					if m.last, _, err = excelize.CellNameToCoordinates(at); err != nil {
						return false, err
					}
				}
				style, _ := strconv.Atoi(attribute(e, "s")) // none is the first
				m.held[m.last-1] = mark{attribute(e, "t"), style}
			}
		case xml.EndElement:
			if e.Name.Local == "row" && inside {
				return true, nil
			}
		}
	}
}

type dayForm byte

const (
	noDay dayForm = iota
	dayOnly
	dayAndTime
)

type dayStyles struct {
	f        *excelize.File
	from1904 bool
	known    map[int]dayForm
}

func (d *dayStyles) cell(s string, m mark) cell {
	switch m.kind {
	case "e":
		return cell{s, failed}
	case "b":
		return cell{map[string]string{"1": "true", "0": "false"}[s], logical}
	case "", "n":
	default:
		return cell{s, textual}
	}
	n, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return cell{s, textual}
	}
	if form := d.form(m.style); form != noDay {
		return d.day(s, n, form)
	}
	// Spreadsheets count with fifteen digits; more come from binary fractions.
	short, err := strconv.ParseFloat(strconv.FormatFloat(n, 'e', 14, 64), 64)
	if err != nil {
		return cell{s, textual}
	}
	return cell{strconv.FormatFloat(short, 'f', -1, 64), number}
}

// day writes a number as the day it is shown as. Spreadsheets are a day off before March 1900: those stay numbers.
func (d *dayStyles) day(s string, n float64, form dayForm) cell {
	if !d.from1904 && n < 61 || n < 0 || n > 2_958_465 {
		return cell{s, number}
	}
	t, err := excelize.ExcelDateToTime(n, d.from1904)
	if err != nil {
		return cell{s, number}
	}
	if form == dayOnly {
		return cell{t.Format(time.DateOnly), dated}
	}
	return cell{t.Format(time.DateTime), dated}
}

func (d *dayStyles) form(style int) dayForm {
	if form, ok := d.known[style]; ok {
		return form
	}
	form := noDay
	if s, err := d.f.GetStyle(style); err == nil {
		form = formOf(s.NumFmt, s.CustomNumFmt)
	}
	d.known[style] = form
	return form
}

// quoted matches literals, colours and conditions of a number format.
var quoted = regexp.MustCompile(`"[^"]*"|\[[^\]]*\]|\\.|_.|\*.`)

// formOf reads a number format: a number of ECMA-376 (18.8.30) or a format of the workbook.
func formOf(id int, custom *string) dayForm {
	if custom != nil {
		first, _, _ := strings.Cut(quoted.ReplaceAllString(strings.ToLower(*custom), ""), ";")
		switch {
		case !strings.ContainsAny(first, "yd年日") && (!strings.Contains(first, "m") || strings.ContainsAny(first, "hs")):
			return noDay
		case strings.ContainsAny(first, "hs"):
			return dayAndTime
		}
		return dayOnly
	}
	switch {
	case id == 22:
		return dayAndTime
	case id >= 14 && id <= 17, id >= 27 && id <= 31, id == 36, id >= 50 && id <= 54, id == 57, id == 58:
		return dayOnly
	}
	return noDay
}

func inspect(file string) error {
	z, err := zip.OpenReader(file)
	if err != nil {
		return unfit("不是 .xlsx 工作簿（或有密码）", "it is no .xlsx workbook (or has a password)")
	}
	defer func() { _ = z.Close() }()
	if len(z.File) > maxParts {
		return unfit("工作簿的部件太多，不接受", "the workbook has too many parts and is refused")
	}
	var total uint64
	for _, p := range z.File {
		name := strings.ToLower(p.Name)
		if strings.Contains(name, "vbaproject") || strings.Contains(name, "macrosheets/") ||
			strings.Contains(name, "activex/") {
			return unfit("工作簿含有宏，不接受；请另存为不含宏的 .xlsx", "the workbook has macros and is refused: save it as .xlsx without them")
		}
		if strings.Contains(name, "externallinks/") || strings.Contains(name, "embeddings/") {
			return unfit("工作簿引用或嵌入了别的文件，不接受；请只保留数据",
				"the workbook refers to other files or holds some and is refused: keep the data only")
		}
		total += p.UncompressedSize64
		if total > maxBook || p.UncompressedSize64 > 1<<20 && p.UncompressedSize64/max(1, p.CompressedSize64) > maxRatio {
			return unfit("工作簿解压后大得不合理，不接受", "unpacked the workbook is impossibly large; it is refused")
		}
	}
	return unpacked(z.File)
}

// unpacked reads every part to its end, within the limit: a part may lie about its size.
func unpacked(parts []*zip.File) error {
	left := int64(maxBook)
	for _, p := range parts {
		r, err := p.Open()
		if err != nil {
			return unfit("工作簿已损坏", "the workbook is damaged")
		}
		n, err := io.Copy(io.Discard, io.LimitReader(r, left+1))
		_ = r.Close()
		if left -= n; left < 0 {
			return unfit("工作簿解压后大得不合理，不接受", "unpacked the workbook is impossibly large; it is refused")
		}
		if err != nil {
			return unfit("工作簿已损坏", "the workbook is damaged")
		}
	}
	return nil
}

// formulas reports every formula in any sheet: its value is not in the file.
func formulas(file string, problem func(Problem)) error {
	z, err := zip.OpenReader(file)
	if err != nil {
		return err
	}
	defer func() { _ = z.Close() }()
	names := sheetNames(&z.Reader)
	for _, p := range z.File {
		if !strings.HasPrefix(strings.ToLower(p.Name), "xl/worksheets/") || !strings.HasSuffix(strings.ToLower(p.Name),
			".xml") {
			continue
		}
		sheet := names[p.Name]
		if sheet == "" {
			sheet = p.Name
		}
		if err := formulasOf(p, sheet, problem); err != nil {
			return err
		}
	}
	return nil
}

func formulasOf(p *zip.File, sheet string, problem func(Problem)) error {
	r, err := p.Open()
	if err != nil {
		return unfit("工作簿已损坏", "the workbook is damaged")
	}
	defer func() { _ = r.Close() }()
	d := xml.NewDecoder(io.LimitReader(r, maxBook))
	cell := ""
	for {
		t, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return unfit("工作簿已损坏", "the workbook is damaged")
		}
		e, ok := t.(xml.StartElement)
		switch {
		case !ok:
		case e.Name.Local == "c":
			cell = attribute(e, "r")
		case e.Name.Local == "f":
			column, row, _ := excelize.SplitCellName(cell)
			problem(Problem{Sheet: sheet, Row: row, Column: column, Code: "formula", Lost: true,
				Message: say("单元格是公式，请改成数值（复制后选择性粘贴为值）", "the cell is a formula: replace it by its value (copy, paste values)")})
		}
	}
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func sheetNames(z *zip.Reader) map[string]string {
	var book struct {
		Sheets []struct {
			Name string `xml:"name,attr"`
			ID   string `xml:"http://schemas.openxmlformats.org/officeDocument/2006/relationships id,attr"`
		} `xml:"sheets>sheet"`
	}
	var relations struct {
		List []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	out := map[string]string{}
	if !decodePart(z, "xl/workbook.xml", &book) || !decodePart(z, "xl/_rels/workbook.xml.rels", &relations) {
		return out
	}
	for _, s := range book.Sheets {
		for _, r := range relations.List {
			if r.ID == s.ID {
				out[path.Join("xl", strings.TrimPrefix(r.Target, "/xl/"))] = s.Name
			}
		}
	}
	return out
}

func decodePart(z *zip.Reader, name string, out any) bool {
	r, err := z.Open(name)
	if err != nil {
		return false
	}
	defer func() { _ = r.Close() }()
	return xml.NewDecoder(io.LimitReader(r, maxPart)).Decode(out) == nil
}
