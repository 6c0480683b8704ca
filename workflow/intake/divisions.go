package intake

import (
	"strings"

	"incubase/workflow/region"
	"incubase/workflow/text"
)

type DivisionRow struct {
	Line      *Line
	Code      region.Code
	Name      string
	Successor region.Code
	Ended     bool
}

var divisionColumns = []Column{
	{Code: "code", Head: text.Text{ZH: "代码", EN: "Code"}, Required: true},
	{Code: "name", Head: text.Text{ZH: "名称", EN: "Name"}},
	{Code: "successor", Head: text.Text{ZH: "后继代码", EN: "Successor"}},
	{Code: "ended", Head: text.Text{ZH: "已终止", EN: "Ended"}, Choices: []Choice{
		{"yes", text.Text{ZH: "是", EN: "yes"}}, {"no", text.Text{ZH: "否", EN: "no"}}}},
	// Further columns of published tables; the code says the same.
	{Code: "parent", Head: text.Text{ZH: "上级代码", EN: "Parent"}},
	{Code: "provinceCode", Head: text.Text{ZH: "省级代码", EN: "Province code"}},
	{Code: "cityCode", Head: text.Text{ZH: "市级代码", EN: "City code"}},
	{Code: "areaCode", Head: text.Text{ZH: "县级代码", EN: "Area code"}},
}

// fillers stand for levels without a name of their own; full names leave them out.
var fillers = []string{"市辖区", "自治区直辖县级行政区划", "省直辖县级行政区划", "县"}

// WithoutFiller returns a city's full name as the names of its counties begin.
func WithoutFiller(full string) string {
	for _, f := range fillers {
		if s, ok := strings.CutSuffix(full, f); ok {
			return s
		}
	}
	return full
}

// ReadDivisions visits a table of divisions, down to streets. Codes may be padded.
func ReadDivisions(path string, problem func(Problem), visit func(DivisionRow)) error {
	return ReadTable(path, divisionColumns, problem, func(l *Line) error {
		r := &reader{line: l, columns: divisionColumns}
		d := DivisionRow{Line: l, Name: r.text("name"), Ended: r.choice("ended") == "yes" || l.Values["successor"] != ""}
		d.Code, d.Successor = r.division("code"), r.division("successor")
		switch {
		case d.Code == "":
		case d.Code.Level() == region.Community:
			r.bad("code", "too_deep", "区划表只到街道（乡镇）一级", "the table goes down to streets and towns")
		case !d.Ended && d.Name == "":
			r.bad("name", "required", "必填", "it must be filled in")
		case len([]rune(d.Name)) > 80:
			r.bad("name", "too_long", "最多 80 个字", "at most 80 characters")
		}
		for _, p := range r.Problems {
			problem(p)
		}
		if len(r.Problems) == 0 {
			visit(d)
		}
		return nil
	})
}

func (r *reader) division(code string) region.Code {
	s := r.text(code)
	c, err := region.Parse(s)
	if bad, ok := err.(*region.Error); ok {
		r.Problems = append(r.Problems, r.line.Problem(code, "code", bad.Text))
	}
	return c
}
