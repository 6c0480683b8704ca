package filetype

import (
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Name makes a file name safe to store and to offer: one line, NFC, no folders, no invisible characters, at most 120
// characters, its extension kept.
func Name(s string) string {
	s = norm.NFC.String(strings.ToValidUTF8(s, ""))
	s = s[strings.LastIndexAny(s, "/\\")+1:]
	s = strings.Map(func(r rune) rune {
		switch {
		case unseen(r):
			return -1
		case strings.ContainsRune(`"<>:|?*`, r):
			return '_'
		}
		return r
	}, s)
	s = strings.TrimSpace(strings.Trim(s, "."))
	ending := path.Ext(s)
	if utf8.RuneCountInString(ending) > 10 {
		ending = ""
	}
	stem := []rune(strings.TrimSpace(strings.TrimSuffix(s, ending)))
	if len(stem) == 0 {
		stem = []rune("file")
	}
	return string(stem[:min(len(stem), 110)]) + ending
}

func unseen(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co, unicode.Cs)
}
