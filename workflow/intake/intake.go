// Package intake reads what comes in from files: past awards in the 360Giving JSON standard, tables of organizations
// and applications as CSV or XLSX, tables of divisions and holidays. It reads as a stream, bounds what it keeps, and
// names every problem by its place with the remedy in both languages. It writes nothing.
package intake

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"incubase/workflow/clean"
	"incubase/workflow/text"
)

// Problem is something wrong with a row, and where.
type Problem struct {
	Sheet string `json:"sheet,omitempty"`
	// from 1: of a table as a spreadsheet counts, of JSON the place in its list
	Row     int       `json:"row"`
	Column  string    `json:"column,omitempty"` // letter and heading of a table, path of JSON
	ID      string    `json:"id,omitempty"`     // the row's own identifier
	Code    string    `json:"code"`             // stable, for programs
	Message text.Text `json:"message"`
	Lost    bool      `json:"left_out,omitempty"` // the row was not taken in
}

// In says the problem with its place in a language.
func (p Problem) In(lang string) string {
	at := []string{}
	say := func(zh, en string, args ...any) {
		at = append(at, text.Format(zh, en, args...).In(lang))
	}
	if p.Sheet != "" {
		say("工作表「%s」", "sheet %q", p.Sheet)
	}
	if p.Row > 0 {
		say("第 %d 行", "row %d", p.Row)
	}
	if p.Column != "" {
		say("%s 列", "column %s", p.Column)
	}
	if p.ID != "" {
		at = append(at, p.ID)
	}
	between := map[string]string{"zh": "，", "en": ", "}[lang]
	return strings.Join(at, between) + map[string]string{"zh": "：", "en": ": "}[lang] + p.Message.In(lang)
}

// Sum is a SHA-256.
type Sum = [sha256.Size]byte

// tidy cleans a text of a past award, whose row comes in however dirty it is: what may not be stored is taken out, and
// a character that only some fonts know becomes 〓, which is seen. touched reports whether anything was.
func tidy(s string, lines bool) (out string, touched bool) {
	s, touched = clean.Tidy(s)
	out = strings.Map(func(r rune) rune {
		switch {
		case !lines && (r == '\n' || r == '\t'):
			return ' '
		case clean.Problem(string(r)) == nil:
			return r
		}
		touched = true
		if unicode.Is(unicode.Co, r) {
			return '〓'
		}
		return -1
	}, s)
	if !lines {
		out = strings.Join(strings.Fields(out), " ")
	}
	return strings.TrimSpace(norm.NFC.String(out)), touched
}

// cut shortens a text to so many characters, the last of which says that more was there.
func cut(s string, most int) (string, bool) {
	if utf8.RuneCountInString(s) <= most {
		return s, false
	}
	return string([]rune(s)[:most-1]) + "…", true
}

func say(zh, en string, args ...any) text.Text { return text.Format(zh, en, args...) }

// TooLong is a row that no honest file has.
type TooLong struct{ Row, Most int }

func (e *TooLong) Error() string {
	return fmt.Sprintf("row %d is longer than %d KiB", e.Row, e.Most>>10)
}
