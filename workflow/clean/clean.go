// Package clean normalizes what people wrote, for pages, API, imports and command line alike: texts (NFC, trimmed,
// without invisible characters), whole numbers, telephones, and names for comparison.
package clean

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"incubase/workflow/text"
)

// Line cleans one line of minimum to maximum characters for storage.
func Line(s string, minimum, maximum int) (string, *text.Text) {
	s, _ = Tidy(s)
	if t := Problem(s); t != nil {
		return s, t
	}
	if strings.ContainsAny(s, "\n\t") {
		return s, &text.Text{ZH: "只能写一行，请删去换行和制表符", EN: "one line only: take out line breaks and tabs"}
	}
	return s, length(s, minimum, maximum)
}

// Text cleans several lines.
func Text(s string, minimum, maximum int) (string, *text.Text) {
	s, _ = Tidy(s)
	if t := Problem(s); t != nil {
		return s, t
	}
	return s, length(s, minimum, maximum)
}

var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\v", "\n")

// Tidy returns the text as stored: NFC, trimmed, line ends as line feeds, without harmless invisible characters, old
// fonts' private-use characters replaced. changed reports whether a character was removed or replaced. It refuses
// nothing; a second call changes nothing.
func Tidy(s string) (out string, changed bool) {
	s = lineEnds.Replace(s)
	out = strings.Map(func(r rune) rune {
		switch {
		case harmless(r):
			changed = true
			return -1
		case unicode.Is(unicode.Co, r):
			if known, ok := privateUse[r]; ok {
				changed = true
				return known
			}
		}
		return r
	}, s)
	return strings.TrimSpace(norm.NFC.String(out)), changed
}

// harmless characters come with copied text.
func harmless(r rune) bool {
	switch r {
	case '\u00ad', '\u200b', '\u200e', '\u200f', '\u2060', '\ufeff':
		return true
	}
	return false
}

// joiner reports whether a character joins or separates its neighbours: Mongolian, Persian, Uyghur and emoji need
// them.
func joiner(r rune) bool { return r == '\u200c' || r == '\u200d' || r == '\u180e' }

// Problem returns what a tidied text must not hold. The schema's domains plain_line and plain_text refuse no text
// that passes here.
func Problem(s string) *text.Text {
	for _, r := range s {
		switch {
		case r == '\n' || r == '\t' || joiner(r):
		case r == utf8.RuneError:
			return &text.Text{ZH: "有乱码，请重新输入，或把文件另存为 UTF-8",
				EN: "it has broken characters: type it again, or save the file as UTF-8"}
		case r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069':
			return &text.Text{ZH: "有改变文字方向的控制字符，请删去后重新输入",
				EN: "it has control characters that turn the direction of writing: type it again without them"}
		case unicode.Is(unicode.Co, r):
			t := text.Format("有一个只在个别字体里才有的字（U+%04X），别的电脑显示不出来，请换成规范字",
				"it has a character that only some fonts know (U+%04X) and others cannot show: write the standard one", r)
			return &t
		case r == '\u2065', unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Cs):
			return &text.Text{ZH: "有看不见的控制字符，请重新输入", EN: "it has control characters that cannot be seen: type it again"}
		}
	}
	return nil
}

// Blank reports whether the text has no visible character.
func Blank(s string) bool { return !strings.ContainsFunc(s, seen) }

// seen reports whether a character shows; some letters and marks draw nothing.
func seen(r rune) bool {
	switch {
	case unicode.IsSpace(r), unicode.In(r, unicode.Cc, unicode.Cf, unicode.Z, unicode.Variation_Selector):
		return false
	case r == '\u115f', r == '\u1160', r == '\u3164', r == '\uffa0', r == '\u2800', r == '\u034f', r == '\u17b4',
		r == '\u17b5':
		return false
	}
	return true
}

func length(s string, minimum, maximum int) *text.Text {
	n := utf8.RuneCountInString(s)
	var t text.Text
	switch {
	case minimum > 0 && Blank(s):
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
