package intake

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

// Limits of a workbook: of all its parts unpacked, of one part kept in memory, of how many parts.
const (
	maxBook  = 128 << 20
	maxPart  = 16 << 20
	maxParts = 2000
	maxRatio = 300 // unpacked to packed, of a part beyond a megabyte: sheets reach some 30
)

// openBook opens the first sheet of a workbook, after looking at what it is made of: macros and bombs are refused before
// anything is unpacked, and formulas are problems.
func openBook(file string, problem func(Problem)) (*source, error) {
	if err := inspect(file); err != nil {
		return nil, err
	}
	f, err := excelize.OpenFile(file, excelize.Options{UnzipSizeLimit: maxBook, UnzipXMLSizeLimit: maxPart, RawCellValue: true})
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
	read := func(visit func(int, []string) error) error {
		if err := formulas(file, problem); err != nil {
			return err
		}
		return visitSheet(f, sheets[0], visit)
	}
	return &source{sheet: sheets[0], read: read, close: f.Close}, nil
}

func visitSheet(f *excelize.File, sheet string, visit func(int, []string) error) error {
	rows, err := f.Rows(sheet)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for n := 1; rows.Next(); n++ {
		row, err := rows.Columns(excelize.Options{RawCellValue: true})
		if err != nil {
			return err
		}
		if err := visit(n, row); err != nil {
			return err
		}
	}
	return rows.Error()
}

// inspect looks at the parts of a workbook without trusting what they say of their size.
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
		if strings.Contains(name, "vbaproject") || strings.Contains(name, "macrosheets/") || strings.Contains(name, "activex/") {
			return unfit("工作簿含有宏，不接受；请另存为不含宏的 .xlsx", "the workbook has macros and is refused: save it as .xlsx without them")
		}
		if strings.Contains(name, "externallinks/") || strings.Contains(name, "embeddings/") {
			return unfit("工作簿引用或嵌入了别的文件，不接受；请只保留数据", "the workbook refers to other files or holds some and is refused: keep the data only")
		}
		total += p.UncompressedSize64
		if total > maxBook || p.UncompressedSize64 > 1<<20 && p.UncompressedSize64/max(1, p.CompressedSize64) > maxRatio {
			return unfit("工作簿解压后大得不合理，不接受", "unpacked the workbook is impossibly large; it is refused")
		}
	}
	return unpacked(z.File)
}

// unpacked reads every part to its end, no further than allowed: a part may lie about its size.
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

// formulas names every cell that holds one, in any sheet: what it would say is not in the file's own hand.
func formulas(file string, problem func(Problem)) error {
	z, err := zip.OpenReader(file)
	if err != nil {
		return err
	}
	defer func() { _ = z.Close() }()
	names := sheetNames(&z.Reader)
	for _, p := range z.File {
		if !strings.HasPrefix(strings.ToLower(p.Name), "xl/worksheets/") || !strings.HasSuffix(strings.ToLower(p.Name), ".xml") {
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
			problem(Problem{Sheet: sheet, Row: row, Column: column, Code: "formula", Lost: true, Message: say("单元格是公式，请改成数值（复制后选择性粘贴为值）", "the cell is a formula: replace it by its value (copy, paste values)")})
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

// sheetNames are the names of sheets by the parts that hold them, as far as the workbook says.
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

// serialDate reads the number by which a spreadsheet keeps a day.
func serialDate(s string) (time.Time, bool) {
	n, err := strconv.ParseFloat(s, 64)
	if err != nil || n < 1 || n > 80000 {
		return time.Time{}, false
	}
	t, err := excelize.ExcelDateToTime(n, false)
	return t, err == nil
}
