// Package region understands China's administrative division codes: province 2 digits, city 4, county 6, street 9,
// community 12 (GB/T 2260 to county level, the statistical codes of the National Bureau of Statistics below).
//
// Codes are short and canonical ("23", "2301", "230302", "230302004"); padded ones are accepted and normalized. The
// level follows the length, with the cities that have no counties as data.
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

// Level is the height of a division in the tree.
type Level int

// The levels, from the top.
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

// String is the level's identifier.
func (l Level) String() string { return levels[l].name }

// Label is the level's name for people.
func (l Level) Label() text.Text { return levels[l].label }

// citiesWithoutCounties go straight from city to street: Dongguan, Zhongshan, Danzhou. The statistical codes of their
// streets carry "00" where a county would stand (NBS division codes, 2023-06-30). The fourth city without counties,
// Jiayuguan, has a statistical county 620201 of its own name, so its streets need no exception.
var citiesWithoutCounties = []string{"4419", "4420", "4604"}

// Error says what is wrong with a code, in both languages.
type Error struct{ Text text.Text }

func (e *Error) Error() string { return e.Text.EN }

func wrong(zh, en string, args ...any) error { return &Error{Text: text.Format(zh, en, args...)} }

// Parse reads a code: short, or padded with zeros to 6, 9 or 12 digits. "" is the country.
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

// zeroPart reports whether the digits that the level adds are all zero, which no division has.
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

// trim cuts padding: each level's digits, from the bottom, as long as they are all zero.
func trim(s string) string {
	for _, n := range []int{9, 6, 4, 2, 0} {
		if len(s) > n && strings.Trim(s[n:], "0") == "" {
			s = s[:n]
		}
	}
	return s
}

// Level is how high the division stands.
func (c Code) Level() Level {
	for l := Community; l > Country; l-- {
		if len(c) == levels[l].length {
			return l
		}
	}
	return Country
}

// at is the ancestor at a level (or the code itself), "" where there is none.
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

// Province is the code's province, "" above.
func (c Code) Province() Code { return c.at(Province) }

// City is the code's city, "" above.
func (c Code) City() Code { return c.at(City) }

// County is the code's county, "" above and in cities that have none.
func (c Code) County() Code { return c.at(County) }

// Street is the code's street or town, "" above.
func (c Code) Street() Code { return c.at(Street) }

// Community is the code's community or village, "" above.
func (c Code) Community() Code { return c.at(Community) }

// Parent is the division above; "" for a province.
func (c Code) Parent() Code {
	for l := c.Level() - 1; l > Country; l-- {
		if p := c.at(l); p != "" {
			return p
		}
	}
	return ""
}

// Ancestors are the divisions above, the province first, without the code itself.
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

// Padded is the code in the usual six digits, or nine, or twelve.
func (c Code) Padded() string {
	if len(c) >= 6 || c == "" {
		return string(c)
	}
	return fmt.Sprintf("%s%0*d", string(c), 6-len(c), 0)
}
