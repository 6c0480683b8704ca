package pg

import (
	"cmp"
	"slices"
	"strings"

	"incubase/workflow/clean"
)

const maxWords = 8

// WordsOf returns the words of a search, folded in case and width as the index is.
func WordsOf(search string) []string {
	words := strings.Fields(clean.Fold(search))
	return words[:min(len(words), maxWords)]
}

// Tokens returns a word's index entries: every four Latin letters or digits, and each pair of characters outside those.
func Tokens(word string) []string {
	r := []rune(word)
	out, fours := []string{}, make([]bool, len(r))
	for i := 0; i+4 <= len(r); i++ {
		if !slices.ContainsFunc(r[i:i+4], func(c rune) bool { return c < '!' || c > '~' }) {
			out = append(out, string(r[i:i+4]))
			fours[i], fours[i+1], fours[i+2] = true, true, true
		}
	}
	for i := 0; i+1 < len(r); i++ {
		if !fours[i] {
			out = append(out, string(r[i:i+2]))
		}
	}
	return out
}

// Patterns returns the words of a search for "like all": each must occur.
func Patterns(search string) []string {
	out := []string{}
	for _, w := range WordsOf(search) {
		out = append(out, anywhere(w))
	}
	return out
}

// Identities returns patterns for names, numbers and codes (see clean.Identity). A word without letters or digits
// matches nothing.
func Identities(search string) []string {
	out := []string{}
	for _, w := range WordsOf(search) {
		out = append(out, anywhere(cmp.Or(clean.Identity(w), w)))
	}
	return out
}

func anywhere(word string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(word) + "%"
}
