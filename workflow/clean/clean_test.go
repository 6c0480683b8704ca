package clean

import (
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

func TestLine(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		in, out string
		fails   bool
	}{
		"plain Chinese passes":                 {"帮帮团", "帮帮团", false},
		"it is trimmed":                        {"  帮帮团\u3000", "帮帮团", false},
		"a decomposed letter is composed":      {"Cafe\u0301", "Café", false},
		"a line feed is refused":               {"帮\n团", "", true},
		"a zero-width space is taken out":      {"帮\u200b团", "帮团", false},
		"marks and soft hyphens are taken out": {"\ufeff帮\u00ad\u200e\u200f\u2060团", "帮团", false},
		"a letter is composed without them":    {"Cafe\u200b\u0301", "Café", false},
		"joiners stay":                         {"👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧", false},
		"a Mongolian separator stays":          {"ᠭ\u180e\u200cᠡ", "ᠭ\u180e\u200cᠡ", false},
		"an isolate is refused":                {"abc\u2066txt", "", true},
		"a known private character is mapped":  {"王\ue863", "王䶮", false},
		"an unknown one is refused":            {"王\ue000", "", true},
		"a vertical tab is a line end":         {"帮\v团", "", true},
		"joiners alone are missing":            {"\u200d\u200c", "", true},
		"fillers alone are missing":            {"\u3164\u3164\u2800", "", true},
		"a bidirectional override is refused":  {"abc\u202etxt", "", true},
		"NUL is refused":                       {"a\x00b", "", true},
		"broken UTF-8 is refused":              {"a\xffb", "", true},
		"nothing but spaces is missing":        {" \u3000 ", "", true},
		"one character too few":                {"帮", "", true},
		"one character too many":               {"12345678901", "", true},
		"rare characters outside the BMP pass": {"𠮷野家", "𠮷野家", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, problem := Line(row.in, 2, 10)
			if (problem != nil) != row.fails {
				t.Fatalf("Line(%q): problem %v", row.in, problem)
			}
			if problem == nil && got != row.out {
				t.Errorf("Line(%q) = %q, want %q", row.in, got, row.out)
			}
			if problem != nil && !problem.Complete() {
				t.Errorf("Line(%q): a language is missing in %v", row.in, problem)
			}
		})
	}
}

func TestTextKeepsLines(t *testing.T) {
	t.Parallel()
	got, problem := Text("第一行\r\n\t第二行\r第三行\v第四行\n", 0, 100)
	if problem != nil || got != "第一行\n\t第二行\n第三行\n第四行" {
		t.Errorf("got %q, %v", got, problem)
	}
	if _, problem := Text("a\x1bb", 0, 100); problem == nil {
		t.Error("an escape character passed")
	}
}

func FuzzLine(f *testing.F) {
	for _, s := range []string{"帮帮团", "a\u0301", "\u202e", "\xff", "  x  "} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, problem := Line(s, 0, 50)
		if problem != nil {
			return
		}
		again, problem := Line(got, 0, 50)
		if problem != nil || again != got || !norm.NFC.IsNormalString(got) || !utf8.ValidString(got) {
			t.Errorf("Line is not settled: %q, then %q, %v", got, again, problem)
		}
	})
}
