package pg

import (
	"cmp"
	"slices"
	"strings"

	"incubase/workflow/clean"
)

// maxWords is how many words a search has; more are not looked for.
const maxWords = 8

// WordsOf are the words of a search, with case and width folded as the index has them.
func WordsOf(search string) []string {
	words := strings.Fields(clean.Fold(search))
	return words[:min(len(words), maxWords)]
}

// Tokens are what the index has of a word: fours of Latin letters and digits, and pairs of characters, those within a
// four left out.
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

// Patterns are the words of a search for "like all": each must occur.
func Patterns(search string) []string {
	out := []string{}
	for _, w := range WordsOf(search) {
		out = append(out, anywhere(w))
	}
	return out
}

// Identities are the words as names, numbers and codes are compared: see clean.Identity. A word without
// letters or digits is compared unchanged and matches nothing.
func Identities(search string) []string {
	out := []string{}
	for _, w := range WordsOf(search) {
		out = append(out, anywhere(cmp.Or(clean.Identity(w), w)))
	}
	return out
}

// anywhere is the LIKE pattern of a text that holds the word.
func anywhere(word string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(word) + "%"
}
