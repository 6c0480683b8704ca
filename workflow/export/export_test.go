package export_test

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"incubase/workflow/calendar"
	"incubase/workflow/export"
	"incubase/workflow/text"
)

// TestNothingActs: formulas are written as texts in both formats; numbers and days are not.
func TestNothingActs(t *testing.T) {
	t.Parallel()
	day := calendar.MustDate("2026-11-26")
	texts := []string{"=1+1", "+86 10", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "　=1", "＝1", "|x", "%x", "plain",
		"", "a=b", "二\"三,四"}
	inert := map[string]bool{"plain": true, "": true, "a=b": true, "二\"三,四": true}
	heads := []text.Text{{ZH: "文", EN: "Text"}, {ZH: "钱", EN: "Money"}, {ZH: "日", EN: "Day"}, {ZH: "分", EN: "Points"}}
	for _, format := range []string{export.CSV, export.XLSX} {
		var b bytes.Buffer
		w, err := export.New(&b, format, "a/b:c*[list] with a title that is longer than a sheet's", heads, "en")
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range texts {
			if err := w.Row(s, export.Amount{Value: -123450, Currency: "CNY"}, &day, export.Points(8550)); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if format == export.CSV {
			rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(b.String(), "\xEF\xBB\xBF"))).ReadAll()
			if err != nil || len(rows) != len(texts)+1 || !strings.HasPrefix(b.String(), "\xEF\xBB\xBFText,Money") {
				t.Fatal(rows, err)
			}
			for i, s := range texts {
				got := rows[i+1]
				if quoted := strings.HasPrefix(got[0], "'"); quoted == inert[s] {
					t.Errorf("%q is written as %q", s, got[0])
				}
				if got[1] != "-1234.50" || got[2] != "2026-11-26" || got[3] != "85.50" {
					t.Errorf("numbers and days: %q", got)
				}
			}
			continue
		}
		f, err := excelize.OpenReader(&b)
		if err != nil {
			t.Fatal(err)
		}
		sheet := f.GetSheetName(0)
		for i, s := range texts {
			at, _ := excelize.CoordinatesToCellName(1, i+2)
			formula, _ := f.GetCellFormula(sheet, at)
			kind, err := f.GetCellType(sheet, at)
			if formula != "" || err != nil || s != "" && kind != excelize.CellTypeInlineString &&
				kind != excelize.CellTypeSharedString {
				t.Errorf("%q: formula %q, type %v, %v", s, formula, kind, err)
			}
		}
		raw, _ := f.GetCellValue(sheet, "B2", excelize.Options{RawCellValue: true})
		shown, _ := f.GetCellValue(sheet, "C2")
		if raw != "-1234.5" || shown != "2026-11-26" {
			t.Errorf("an amount is %q, a day %q", raw, shown)
		}
	}
	r := export.Request{List: "cases", Format: export.XLSX}
	if name := r.FileName(time.Date(2026, 11, 26, 16, 30, 0, 0, time.UTC)); name != "incubase-cases-20261127-0030.xlsx" {
		t.Error(name)
	}
}
