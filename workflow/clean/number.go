package clean

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"incubase/workflow/text"
)

// Number returns digits and signs in ASCII, trimmed. Superscripts and circled digits stay: 10² is not 102.
func Number(s string) string {
	s, _ = Tidy(s)
	var b strings.Builder
	for _, r := range s {
		plain := norm.NFKC.String(string(r))
		switch {
		case r == '−' || r == '–' || r == '‐' || r == '‑':
			b.WriteByte('-')
		case unicode.Is(unicode.No, r) || utf8.RuneCountInString(plain) != 1:
			b.WriteRune(r)
		default:
			b.WriteString(plain)
		}
	}
	return strings.TrimSpace(b.String())
}

// Ungroup removes thousands separators, if each group is complete: 1,234,567 but not 1,2.
func Ungroup(s string) (string, bool) {
	if !strings.Contains(s, ",") {
		return s, true
	}
	groups := strings.Split(s, ",")
	for i, g := range groups {
		if i == 0 && (len(g) < 1 || len(g) > 3 || g[0] == '0') || i > 0 && len(g) != 3 {
			return "", false
		}
	}
	return strings.Join(groups, ""), true
}

// Whole reads 1200, 1,200, １２００, 24人, 24.0 and refuses doubtful numbers: 1,2, 24.000, 20余.
func Whole(s string) (int64, *text.Text) {
	plain := Number(s)
	for _, unit := range []string{"人次", "人", "个", "名"} {
		if n, ok := strings.CutSuffix(plain, unit); ok {
			plain = strings.TrimSpace(n)
			break
		}
	}
	whole, frac, _ := strings.Cut(plain, ".")
	digits, ok := Ungroup(strings.TrimPrefix(whole, "-"))
	if ok && digits != "" && strings.Trim(digits, "0123456789") == "" && strings.Trim(frac, "0") == "" && len(frac) < 3 &&
		!strings.HasSuffix(plain, ".") {
		if strings.HasPrefix(whole, "-") {
			digits = "-" + digits
		}
		if n, err := strconv.ParseInt(digits, 10, 64); err == nil {
			return n, nil
		}
	}
	t := text.Format("应是整数，如 1200，现在是「%[1]s」", "a whole number is expected, like 1200, not %[1]q", Quote(s))
	return 0, &t
}

func Quote(s string) string {
	s, _ = Tidy(s)
	if r := []rune(s); len(r) > 40 {
		return string(r[:39]) + "…"
	}
	return s
}
