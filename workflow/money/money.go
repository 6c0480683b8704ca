// Package money counts in integer fen and never in floats: shares in basis points, instalments that add up, and amounts
// as Chinese documents write them.
package money

import (
	"fmt"
	"math/bits"
	"strconv"
	"strings"

	"incubase/workflow/text"
)

// Fen is an amount of money: 1 yuan is 100 fen. In cases of another currency it is that currency's minor unit.
type Fen int64

// BasisPoints is a share: 10000 is the whole.
type BasisPoints int64

// Whole is all of it.
const Whole BasisPoints = 10000

// Max is the largest amount the field deals with, 10^12 yuan exclusive: larger ones are mistakes.
const Max Fen = 100_000_000_000_000 - 1

// Error says what is wrong with an amount, in both languages.
type Error struct{ Text text.Text }

func (e *Error) Error() string { return e.Text.EN }

func wrong(zh, en string, args ...any) error { return &Error{Text: text.Format(zh, en, args...)} }

// ParseYuan reads an amount in yuan, "1234", "1,234.5", "0.05": at most two places, not negative, no exponent.
func ParseYuan(s string) (Fen, error) {
	whole, frac, point := strings.Cut(s, ".")
	if whole == "" || point && (frac == "" || len(frac) > 2) {
		return 0, wrong("金额写法不对，应如 1234.50", "not an amount; write it like 1234.50")
	}
	whole, ok := ungroup(whole)
	if !ok || strings.Trim(whole+frac, "0123456789") != "" {
		return 0, wrong("金额只能是数字，应如 1234.50", "an amount has digits only, like 1234.50")
	}
	digits := strings.TrimLeft(whole, "0") + (frac + "00")[:2]
	if len(digits) > 14 {
		return 0, wrong("金额太大", "the amount is too large")
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return 0, wrong("金额写法不对，应如 1234.50", "not an amount; write it like 1234.50")
	}
	return Fen(n), nil
}

// ungroup takes thousands separators out, if each group is complete.
func ungroup(s string) (string, bool) {
	if !strings.Contains(s, ",") {
		return s, true
	}
	groups := strings.Split(s, ",")
	for i, g := range groups {
		if i == 0 && (len(g) < 1 || len(g) > 3) || i > 0 && len(g) != 3 {
			return "", false
		}
	}
	return strings.Join(groups, ""), true
}

// Yuan writes the amount with thousands separators and two places: 1,234.50.
func (f Fen) Yuan() string {
	sign := ""
	u := uint64(f)
	if f < 0 {
		sign, u = "-", uint64(-f)
	}
	s := strconv.FormatUint(u/100, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return fmt.Sprintf("%s%s.%02d", sign, s, u%100)
}

// Share is the part of an amount, rounded down. The amount must not be negative, nor the share above the whole.
func (f Fen) Share(bp BasisPoints) Fen {
	if f < 0 || bp < 0 || bp > Whole {
		panic(fmt.Sprintf("money: share %d of %d", bp, f))
	}
	hi, lo := bits.Mul64(uint64(f), uint64(bp))
	q, _ := bits.Div64(hi, lo, uint64(Whole))
	return Fen(q)
}

// Allocate splits an amount by shares that make up the whole: all but the last are rounded down, the last takes the
// rest, so that the parts always add up.
func Allocate(total Fen, parts []BasisPoints) ([]Fen, error) {
	var sum BasisPoints
	for _, p := range parts {
		if p < 0 || p > Whole {
			return nil, wrong("分期比例应在 0 到 100%% 之间", "a share lies between 0 and 100%%")
		}
		sum += p
	}
	if sum != Whole || len(parts) == 0 {
		return nil, wrong("各期比例之和应为 100%%，现在是 %d.%02d%%", "the shares must add up to 100%%, not %d.%02d%%", sum/100, sum%100)
	}
	if total < 0 {
		return nil, wrong("金额不能是负数", "the amount must not be negative")
	}
	out := make([]Fen, len(parts))
	left := total
	for i, p := range parts[:len(parts)-1] {
		out[i] = total.Share(p)
		left -= out[i]
	}
	out[len(out)-1] = left
	return out, nil
}
