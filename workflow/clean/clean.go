// Package clean takes in text that people wrote: composed (NFC), trimmed, and without characters that cannot be seen
// and can deceive (controls, bidirectional overrides, zero-width ones).
package clean

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"incubase/workflow/text"
)

// Line takes in one line of min to max characters. What comes back is to be stored; a problem says what to mend.
func Line(s string, minimum, maximum int) (string, *text.Text) {
	s = strings.TrimSpace(norm.NFC.String(s))
	if strings.ContainsFunc(s, func(r rune) bool { return unseen(r) || r == '\n' || r == '\t' }) {
		return s, invisible()
	}
	return s, length(s, minimum, maximum)
}

var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// Text takes in several lines; line ends become single line feeds.
func Text(s string, minimum, maximum int) (string, *text.Text) {
	s = lineEnds.Replace(s)
	s = strings.TrimSpace(norm.NFC.String(s))
	if strings.ContainsFunc(s, func(r rune) bool { return unseen(r) && r != '\n' && r != '\t' }) {
		return s, invisible()
	}
	return s, length(s, minimum, maximum)
}

// Fold takes away what a search does not tell apart: case, and the width of letters (ＡＢＣ, abc). The schema's searchable
// says the same.
func Fold(s string) string {
	s = strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "")
	return strings.ToLower(norm.NFKC.String(s))
}

// unseen tells whether a character is no part of what a person reads. The schema's domains plain_line and plain_text
// say the same.
func unseen(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co, unicode.Cs) || r == utf8.RuneError
}

func invisible() *text.Text {
	return &text.Text{ZH: "含有看不见的控制字符，请重新输入", EN: "it contains characters that cannot be seen; please type it again"}
}

func length(s string, minimum, maximum int) *text.Text {
	n := utf8.RuneCountInString(s)
	var t text.Text
	switch {
	case n == 0 && minimum > 0:
		t = text.Text{ZH: "必填", EN: "required"}
	case n < minimum:
		t = text.Format("至少 %d 个字", "at least %d characters", minimum)
	case n > maximum:
		t = text.Format("最多 %[1]d 个字，现在是 %[2]d 个", "at most %[1]d characters, not %[2]d", maximum, n)
	default:
		return nil
	}
	return &t
}
