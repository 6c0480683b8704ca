package money

import (
	"strings"
)

var (
	digits = []string{"零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"}
	places = []string{"", "拾", "佰", "仟"}
	groups = []string{"", "万", "亿"}
)

// Capital returns the amount in upper-case characters (Payment and Settlement Measures, annex on filling in bills),
// without 人民币 and always with the optional 零. Amounts outside 0 to Max are an error.
func Capital(f Fen) (string, error) {
	if f < 0 || f > Max {
		return "", wrong("金额应在 0 到一万亿元之间", "the amount must lie between 0 and 10^12 yuan")
	}
	yuan, jiao, fen := int64(f)/100, int64(f)/10%10, int64(f)%10
	var b strings.Builder
	if yuan > 0 {
		b.WriteString(integer(yuan) + "元")
	}
	switch {
	case jiao == 0 && fen == 0 && yuan == 0:
		return "零元整", nil
	case jiao == 0 && fen == 0:
		return b.String() + "整", nil
	}
	if yuan > 0 && (jiao == 0 || yuan%10 == 0) {
		b.WriteString("零")
	}
	if jiao > 0 {
		b.WriteString(digits[jiao] + "角")
	}
	if fen == 0 {
		return b.String(), nil // 整 after 角 is optional; common documents leave it out
	}
	return b.String() + digits[fen] + "分", nil
}

// integer writes groups of four digits, and 零 where a group was skipped, is short, or follows one that ends in zero.
func integer(n int64) string {
	var out string
	parts := []int64{n % 1e4, n / 1e4 % 1e4, n / 1e8}
	higher := int64(-1) // the last written group
	skipped := false
	for i := 2; i >= 0; i-- {
		g := parts[i]
		if g == 0 {
			skipped = higher >= 0
			continue
		}
		if higher >= 0 && (skipped || g < 1000 || higher%10 == 0) {
			out += "零"
		}
		out += group(g) + groups[i]
		higher, skipped = g, false
	}
	return out
}

// group writes one 零 for any run of zeros inside.
func group(g int64) string {
	var out string
	zero := false
	for i, p := 3, int64(1000); i >= 0; i, p = i-1, p/10 {
		d := g / p % 10
		if d == 0 {
			zero = out != ""
			continue
		}
		if zero {
			out += "零"
		}
		out += digits[d] + places[i]
		zero = false
	}
	return out
}

// ParseCapital reads what Capital writes, with or without 人民币 and the optional 零.
func ParseCapital(s string) (Fen, error) {
	bare := strip(s)
	yuan, rest, ok := strings.Cut(bare, "元")
	if !ok {
		yuan, rest = "", bare
	}
	n, good := parseGroups(yuan)
	jiao, fen, good2 := parseChange(rest)
	if !good || !good2 || n > int64(Max)/100 {
		return 0, wrong("大写金额写法不对，应如 贰拾万零捌仟元整", "not an upper-case amount; write it like 贰拾万零捌仟元整")
	}
	f := Fen(n*100 + jiao*10 + fen)
	if canonical, err := Capital(f); err != nil || strip(canonical) != bare {
		return 0, wrong("大写金额写法不对，应如 贰拾万零捌仟元整", "not an upper-case amount; write it like 贰拾万零捌仟元整")
	}
	return f, nil
}

func strip(s string) string {
	s = strings.TrimPrefix(s, "人民币")
	s = strings.TrimSuffix(s, "整")
	s = strings.TrimSuffix(s, "正")
	if s == "零元" {
		return s
	}
	return strings.ReplaceAll(s, "零", "")
}

func parseGroups(s string) (int64, bool) {
	if s == "零" || s == "" {
		return 0, true
	}
	var total int64
	for i := 2; i >= 0; i-- {
		part := s
		if i > 0 {
			head, tail, ok := strings.Cut(s, groups[i])
			if !ok {
				total *= 1e4
				continue
			}
			part, s = head, tail
		}
		g, ok := parseGroup(part)
		if !ok {
			return 0, false
		}
		total = total*1e4 + g
	}
	return total, true
}

func parseGroup(s string) (int64, bool) {
	var sum, d int64
	for _, r := range s {
		c := string(r)
		if i := index(digits, c); i > 0 && d == 0 {
			d = int64(i)
			continue
		}
		p := index(places, c)
		if p < 1 || d == 0 {
			return 0, false
		}
		for range p {
			d *= 10
		}
		sum, d = sum+d, 0
	}
	return sum + d, sum+d < 1e4
}

func parseChange(s string) (jiao, fen int64, ok bool) {
	if head, tail, found := strings.Cut(s, "角"); found {
		i := index(digits, head)
		if i < 1 {
			return 0, 0, false
		}
		jiao, s = int64(i), tail
	}
	if s == "" {
		return jiao, 0, true
	}
	head, tail, found := strings.Cut(s, "分")
	i := index(digits, head)
	return jiao, int64(i), found && tail == "" && i > 0
}

func index(list []string, s string) int {
	for i, x := range list {
		if x == s {
			return i
		}
	}
	return -1
}
