// Package password judges how easily a new password is guessed: by the estimator zxcvbn, by a list of common parts of
// Chinese passwords, and by facts about its owner.
package password

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/mozillazg/go-pinyin"
	"github.com/trustelem/zxcvbn"

	"incubase/workflow/text"
)

// The bounds of a password, in characters. Kinds of characters are free (NIST SP 800-63B 3.1.1).
const (
	Shortest = 12
	Longest  = 200
)

// enough is the least zxcvbn score, of 0 to 4: some 10^8 guesses.
const enough = 3

// weighed bounds the estimated length: the work grows faster than it, and further characters only raise the score.
const weighed = 48

var product = []string{"incubase", "incubator", "incubation", "孵化", "孵化器", "孵化基地"}

// Weak returns why a password is refused, nil if it is not. About is what a guesser may know of its owner: login,
// name, organization, places.
func Weak(password string, about ...string) *text.Text {
	n := utf8.RuneCountInString(password)
	switch {
	case !utf8.ValidString(password):
		return &text.Text{ZH: "密码不是有效的文字", EN: "the password is no valid text"}
	case n < Shortest:
		return &text.Text{ZH: "密码至少 12 个字符；几个不相干的词连起来，既长又好记",
			EN: "a password has at least 12 characters; a few unrelated words together are long and easy to remember"}
	case n > Longest:
		return &text.Text{ZH: "密码最多 200 个字符", EN: "a password has at most 200 characters"}
	case score(password, about) < enough:
		return &text.Text{ZH: "这个密码容易被猜到：不要用常见密码、拼音常用语、键盘顺序、日期、姓名、单位和地名；请用几个不相干的词",
			EN: "this password is easily guessed: no well-known passwords, common phrases, rows of keys, dates, names, " +
				"organizations or places; use a few unrelated words"}
	}
	return nil
}

// score returns the lowest score of a password as spelled and without separators, owner's names and repetitions.
// Digits alone score 0: dates, telephones, numbers of papers.
func score(password string, about []string) int {
	names := names(about)
	known := append(slices.Clone(names), chinese()...)
	spelled := spell(password)
	joined := keep(strings.ToLower(spelled), func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
	if strings.IndexFunc(joined, unicode.IsLetter) < 0 {
		return 0
	}
	for _, n := range names {
		if len(n) >= 4 {
			joined = strings.ReplaceAll(joined, n, "")
		}
	}
	lowest := 4
	for _, reading := range []string{spelled, joined, once(joined)} {
		lowest = min(lowest, zxcvbn.PasswordStrength(reading[:min(len(reading), weighed)], known).Score)
	}
	return lowest
}

func keep(s string, which func(rune) bool) string {
	return strings.Map(func(r rune) rune {
		if which(r) {
			return r
		}
		return -1
	}, s)
}

// once removes repetitions of four characters or more.
func once(s string) string {
	const least = 4
	var out strings.Builder
	for i := 0; i < len(s); {
		n := 0
		for i+max(n+1, least) <= len(s) && strings.Contains(s[:i], s[i:i+max(n+1, least)]) {
			n = max(n+1, least)
		}
		if n == 0 {
			out.WriteByte(s[i])
			n = 1
		}
		i += n
	}
	return out.String()
}

func names(about []string) (out []string) {
	for _, a := range append(slices.Clone(about), product...) {
		for _, w := range spellings(a) {
			if utf8.RuneCountInString(w) > 1 && !slices.Contains(out, w) {
				out = append(out, w)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b string) int { return len(b) - len(a) })
	return out
}

// spellings returns a name whole, in pieces, in pinyin and by initials.
func spellings(name string) (out []string) {
	name = strings.ToLower(strings.TrimSpace(name))
	pieces := strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) })
	for _, p := range append([]string{name}, pieces...) {
		for _, w := range append([]string{p}, withoutRank(p)...) {
			out = append(out, strings.Join(strings.Fields(spell(w)), ""), initials(w))
		}
	}
	return out
}

// withoutRank shortens a place's name as people do: 鸡西 for 鸡西市.
func withoutRank(place string) []string {
	for _, rank := range []string{"自治区", "自治州", "街道", "社区", "省", "市", "区", "县", "镇", "乡", "村"} {
		if short := strings.TrimSuffix(place, rank); short != place && utf8.RuneCountInString(short) > 1 {
			return []string{short}
		}
	}
	return nil
}

// spell writes ASCII, the only script that the estimator reads right: Chinese in pinyin without tones, full-width
// signs as narrow ones, other letters as some fixed letter.
func spell(s string) string {
	var b strings.Builder
	for _, r := range s {
		p := syllable(r)
		switch {
		case p != "":
			b.WriteString(p)
		case r >= '！' && r <= '～':
			b.WriteRune(r - '！' + '!')
		case r > unicode.MaxASCII && unicode.IsSpace(r):
			b.WriteByte(' ')
		case r > unicode.MaxASCII:
			b.WriteByte(byte('a' + r*7%26))
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func initials(s string) string {
	var b strings.Builder
	for _, r := range s {
		if p := syllable(r); p != "" {
			b.WriteByte(p[0])
		}
	}
	return b.String()
}

var plain = pinyin.NewArgs()

func syllable(r rune) string {
	if !unicode.Is(unicode.Han, r) {
		return ""
	}
	if p := pinyin.SinglePinyin(r, plain); len(p) > 0 {
		return p[0]
	}
	return ""
}

//go:embed chinese.txt
var words string

// chinese returns the list of words, then every syllable of pinyin.
var chinese = sync.OnceValue(func() (out []string) {
	for line := range strings.Lines(words) {
		if !strings.HasPrefix(line, "#") {
			out = append(out, strings.Fields(line)...)
		}
	}
	var syllables []string
	for r := range pinyin.PinyinDict {
		syllables = append(syllables, syllable(rune(r)))
	}
	slices.Sort(syllables)
	for _, s := range slices.Compact(syllables) {
		if len(s) > 1 {
			out = append(out, s)
		}
	}
	return out
})
