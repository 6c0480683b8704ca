package torture

import (
	"math/rand/v2"
	"strconv"
	"strings"
)

// nasty words have broken programs before.
var nasty = []string{
	"", " ", "0", "-1", "1e9", "NaN", "null", "true", "undefined", "[]", "{}", "9223372036854775808",
	"-9223372036854775809", "0x1F", "1_000", "١٢٣", "１２３",
	"'", "\"", "`", "\\", "';--", "' or '1'='1", "1; select pg_sleep(5)--", "1) or 1=1--", "%' or 1=1--", "$1", "$$",
	"%s%n%x", "%", "%%", "_%_%_%", "*", "?", "{{.}}", "${7*7}", "#{7*7}", "<%= 7*7 %>",
	"<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "javascript:alert(1)",
	"</textarea><script>alert(1)</script>", "<!--", "]]>", "&lt;&#x3c;",
	"../../../../etc/passwd", "..%2f..%2fetc%2fpasswd", "....//....//", "%2e%2e%2f", "%252e%252e%252f", "..\\..\\windows",
	"/etc/passwd", "file:///etc/passwd", "http://127.0.0.1/", "//evil.example", "\\\\evil",
	"\x00", "a\x00b", "%00", "\r\n", "a\r\nSet-Cookie: x=y", "%0d%0aX: y", "\t", "\x1b[31m", "\x7f", "\u202e\u0627\u0644",
	"\u200b", "\ufeff", "\u2028", "\ud7ff", "\xff\xfe", "\xc3\x28", "\xed\xa0\x80", "𬭚䶮", "👩‍👩‍👧‍👦", "z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍",
	"ﷺ", "İı", "ß", "社会组织",
	"00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff",
	"{00000000-0000-0000-0000-000000000000}", "urn:uuid:00000000-0000-0000-0000-000000000000", "GA-2026-0001",
	"GA-9999-99999999999999", "GA-2026-0001-P1", "system",
	"230302", "23", "999999", "230302000000", "2026-02-30", "9999-12-31T23:59:59Z", "0000-00-00", "-0001-01-01T00:00:00Z",
	"10000-01-01T00:00:00Z", "P99999D", "P1Y", "5wd", "-5wd", "99999999999wd",
	"2019", "2019.5", "46023", "２０２６－０１－０２", "2026年1月2日", "25000,00", "1.234.567,89", "1,2", "20000.0051", "￥１，０００元", "2万",
	"2.02E9", "12 345", "1\u200b000", "王\u200b五", "\u00ad", "\u180e", "\u000b", "一\u000b二", "139－0000－0000", "#REF!", "⺠⽣",
	"eyJhIjoxfQ", "eyJhIjoxfQ==", "AAAA", "W10", "bnVsbA", "admin", "root", "__proto__", "constructor", "_method",
	"W/\"1\"", "\"1\"", "\"-1\"", "\"99999999999999999999\"", "*",
}

func word(dice *rand.Rand) string {
	switch dice.IntN(30) {
	case 0:
		return strings.Repeat("长", 1+dice.IntN(3000))
	case 1:
		return strings.Repeat("a", 1+dice.IntN(9000))
	case 2:
		b := make([]byte, dice.IntN(64))
		for i := range b {
			b[i] = byte(dice.IntN(256))
		}
		return string(b)
	case 3:
		return strconv.FormatInt(int64(dice.Uint64()), 10)
	case 4:
		return nasty[dice.IntN(len(nasty))] + nasty[dice.IntN(len(nasty))]
	}
	return nasty[dice.IntN(len(nasty))]
}

// odd returns a JSON value of any type but the expected one.
func odd(dice *rand.Rand) string {
	deep := 1 + dice.IntN(200)
	list := []string{"null", "true", "-1", "0", "1.5", "1e400", "9223372036854775808", "-0", "NaN", "\"\"", "[]", "{}",
		"[null]", `{"a":{"a":1,"a":2}}`, "[[[[]]]]", "01", "1.", "'x'", "\"\\ud800\"", "\"\\u0000\"", "\"\\x\"",
		strings.Repeat("[", deep) + strings.Repeat("]", deep), strings.Repeat(`{"a":`, deep) + "1" + strings.Repeat("}",
			deep), strings.Repeat("9", 400), "\"" + strings.Repeat("x", dice.IntN(20000)) + "\""}
	return list[dice.IntN(len(list))]
}
