package print

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func square(s string) (w float64) {
	for _, r := range s {
		if r < 0x250 {
			w += 0.5
		} else {
			w++
		}
	}
	return w
}

func TestLines(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"你单位在“2026年银龄互助专项（示例）”申报中提出的“玥堃昇𬭚四人的银龄助餐”项目（受理号：GA-2026-0042），经评审并公示期满，决定予以立项资助。",
		"人民币50,008.50元（大写：人民币伍万零捌元伍角），自2026年3月10日起，至2026年12月31日止。",
		"（一）“《关于〈专项〉的通知》”（2026）：包括、但不限于；是吗？是！……",
	} {
		for width := 12; width <= 30; width++ {
			lines := broken(text, float64(width), 2, square)
			var all strings.Builder
			for i, l := range lines {
				all.WriteString(l.text)
				room := float64(width)
				if i == 0 {
					room -= 2
				}
				first, _ := utf8.DecodeRuneInString(l.text)
				last, _ := utf8.DecodeLastRuneInString(l.text)
				switch {
				case square(l.text) > room:
					t.Errorf("width %d: %q is too long", width, l.text)
				case i > 0 && strings.ContainsRune(neverFirst, first):
					t.Errorf("width %d: %q begins with %q", width, l.text, first)
				case !l.last && strings.ContainsRune(neverLast, last):
					t.Errorf("width %d: %q ends with %q", width, l.text, last)
				case l.last != (i == len(lines)-1):
					t.Errorf("width %d: line %d says last: %v", width, i, l.last)
				}
			}
			if all.String() != text {
				t.Errorf("width %d: the lines are %q", width, all.String())
			}
			for _, whole := range []string{"GA-2026-0042", "50,008.50元", "2026年", "12月", "31日"} {
				if strings.Contains(text, whole) && !strings.Contains(joined(lines), whole) {
					t.Errorf("width %d: %s is broken: %q", width, whole, joined(lines))
				}
			}
		}
	}
}

func joined(lines []line) string {
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = l.text
	}
	return strings.Join(out, "|")
}

func TestAWordLongerThanALine(t *testing.T) {
	t.Parallel()
	lines := broken(strings.Repeat("x", 100), 14, 2, square)
	if strings.ReplaceAll(joined(lines), "|", "") != strings.Repeat("x", 100) || len(lines) < 4 {
		t.Errorf("%q", joined(lines))
	}
	if got := broken("", 10, 2, square); got != nil {
		t.Errorf("nothing gives %q", joined(got))
	}
}
