package credit_test

import (
	"encoding/csv"
	"os"
	"testing"

	"incubase/workflow/credit"
)

func TestVectors(t *testing.T) {
	t.Parallel()
	f, err := os.Open("testdata/uscc_vectors.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil || len(rows) < 15 {
		t.Fatal(len(rows), err)
	}
	for _, r := range rows[1:] {
		_, problems := credit.Check(r[0], credit.Rules{})
		var layers []credit.Layer
		for _, p := range problems {
			layers = append(layers, p.Layer)
			if !p.Message.Complete() {
				t.Errorf("%s: a message lacks a language", r[0])
			}
		}
		first := credit.Layer("")
		if len(layers) > 0 {
			first = layers[0]
		}
		want := map[string]credit.Layer{"valid": "", "trap": credit.OrganizationCode, "invalid": credit.Characters}[r[6]]
		if first != want {
			t.Errorf("%s (%s): first failing layer %q, want %q", r[0], r[7], first, want)
		}
	}
}

func TestThirdLayer(t *testing.T) {
	t.Parallel()
	rules := credit.Rules{Prefixes: []string{"51", "52"}, KnownRegion: func(s string) bool { return s == "230302" }}
	if _, p := credit.Check(credit.Generate("52", "230302", 7), rules); len(p) != 0 {
		t.Errorf("a service organization of a known county: %v", p)
	}
	if _, p := credit.Check("91110108735106340Y", rules); len(p) != 2 || p[0].Layer != credit.Prefix {
		t.Errorf("an enterprise of an unknown county: %v", p)
	}
}

func TestNormalizeAndSuggest(t *testing.T) {
	t.Parallel()
	if got := credit.Normalize("５２６１０５００ mju60350x1　"); got != "52610500MJU60350X1" {
		t.Error(got)
	}
	if got := credit.Suggest("5261O5OOMJU6O35OXI"); got != "52610500MJU60350X1" {
		t.Error(got)
	}
	if got := credit.Suggest("52610500MJU60350X1"); got != "" {
		t.Error("nothing to suggest, got", got)
	}
}

func FuzzCheck(f *testing.F) {
	for _, s := range []string{"", "91350100M000100Y43", "123456789012345678", "52610500mju60350x1",
		"９１３５０１００Ｍ０００１００Ｙ４３"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, problems := credit.Check(s, credit.Rules{})
		if len(problems) == 0 && len(c.Text) != 18 {
			t.Fatalf("%q passes as %q", s, c.Text)
		}
		credit.Suggest(s)
	})
}

func FuzzGenerate(f *testing.F) {
	f.Add(1)
	f.Add(99999999)
	f.Fuzz(func(t *testing.T, n int) {
		if n < 0 {
			n = -(n + 1)
		}
		if _, p := credit.Check(credit.Generate("51", "231102", n), credit.Rules{}); len(p) != 0 {
			t.Fatal(n, p)
		}
	})
}
