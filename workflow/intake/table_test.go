package intake_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"incubase/workflow/intake"
)

func written(t testing.TB, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func read(path string) (rows []intake.OrganizationRow, problems []intake.Problem, err error) {
	columns := intake.OrganizationColumns()
	err = intake.ReadTable(path, columns, func(p intake.Problem) { problems = append(problems, p) },
		func(l *intake.Line) error {
			r := intake.ReadOrganization(l, columns)
			rows, problems = append(rows, r), append(problems, r.Bad...)
			return nil
		})
	return rows, problems, err
}

// TestEncodings: a table reads the same in every encoding and with every separator that spreadsheets write.
func TestEncodings(t *testing.T) {
	t.Parallel()
	plain := "名称,类型,所在地代码,成立日期\r\n\"春晖,社工站\n二部\",社会团体,230302,2019/5/1\r\n\r\n𬭚业社,foundation,230302,2019年5月1日\r\n"
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(plain)
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{
		"UTF-8": plain, "with a mark": "\xEF\xBB\xBF" + plain, "GB18030": gb, "UTF-16": utf16le(plain, true),
		"semicolons": strings.NewReplacer(",社会", ";社会", ",类型", ";类型", ",所在", ";所在", ",成立", ";成立", ",23", ";23", ",20", ";20",
			",foundation", ";foundation").Replace(plain),
		"tabs": strings.NewReplacer(",社会", "\t社会", ",类型", "\t类型", ",所在", "\t所在", ",成立", "\t成立", ",23", "\t23", ",20",
			"\t20", ",foundation", "\tfoundation").Replace(plain),
		"late GB": strings.Replace(gb, "\r\n", strings.Repeat(",", 40)+"\r\n"+strings.Repeat("\r\n", 40000), 1),
	} {
		rows, problems, err := read(written(t, "a.csv", []byte(content)))
		if err != nil || len(problems) > 0 || len(rows) != 2 {
			t.Errorf("%s: %d rows, %v, %v", name, len(rows), problems, err)
			continue
		}
		a, b := rows[0], rows[1]
		if a.New.Name != "春晖,社工站\n二部" || b.New.Name != "𬭚业社" || a.New.Founded.String() != "2019-05-01" ||
			*a.New.Founded != *b.New.Founded || b.New.Kind != "foundation" || a.New.Kind != "social_group" {
			t.Errorf("%s: %+v %+v", name, a.New, b.New)
		}
		if name != "late GB" && (a.Line.Row != 2 || b.Line.Row != 4) {
			t.Errorf("%s: rows %d and %d, a spreadsheet says 2 and 4", name, a.Line.Row, b.Line.Row)
		}
	}
}

func TestBadCells(t *testing.T) {
	t.Parallel()
	file := "名称 / Name *,Legal form,credit_code,所在地代码,成立日期,领域\n,社团,9.13E+17,230302,soon,x\n"
	_, problems, err := read(written(t, "a.csv", []byte(file)))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range problems {
		if !p.Message.Complete() || !p.Lost {
			t.Errorf("%+v", p)
		}
		got = append(got, fmt.Sprintf("%d%s %s", p.Row, p.Column[:1], p.Code))
	}
	want := "1F unknown_heading, 2A required, 2B choice, 2C spoilt_number, 2E date"
	for _, w := range strings.Split(want, ", ") {
		if !strings.Contains(strings.Join(got, ", "), w) {
			t.Errorf("%v lacks %s", got, w)
		}
	}
	if len(got) != 5 {
		t.Error(got)
	}
}

func TestTheTemplateComesBack(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := intake.WriteTemplate(&b, intake.OrganizationTitle, intake.OrganizationColumns()); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	lists, err := f.GetDataValidations("组织")
	if err != nil || len(lists) != 1 || lists[0].Sqref != "B2:B10000" {
		t.Errorf("lists to choose from: %v %v", lists, err)
	}
	for cell, v := range map[string]string{"A2": "春晖社", "B2": "基金会 / foundation", "C2": "53100000500000000X",
		"G2": "230302", "L2": "老年人；志愿服务"} {
		if err := f.SetCellStr("组织", cell, v); err != nil {
			t.Fatal(err)
		}
	}
	day, err := f.NewStyle(&excelize.Style{NumFmt: 14})
	if err != nil {
		t.Fatal(err)
	}
	// a day as spreadsheets keep it
	if err := errors.Join(f.SetCellValue("组织", "K2", 43586), f.SetCellStyle("组织", "K2", "K2", day)); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "t.xlsx")
	if err := f.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	rows, problems, err := read(path)
	if err != nil || len(problems) > 0 || len(rows) != 1 {
		t.Fatal(rows, problems, err)
	}
	n := rows[0].New
	if n.Name != "春晖社" || n.Kind != "foundation" || n.CreditCode != "53100000500000000X" || n.Founded == nil ||
		n.Founded.String() != "2019-05-01" || len(n.Topics) != 2 {
		t.Errorf("%+v", n)
	}
}

func book(t *testing.T, change func(*excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	for i, s := range []string{"名称", "类型", "所在地代码"} {
		at, _ := excelize.CoordinatesToCellName(i+1, 1)
		if err := f.SetCellStr("Sheet1", at, s); err != nil {
			t.Fatal(err)
		}
	}
	change(f)
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func packed(t *testing.T, content []byte, name string, part io.Reader) []byte {
	t.Helper()
	from, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	to := zip.NewWriter(&b)
	for _, p := range from.File {
		if p.Name != name {
			if err := to.Copy(p); err != nil {
				t.Fatal(err)
			}
		}
	}
	w, err := to.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(w, part); err != nil {
		t.Fatal(err)
	}
	if err := to.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

type zeros struct{ left int64 }

func (z *zeros) Read(p []byte) (int, error) {
	n := min(int64(len(p)), z.left)
	if n == 0 {
		return 0, io.EOF
	}
	for i := range p[:n] {
		p[i] = ' '
	}
	z.left -= n
	return int(n), nil
}

// lying makes every part claim to unpack to a hundred bytes.
func lying(content []byte) []byte {
	out := bytes.Clone(content)
	for at := 0; ; {
		i := bytes.Index(out[at:], []byte("PK\x01\x02"))
		if i < 0 {
			return out
		}
		copy(out[at+i+24:], []byte{100, 0, 0, 0})
		at += i + 4
	}
}

// TestWhatNoTableIs: macros, zip bombs (with false sizes too), formulas, other formats and broken files are refused.
func TestWhatNoTableIs(t *testing.T) {
	t.Parallel()
	honest := book(t, func(*excelize.File) {})
	bomb := packed(t, honest, "xl/worksheets/sheet1.xml", &zeros{400 << 20})
	for _, c := range []struct {
		name, file string
		content    []byte
		says       string
	}{
		{"macros", "a.xlsx", packed(t, honest, "xl/vbaProject.bin", strings.NewReader("x")), "macros"},
		{"a workbook with macros by its name", "a.xlsm", honest, "without macros"},
		{"a bomb", "a.xlsx", bomb, "impossibly large"},
		{"a bomb that lies", "a.xlsx", lying(bomb), "damaged|impossibly large"},
		{"a bomb of many small parts", "a.xlsx", packed(t, honest, "xl/media/x", &zeros{200 << 20}), "impossibly large"},
		{"a link to another file", "a.xlsx", packed(t, honest, "xl/externalLinks/externalLink1.xml",
			strings.NewReader("<x/>")), "other files"},
		{"no workbook", "a.xlsx", []byte("PK nothing"), "no .xlsx"},
		{"an empty file", "a.csv", nil, "empty"},
		{"quotation marks that do not match", "a.csv", []byte("name,kind,region\n\"x\ny"), "quotation"},
		{"another format", "a.pdf", []byte("%PDF"), "only .xlsx and .csv"},
	} {
		_, _, err := read(written(t, c.file, c.content))
		var u *intake.Unfit
		says := false
		for _, s := range strings.Split(c.says, "|") {
			says = says || err != nil && strings.Contains(err.Error(), s)
		}
		if !errors.As(err, &u) || !says || !u.Message.Complete() {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	formula := book(t, func(f *excelize.File) {
		if err := f.SetCellFormula("Sheet1", "B3", `HYPERLINK("x")`); err != nil {
			t.Fatal(err)
		}
	})
	_, problems, err := read(written(t, "a.xlsx", formula))
	if err != nil || len(problems) == 0 || problems[0].Code != "formula" || problems[0].Row != 3 ||
		problems[0].Column != "B" || problems[0].Sheet != "Sheet1" {
		t.Errorf("a formula: %v %v", problems, err)
	}
}

// TestKindsOfCells: a cell's type decides how it is read; nothing is read that a person does not see.
func TestKindsOfCells(t *testing.T) {
	t.Parallel()
	own := "yyyy\"年\"m\"月\"d\"日\";@"
	hours := "[h]:mm"
	moment := "yyyy-mm-dd hh:mm"
	for name, row := range map[string]struct {
		column string
		value  any
		style  *excelize.Style
		want   string // of the cell; or the fault's code
	}{
		"a day":                        {"成立日期", 43586, &excelize.Style{NumFmt: 14}, "2019-05-01"},
		"a day of the workbook's own":  {"成立日期", 43586, &excelize.Style{CustomNumFmt: &own}, "2019-05-01"},
		"a day at midnight":            {"成立日期", 43586, &excelize.Style{CustomNumFmt: &moment}, "2019-05-01"},
		"a day at an hour":             {"成立日期", 43586.5, &excelize.Style{CustomNumFmt: &moment}, "date"},
		"a number":                     {"成立日期", 43586, nil, "date"},
		"a year":                       {"成立日期", 2019, nil, "date"},
		"hours":                        {"成立日期", 60.5, &excelize.Style{CustomNumFmt: &hours}, "date"},
		"a day that never was":         {"成立日期", 60, &excelize.Style{NumFmt: 14}, "date"},
		"a logical cell as a day":      {"成立日期", true, nil, "cell_logical"},
		"a number as a filing number":  {"备案编号", 2020000000, nil, "2020000000"},
		"a number of eighteen digits":  {"备案编号", 512303020070000035, nil, "spoilt_number"},
		"a filing number made a day":   {"备案编号", 43586, &excelize.Style{NumFmt: 14}, "cell_date"},
		"a filing number with a point": {"备案编号", 0.1 + 0.2, nil, "0.3"},
		"a text of an exponent":        {"备案编号", "2.02E9", nil, "spoilt_number"},
		"a text with an E":             {"备案编号", "E2-15", nil, "E2-15"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			content := book(t, func(f *excelize.File) {
				err := errors.Join(f.SetCellStr("Sheet1", "A2", "甲乙社"), f.SetCellStr("Sheet1", "B2", "unregistered_team"),
					f.SetCellStr("Sheet1", "C2", "230302"),
					f.SetCellStr("Sheet1", "D1", row.column), f.SetCellValue("Sheet1", "D2", row.value))
				if row.style != nil {
					style, err2 := f.NewStyle(row.style)
					err = errors.Join(err, err2, f.SetCellStyle("Sheet1", "D2", "D2", style))
				}
				if err != nil {
					t.Fatal(err)
				}
			})
			rows, problems, err := read(written(t, "a.xlsx", content))
			if err != nil || len(rows) != 1 {
				t.Fatal(rows, err)
			}
			got := rows[0].New.FilingNumber
			if rows[0].New.Founded != nil {
				got = rows[0].New.Founded.String()
			}
			for _, p := range problems {
				got += p.Code
			}
			if got != row.want {
				t.Errorf("%q, want %q", got, row.want)
			}
		})
	}
}

// TestHeadings: titles over the headings are skipped, and a wrong heading is one fault, not one a row.
func TestHeadings(t *testing.T) {
	t.Parallel()
	rows := strings.Repeat("甲乙社,unregistered_team,230302\n", 20)
	for name, row := range map[string]struct{ content, says string }{
		"titles":               {"某区名单,,\n二〇二六年,,\n,,\n名称,类型,所在地代码\n" + rows, ""},
		"one heading misspelt": {"名城,类型,所在地代码\n" + rows, "名称 / Name missing; not known: A (名城)"},
		"one heading left out": {"名称,类型\n" + rows, "missing among the headings in row 1: 所在地代码 / Region code"},
		"no headings": {rows,
			"there are no headings in the first 10 rows; needed are at least: Name, Legal form, Region code"},
		"no headings, few rows":     {"甲乙社,unregistered_team,230302\n", "there are no headings"},
		"headings of another shape": {"【名称】,ＫＩＮＤ,Region-Code\n" + rows, ""},
	} {
		got, problems, err := read(written(t, "a.csv", []byte(row.content)))
		var u *intake.Unfit
		if row.says == "" {
			if err != nil || len(got) != 20 || len(problems) > 0 {
				t.Errorf("%s: %d rows, %v, %v", name, len(got), problems, err)
			}
			continue
		}
		if !errors.As(err, &u) || !strings.Contains(err.Error(), row.says) || len(got)+len(problems) > 0 ||
			!u.Message.Complete() {
			t.Errorf("%s: %d rows, %v, %v", name, len(got), problems, err)
		}
	}
}

func FuzzCSV(f *testing.F) {
	f.Add([]byte("名称,类型,所在地代码\n甲乙,社会团体,230302\n"))
	f.Add([]byte("\xEF\xBB\xBFname;kind;region\n\"a\nb\";foundation;23\n"))
	f.Add([]byte(utf16le("name\tkind\nx\ty\n", true)))
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, b []byte) {
		path := filepath.Join(dir, fmt.Sprintf("%d.csv", os.Getpid()))
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		_, problems, err := read(path)
		var u *intake.Unfit
		if err != nil && !errors.As(err, &u) {
			t.Errorf("%q: %v", b, err)
		}
		for _, p := range problems {
			if !p.Message.Complete() || p.Row < 1 {
				t.Errorf("%q: %+v", b, p)
			}
		}
	})
}
