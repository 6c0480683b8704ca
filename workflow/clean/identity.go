package clean

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Fold takes away what a search does not tell apart: case, the width of letters (ＡＢＣ, abc), and curly quotation marks
// from the straight ones of the keyboard. The schema's searchable says the same.
func Fold(s string) string {
	s = strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "")
	return strings.ToLower(straight.Replace(norm.NFKC.String(s)))
}

var straight = strings.NewReplacer("“", `"`, "”", `"`, "„", `"`, "‟", `"`, "‘", "'", "’", "'", "‚", "'", "‛", "'")

// Identity folds a name, a filing number or a code to what tells it from others: without width, case, brackets,
// quotation marks, hyphens, dots between names, blanks, invisible characters, and with radicals as the ideographs they
// look like. Two that a person reads as the same are equal. The schema's identity_of says the same.
func Identity(s string) string {
	s, _ = Tidy(s)
	return strings.Map(func(r rune) rune {
		if decoration(r) {
			return -1
		}
		return r
	}, Fold(radicals.Replace(norm.NFKC.String(s))))
}

// decoration reports whether a character is left out of comparisons.
func decoration(r rune) bool {
	switch r {
	case '\'', '"', '`', '´', '′', '″', '‵', '〃', '−', '·', '•', '・', '‧', '∙', '⋅', '﹒':
		return true
	}
	return unicode.IsSpace(r) || unicode.In(r, unicode.Ps, unicode.Pe, unicode.Pi, unicode.Pf, unicode.Pd, unicode.Z,
		unicode.Cc, unicode.Cf)
}
