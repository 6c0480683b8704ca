// Package intake reads files: past awards in the 360Giving JSON standard, tables of organizations and applications
// (CSV, XLSX), divisions and holidays. It reads as a stream, bounds memory, and reports every problem with its place
// and remedy. It writes nothing.
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

type Sum = [sha256.Size]byte

// tidy removes characters that may not be stored, for rows of past awards are taken in with their faults. 〓 replaces
// characters that only some fonts have. touched reports whether it changed any.
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

// cut shortens a text to most characters, with an ellipsis last.
func cut(s string, most int) (string, bool) {
	if utf8.RuneCountInString(s) <= most {
		return s, false
	}
	return string([]rune(s)[:most-1]) + "…", true
}

func say(zh, en string, args ...any) text.Text { return text.Format(zh, en, args...) }

type TooLong struct{ Row, Most int }

func (e *TooLong) Error() string {
	return fmt.Sprintf("row %d is longer than %d KiB", e.Row, e.Most>>10)
}
