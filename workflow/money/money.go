// Package money counts in integer fen, never in floats: shares in basis points, instalments that add up, and amounts
// as Chinese documents write them.
package money

import (
	"errors"
	"fmt"
	"math/bits"
	"strconv"
	"strings"

	"incubase/workflow/clean"
	"incubase/workflow/text"
)

// Fen is 1/100 yuan; in cases of another currency, that currency's minor unit.
type Fen int64

// BasisPoints is a share: 10000 is the whole.
type BasisPoints int64

const Whole BasisPoints = 10000

// Max is the largest amount, 10^12 yuan exclusive: larger ones are mistakes.
const Max Fen = 100_000_000_000_000 - 1

type Error struct{ Text text.Text }

func (e *Error) Error() string { return e.Text.EN }

func wrong(zh, en string, args ...any) error { return &Error{Text: text.Format(zh, en, args...)} }

// ParseYuan reads an amount in yuan as people write it: 1234, 1,234.5, ¥１２３４, 2万, 2.5万元, 20000元整, CNY 20000, 贰万元整. It
// refuses more than two places of yuan, incomplete groups of three, negative numbers and exponents.
func ParseYuan(s string) (Fen, error) {
	plain := strings.ReplaceAll(clean.Number(s), "圆", "元")
	for _, mark := range []string{"人民币", "CNY", "cny", "RMB", "rmb", "¥"} {
		if rest, ok := strings.CutPrefix(plain, mark); ok {
			plain = strings.TrimSpace(rest)
			break
		}
	}
	if strings.HasSuffix(plain, "整") || strings.HasSuffix(plain, "正") || strings.ContainsAny(plain, "壹贰叁肆伍陆柒捌玖拾佰仟") {
		if f, err := ParseCapital(plain); err == nil {
			return f, nil
		}
		if plain = strings.TrimRight(plain, "整正"); !strings.HasSuffix(plain, "元") {
			return 0, notYuan(s)
		}
	}
	for _, mark := range []string{"元", "CNY", "cny", "RMB", "rmb"} {
		if rest, ok := strings.CutSuffix(plain, mark); ok {
			plain = strings.TrimSpace(rest)
			break
		}
	}
	places := 0
	for mark, zeros := range map[string]int{"万": 4, "亿": 8} {
		if rest, ok := strings.CutSuffix(plain, mark); ok {
			plain, places = strings.TrimSpace(rest), zeros
		}
	}
	n, err := decimal(plain, 2+places)
	if errors.Is(err, errTooLarge) {
		return 0, wrong("金额太大", "the amount is too large")
	}
	if err != nil {
		return 0, notYuan(s)
	}
	return Fen(n), nil
}

func notYuan(s string) error {
	return wrong("读不懂的金额「%[1]s」，请写成 12000 或 12,000.50（元，最多两位小数）",
		"an amount that cannot be read: %[1]q; write it like 12000 or 12,000.50 (yuan, two decimals at most)", clean.Quote(s))
}

// ParseHundredths reads points or a percentage of at most two places: 85.5 is 8550.
func ParseHundredths(s string) (int64, error) {
	n, err := decimal(clean.Number(s), 2)
	if err != nil {
		return 0, wrong("应是数字，最多两位小数，如 85.5", "a number with two decimals at most is expected, like 85.5")
	}
	return n, nil
}

var (
	errTooLarge = errors.New("too large")
	errDecimal  = errors.New("no decimal number")
)

func decimal(s string, places int) (int64, error) {
	whole, frac, point := strings.Cut(s, ".")
	if whole == "" || point && frac == "" {
		return 0, errDecimal
	}
	whole, ok := clean.Ungroup(whole)
	if !ok || strings.Trim(whole+frac, "0123456789") != "" {
		return 0, errDecimal
	}
	if len(frac) > places { // zeros too: 20.000 is twenty thousand elsewhere
		return 0, errDecimal
	}
	digits := strings.TrimLeft(whole+frac+strings.Repeat("0", places-len(frac)), "0")
	if len(digits) > 14 {
		return 0, errTooLarge
	}
	n, err := strconv.ParseInt("0"+digits, 10, 64)
	return n, err
}

// Yuan returns the amount with thousands separators and two places: 1,234.50.
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

// Share returns the part of an amount, rounded down. It panics on a negative amount or a share above the whole.
func (f Fen) Share(bp BasisPoints) Fen {
	if f < 0 || bp < 0 || bp > Whole {
		panic(fmt.Sprintf("money: share %d of %d", bp, f))
	}
	hi, lo := bits.Mul64(uint64(f), uint64(bp))
	q, _ := bits.Div64(hi, lo, uint64(Whole))
	return Fen(q)
}

// Allocate splits an amount by shares that make up the whole. All but the last are rounded down; the last takes the
// rest.
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
