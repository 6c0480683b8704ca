package clean

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Fold removes what a search ignores: case, width of letters (ＡＢＣ, abc), curly quotation marks. The schema's
// searchable does the same.
func Fold(s string) string {
	s = strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "")
	return strings.ToLower(straight.Replace(norm.NFKC.String(s)))
}

var straight = strings.NewReplacer("“", `"`, "”", `"`, "„", `"`, "‟", `"`, "‘", "'", "’", "'", "‚", "'", "‛", "'")

// Identity returns the same text for two names, filing numbers or codes that a person reads as the same: without
// width, case, punctuation of names, blanks and invisible characters, radicals as ideographs. The schema's
// identity_of does the same.
func Identity(s string) string {
	s, _ = Tidy(s)
	return strings.Map(func(r rune) rune {
		if decoration(r) {
			return -1
		}
		return r
	}, Fold(radicals.Replace(norm.NFKC.String(s))))
}

func decoration(r rune) bool {
	switch r {
	case '\'', '"', '`', '´', '′', '″', '‵', '〃', '−', '·', '•', '・', '‧', '∙', '⋅', '﹒':
		return true
	}
	return unicode.IsSpace(r) || unicode.In(r, unicode.Ps, unicode.Pe, unicode.Pi, unicode.Pf, unicode.Pd, unicode.Z,
		unicode.Cc, unicode.Cf)
}
