package print

import (
	"bytes"
	"fmt"
	"regexp"
	"unicode/utf16"
)

// beyond is a row of the table from glyphs to characters above U+FFFF. gopdf writes code points where readers expect
// UTF-16, which breaks copying and searching of rare names.
var beyond = regexp.MustCompile(`<[0-9A-F]{4}><[0-9A-F]{4}><([0-9A-F]{5,6})>`)

// searchable replaces those rows in place. The PDF's offsets must not move, so dispensable line ends of the table
// make up for the longer rows.
func searchable(pdf []byte) {
	const begin, end = "beginbfrange\n", "endbfrange"
	from := bytes.Index(pdf, []byte(begin))
	if from < 0 {
		return
	}
	from += len(begin)
	n := bytes.Index(pdf[from:], []byte(end))
	if n < 0 {
		return
	}
	table := pdf[from : from+n]
	mended := beyond.ReplaceAllFunc(table, func(row []byte) []byte {
		var r rune
		_, _ = fmt.Sscanf(string(row[13:len(row)-1]), "%X", &r) // by the pattern
		high, low := utf16.EncodeRune(r)
		return fmt.Appendf(nil, "%s<%04X%04X>", row[:12], high, low)
	})
	over := len(mended) - len(table)
	if over == 0 || bytes.Count(mended, []byte("\n")) < over {
		return
	}
	copy(table, bytes.Replace(mended, []byte("\n"), nil, over))
}
