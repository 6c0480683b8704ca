// Package region handles China's administrative division codes: province 2 digits, city 4, county 6, street 9,
// community 12 (GB/T 2260 to county level, the statistical codes of the National Bureau of Statistics below).
//
// Codes are short and canonical ("23", "2301", "230302", "230302004"); padded ones are normalized. The level follows
// from the length; cities without counties are data.
package region

import (
	"fmt"
	"slices"
	"strings"

	"incubase/workflow/clean"
	"incubase/workflow/text"
)

// Code is a canonical division code; "" is the whole country.
type Code string

type Level int

const (
	Country Level = iota
	Province
	City
	County
	Street
	Community
)

var levels = [...]struct {
	length int
	name   string
	label  text.Text
}{
	{0, "country", text.Text{ZH: "全国", EN: "country"}},
	{2, "province", text.Text{ZH: "省级", EN: "province"}},
	{4, "city", text.Text{ZH: "市级", EN: "city"}},
	{6, "county", text.Text{ZH: "县级", EN: "county"}},
	{9, "street", text.Text{ZH: "街道（乡镇）", EN: "street or town"}},
	{12, "community", text.Text{ZH: "社区（村）", EN: "community or village"}},
}

func (l Level) String() string { return levels[l].name }

func (l Level) Label() text.Text { return levels[l].label }

// citiesWithoutCounties have streets directly below: Dongguan, Zhongshan, Danzhou. Their street codes have "00" for
// the county (NBS division codes, 2023-06-30). The fourth, Jiayuguan, has a statistical county 620201 and needs no
// exception.
var citiesWithoutCounties = []string{"4419", "4420", "4604"}

type Error struct{ Text text.Text }

func (e *Error) Error() string { return e.Text.EN }

func wrong(zh, en string, args ...any) error { return &Error{Text: text.Format(zh, en, args...)} }

// Parse reads a code, short or padded with zeros to 6, 9 or 12 digits. "" is the country.
func Parse(s string) (Code, error) {
	if s = clean.Number(s); s == "" {
		return "", nil
	}
	if strings.Trim(s, "0123456789") != "" {
		return "", wrong("区划代码只能是数字", "a region code has digits only")
	}
	if !slices.Contains([]int{2, 4, 6, 9, 12}, len(s)) {
		return "", wrong("区划代码应为 2、4、6、9 或 12 位，现在是 %d 位", "a region code has 2, 4, 6, 9 or 12 digits, not %d", len(s))
	}
	c := Code(trim(s))
	if c == "" || strings.HasSuffix(string(c[:2]), "0") && c[:2] < "10" {
		return "", wrong("没有这样的区划代码", "there is no such region code")
	}
	for l := Province; l <= c.Level(); l++ {
		if part := string(c.at(l)); part != "" && zeroPart(part, l) {
			return "", wrong("区划代码中间一级是零", "an inner level of the region code is zero")
		}
	}
	return c, nil
}

// zeroPart reports whether the digits of the level are all zero, which no division has.
func zeroPart(code string, l Level) bool {
	above := levels[l-1].length
	if withoutCounty(code) && l == Street {
		above = 4
	}
	return strings.Trim(code[above:], "0") == ""
}

func withoutCounty(code string) bool {
	return len(code) >= 9 && slices.Contains(citiesWithoutCounties, code[:4])
}

// trim cuts padding: each level's zeros, from the bottom.
func trim(s string) string {
	for _, n := range []int{9, 6, 4, 2, 0} {
		if len(s) > n && strings.Trim(s[n:], "0") == "" {
			s = s[:n]
		}
	}
	return s
}

func (c Code) Level() Level {
	for l := Community; l > Country; l-- {
		if len(c) == levels[l].length {
			return l
		}
	}
	return Country
}

// at returns the ancestor at a level (or the code itself), "" where there is none.
func (c Code) at(l Level) Code {
	n := levels[l].length
	if len(c) < n {
		return ""
	}
	if l == County && withoutCounty(string(c)) {
		return ""
	}
	return c[:n]
}

func (c Code) Province() Code { return c.at(Province) }

func (c Code) City() Code { return c.at(City) }

// County is "" above counties and in cities without counties.
func (c Code) County() Code { return c.at(County) }

func (c Code) Street() Code { return c.at(Street) }

func (c Code) Community() Code { return c.at(Community) }

// Parent is "" for a province.
func (c Code) Parent() Code {
	for l := c.Level() - 1; l > Country; l-- {
		if p := c.at(l); p != "" {
			return p
		}
	}
	return ""
}

// Ancestors returns the divisions above, province first.
func (c Code) Ancestors() []Code {
	var out []Code
	for l := Province; l < c.Level(); l++ {
		if p := c.at(l); p != "" {
			out = append(out, p)
		}
	}
	return out
}

// Within reports whether the division lies in (or is) the other; everything lies in the country.
func (c Code) Within(other Code) bool {
	return other == "" || c == other || len(c) > len(other) && c.at(other.Level()) == other
}

// Padded returns the code in six digits, or nine, or twelve.
func (c Code) Padded() string {
	if len(c) >= 6 || c == "" {
		return string(c)
	}
	return fmt.Sprintf("%s%0*d", string(c), 6-len(c), 0)
}
