package region_test

import (
	"testing"

	"incubase/workflow/region"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, in, want string }{
		{"a province", "23", "23"},
		{"a padded province", "230000", "23"},
		{"a city", "2303", "2303"},
		{"a padded city", "230300", "2303"},
		{"a county", "230302", "230302"},
		{"a county padded to nine", "230302000", "230302"},
		{"a county padded to twelve", "230302000000", "230302"},
		{"a street", "230302004", "230302004"},
		{"a street padded to twelve", "230302004000", "230302004"},
		{"a community", "230302004007", "230302004007"},
		{"digits in full width, as an input method types them", "２３０３０２", "230302"},
		{"the country", "", ""},
		{"a town of Dongguan, which has no counties", "441900101", "441900101"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := region.Parse(tt.in)
			if err != nil || string(got) != tt.want {
				t.Fatalf("Parse(%q) = %q, %v; want %q", tt.in, got, err, tt.want)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for _, in := range []string{"2", "230", "23030", "2303021", "二三", "23a302", "000000", "00", "230002001",
		"230302000001"} {
		if got, err := region.Parse(in); err == nil {
			t.Errorf("Parse(%q) = %q, want an error", in, got)
		}
	}
}

func TestTree(t *testing.T) {
	t.Parallel()
	c := region.Code("230302004")
	if c.Level() != region.Street || c.Parent() != "230302" || c.City() != "2303" || c.Community() != "" {
		t.Errorf("%s: level %v parent %s city %s", c, c.Level(), c.Parent(), c.City())
	}
	d := region.Code("441900101")
	if d.Parent() != "4419" || d.County() != "" || !d.Within("4419") || d.Within("441900") {
		t.Errorf("%s: parent %s county %q", d, d.Parent(), d.County())
	}
	for _, tt := range []struct {
		a, b region.Code
		want bool
	}{{"230302", "23", true}, {"230302", "230302", true}, {"23", "230302", false}, {"230302", "2304", false},
		{"230302", "", true}} {
		if got := tt.a.Within(tt.b); got != tt.want {
			t.Errorf("%s within %q: %v", tt.a, tt.b, got)
		}
	}
	if got := region.Code("23").Padded(); got != "230000" {
		t.Errorf("padded %q", got)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"", "23", "230000", "441900101", "230302004007", "000000000000", "x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, err := region.Parse(s)
		if err != nil {
			return
		}
		again, err := region.Parse(string(c))
		if err != nil || again != c {
			t.Fatalf("Parse(%q) = %q, which parses as %q, %v", s, c, again, err)
		}
		for _, a := range c.Ancestors() {
			if !c.Within(a) {
				t.Fatalf("%s does not lie in its ancestor %s", c, a)
			}
		}
	})
}
