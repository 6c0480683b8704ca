package print

import (
	"strings"
	"unicode"
)

// Characters that may not begin or end a line (GB/T 15834-2011, 5.1).
const (
	neverFirst = "。，、；：？！．）〕】》〉」』”’％‰℃…—～·,.;:?!)]}%"
	neverLast  = "（〔【《〈「『“‘([{￥"
)

const units = "年月日号元份期件人条项％%"

// line is a row of a paragraph. The last one is not justified.
type line struct {
	text string
	last bool
}

// broken breaks a paragraph into lines, the first one shorter by the indent. Numbers and Latin words stay whole where
// they fit, and punctuation obeys neverFirst and neverLast. The lines joined are the text.
func broken(text string, width, indent float64, measure func(string) float64) (out []line) {
	pieces := split(text)
	for len(pieces) > 0 {
		n := fitting(pieces, width-indent, measure)
		out = append(out, line{text: strings.Join(pieces[:n], "")})
		pieces, indent = pieces[n:], 0
	}
	if len(out) > 0 {
		out[len(out)-1].last = true
	}
	return out
}

func fitting(pieces []string, width float64, measure func(string) float64) int {
	n, used := 0, 0.0
	for n < len(pieces) {
		used += measure(pieces[n])
		if used > width && n > 0 {
			break
		}
		n++
	}
	if n == len(pieces) {
		return n
	}
	for k := n; k > 0 && n-k < 6; k-- { // move pieces down until the break is proper
		if proper(pieces[k-1], pieces[k]) {
			return k
		}
	}
	return n
}

func proper(before, after string) bool {
	first, last := []rune(after)[0], []rune(before)
	return !strings.ContainsRune(neverFirst, first) && !strings.ContainsRune(neverLast, last[len(last)-1])
}

// split cuts a text where a line may break: after each character, but not within a number or a word or before its
// unit. Pieces over half a line are cut too, because they would leave a gap.
func split(text string) (out []string) {
	const longest = 24
	var piece []rune
	flush := func() {
		if len(piece) > 0 {
			out = append(out, string(piece))
		}
		piece = nil
	}
	rs := []rune(text)
	for i, r := range rs {
		switch {
		case narrow(r):
			if len(piece) >= longest {
				flush()
			}
			piece = append(piece, r)
		case inNumber(rs, i):
			piece = append(piece, r)
		case len(piece) > 0 && unicode.IsDigit(piece[len(piece)-1]) && strings.ContainsRune(units, r):
			piece = append(piece, r)
			flush()
		default:
			flush()
			out = append(out, string(r))
		}
	}
	flush()
	return out
}

func narrow(r rune) bool {
	return r < 0x250 && (unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' || r == '@')
}

// inNumber reports whether a mark is part of a number or word: 50,000.00, GA-2026-0042.
func inNumber(rs []rune, i int) bool {
	return i > 0 && i+1 < len(rs) && strings.ContainsRune(",.:-/'", rs[i]) && narrow(rs[i-1]) && narrow(rs[i+1])
}
