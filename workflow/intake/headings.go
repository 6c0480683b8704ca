package intake

import (
	"fmt"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"incubase/workflow/clean"
)

// titleRows is how many rows may stand over the headings.
const titleRows = 10

// isHead reports whether a row holds two headings, or headings in half of its filled cells; else it is a title.
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

func (t *tableReader) noHeads() error {
	var zh, en []string
	for _, c := range t.columns {
		if c.Required {
			zh, en = append(zh, c.Head.ZH), append(en, c.Head.EN)
		}
	}
	return unfit("前 %[3]d 行里没有列名；至少应有：%[1]s（可用 incubase export template 得到模板）",
		"there are no headings in the first %[3]d rows; needed are at least: %[2]s (incubase export template writes a "+
			"template)",
		strings.Join(zh, "、"), strings.Join(en, ", "), titleRows)
}

// heads finds the columns. Where a required one is missing it reports nothing else: each row would repeat it.
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
			bad = append(bad, Problem{Sheet: t.sheet, Row: n, Column: at, Code: "unknown_heading", Lost: true,
				Message: say("不认识的列名，请用模板里的列名，或删去这一列", "an unknown heading: use those of the template, or delete the column")})
			unknown = append(unknown, at)
			t.places[i] = &Column{Code: "?" + letter(i)}
		case t.at[t.columns[k].Code] != "":
			bad = append(bad, Problem{Sheet: t.sheet, Row: n, Column: at, Code: "heading_twice", Lost: true,
				Message: say("这一列出现了两次", "the column is there twice")})
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
		return unfit("第 %[1]d 行的列名对不上：缺少必填列 %[2]s；不认识 %[3]s。请改成模板里的列名",
			"the headings in row %[1]d do not fit: %[2]s missing; not known: %[3]s. Use those of the template", n,
			strings.Join(missing, "; "), strings.Join(unknown, "; "))
	case len(missing) > 0:
		return unfit("第 %[1]d 行的列名里缺少必填列 %[2]s", "required columns are missing among the headings in row %[1]d: %[2]s", n,
			strings.Join(missing, "; "))
	}
	for _, p := range bad {
		t.problem(p)
	}
	return nil
}

// Heading returns a template's heading; a star marks a required column.
func (c *Column) Heading() string {
	s := c.Head.ZH + " / " + c.Head.EN
	if c.Required {
		s += " *"
	}
	return s
}

func (c *Column) named(s string) bool {
	s = clean.Identity(strings.TrimRight(strings.TrimSpace(s), "*＊ "))
	for _, x := range []string{c.Head.ZH + " / " + c.Head.EN, c.Head.ZH, c.Head.EN, c.Code} {
		if clean.Identity(x) == s {
			return true
		}
	}
	return false
}

// choose finds a choice by code or label in either language or both.
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
