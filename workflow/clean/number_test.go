package clean

import "testing"

func TestWhole(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]int64{"24": 24, "1,200": 1200, "１２００": 1200, "24人": 24, "24.0": 24, " 24 ": 24,
		"1,234,567": 1234567, "-5": -5, "－5": -5, "0": 0, "24 人次": 24} {
		if got, problem := Whole(in); problem != nil || got != want {
			t.Errorf("Whole(%q) = %d, %v; want %d", in, got, problem, want)
		}
	}
	for _, in := range []string{"", "1,2", "20余", "1e3", "24.5", "24.", "0x10", "1,2000", "12,34", "2²", "②", "NaN",
		"9223372036854775808", "约24", "20-30", "1 200", "人"} {
		if got, problem := Whole(in); problem == nil || !problem.Complete() {
			t.Errorf("Whole(%q) = %d, %v; want a problem", in, got, problem)
		}
	}
}

func TestPhone(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"": "", "13900000000": "13900000000", "139 0000 0000": "13900000000",
		"139－0000－0000": "13900000000", "１３９００００００００": "13900000000",
		"+86 139 0000 0000": "13900000000", "0086-13900000000": "13900000000", "+86 467 2345678": "0467-2345678",
		"（0467）2345678": "0467-2345678", "04672345678": "0467-2345678", "0467 234 5678": "0467-2345678",
		"010-12345678、010-87654321": "010-12345678 / 010-87654321", "13900000000/13911111111": "13900000000 / 13911111111",
		"13900000000 13911111111": "13900000000 / 13911111111",
		"13900000000；13900000000": "13900000000", "0467-2345678转801": "0467-2345678-801",
		"0467-2345678-801": "0467-2345678-801", "0467-2345678 ext 801": "0467-2345678-801",
		"0467-2345678 EXT.801": "0467-2345678-801", "0467-2345678（分机）801": "", "400-800-1234": "400-800-1234",
		"4008001234": "400-800-1234", "12345": "12345", "2345678": "2345678", "+44 20 7946 0958": "+442079460958",
		"0467\u20112345678": "0467-2345678", "0467-123456": "0467-123456"} {
		got, problem := Phone(in)
		if want == "" && in != "" {
			if problem == nil {
				t.Errorf("Phone(%q) = %q; want a problem", in, got)
			}
			continue
		}
		if problem != nil || got != want {
			t.Errorf("Phone(%q) = %q, %v; want %q", in, got, problem, want)
		}
		if again, problem := Phone(got); problem != nil || again != got {
			t.Errorf("Phone(%q) is %q, which reads as %q, %v", in, got, again, problem)
		}
	}
	for _, in := range []string{"call me", "139000000", "139000000001", "0467", "2345678 801", "13900000000转801", "123",
		"１", "0467-2345678转", "++44123456"} {
		if got, problem := Phone(in); problem == nil || !problem.Complete() {
			t.Errorf("Phone(%q) = %q, %v; want a problem", in, got, problem)
		}
	}
}

func TestIdentity(t *testing.T) {
	t.Parallel()
	for _, same := range [][]string{
		{"样例小工坊（东风）", "样例小工坊(东风)", "样例⼩⼯坊（东风）", "样例小工坊 （东风）", "样例小工坊［东风］", "样例小工坊东风", "样例小工坊\u200b（东风）", "样例小工坊\u3000（东风）"},
		{"样例ABC队", "样例ＡＢＣ队", "样例abc队"},
		{"“样例号”", `"样例号"`, "「样例号」", "'样例号'", "《样例号》"},
		{"C-15", "c-15", "Ｃ-15", "C－15", "C–15", "C 15", "C15", "c‑15"},
		{"阿卜杜·热合曼", "阿卜杜•热合曼", "阿卜杜・热合曼"},
		{"⻰江协会", "龙江协会"},
	} {
		for _, s := range same {
			if Identity(s) != Identity(same[0]) {
				t.Errorf("%q is %q, %q is %q", s, Identity(s), same[0], Identity(same[0]))
			}
		}
	}
	for _, other := range [][2]string{{"样例一队", "样例二队"}, {"C-15", "C-16"}, {"样例1.5", "样例15"}} {
		if Identity(other[0]) == Identity(other[1]) {
			t.Errorf("%q and %q are taken for the same", other[0], other[1])
		}
	}
}
