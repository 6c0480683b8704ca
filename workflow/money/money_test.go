package money_test

import (
	"encoding/csv"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"

	"incubase/workflow/money"
)

func TestCapitalVectors(t *testing.T) {
	t.Parallel()
	f, err := os.Open("testdata/capital_amount_vectors.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil || len(rows) < 10 {
		t.Fatal(len(rows), err)
	}
	for _, r := range rows[1:] {
		n, err := strconv.ParseInt(r[0], 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := money.Capital(money.Fen(n)); err != nil || got != r[1] {
			t.Errorf("Capital(%d) = %s, %v; want %s", n, got, err, r[1])
		}
		for _, form := range []string{r[1], r[2], "人民币" + r[1]} {
			if got, err := money.ParseCapital(form); err != nil || int64(got) != n {
				t.Errorf("ParseCapital(%s) = %d, %v; want %d", form, got, err, n)
			}
		}
	}
}

func TestCapitalAndBack(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for i := range 200_000 {
		f := money.Fen(r.Int64N(int64(money.Max)))
		for range i % 14 {
			f /= 10 // small amounts and trailing zeros as often as large ones
		}
		if i%3 == 0 {
			f -= f % 10000
		}
		s, err := money.Capital(f)
		if err != nil {
			t.Fatal(err)
		}
		if back, err := money.ParseCapital(s); err != nil || back != f {
			t.Fatalf("%d is %s, which reads back as %d, %v", f, s, back, err)
		}
	}
}

func TestParseYuan(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]money.Fen{"0": 0, "1": 100, "1.5": 150, "1.05": 105, "1,234.50": 123450, "007": 700,
		"999999999999.99": money.Max,
		" 1":              100, "１２，３４５．５": 1234550, "￥20000": 2000000, "¥ 20,000.00": 2000000, "20000元": 2000000,
		"20000元整":   2000000,
		"20000.5 元": 2000050,
		"CNY 20000": 2000000, "20000 CNY": 2000000, "人民币20000元": 2000000, "RMB20000": 2000000, "2万": 2000000, "２万元": 2000000,
		"1.5万元":    1500000,
		"0.00015万": 150, "1.2亿元": 12000000000, "2万元整": 2000000, "贰万元整": 2000000, "人民币贰万圆整": 2000000, "20000\u200b": 2000000} {
		if got, err := money.ParseYuan(in); err != nil || got != want {
			t.Errorf("ParseYuan(%q) = %d, %v; want %d", in, got, err, want)
		}
	}
	for _, in := range []string{"", "-1", "+1", "1e3", "2e4", "1.", ".5", "1.234", "1,23", "12,34,567", "2,00,000",
		"0,123", "0x10", "NaN", "Inf",
		"9223372036854775808", "1000000000000", "20.000,50", "25000,00", "20.000", "20000.0051", "1.005", "20 000", "10²",
		"２０００①", "$100", "2千", "2万5", "2万5千元",
		"1.23456789万", "贰万", "万", "元", "100-200", "约20000", "20000左右", "−5", "－5", "100%"} {
		if got, err := money.ParseYuan(in); err == nil {
			t.Errorf("ParseYuan(%q) = %d, want an error", in, got)
		}
	}
}

func TestParseHundredths(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]int64{"85": 8500, "85.5": 8550, "８５．２５": 8525, "0": 0} {
		if got, err := money.ParseHundredths(in); err != nil || got != want {
			t.Errorf("ParseHundredths(%q) = %d, %v; want %d", in, got, err, want)
		}
	}
	for _, in := range []string{"", "85元", "8万", "85.555", "-1", "¥85"} {
		if got, err := money.ParseHundredths(in); err == nil {
			t.Errorf("ParseHundredths(%q) = %d, want an error", in, got)
		}
	}
}

func TestAllocateAddsUp(t *testing.T) {
	t.Parallel()
	got, err := money.Allocate(100_01, []money.BasisPoints{3333, 3333, 3334})
	if err != nil || got[0] != 3333 || got[1] != 3333 || got[2] != 3335 {
		t.Fatal(got, err)
	}
	for _, bad := range [][]money.BasisPoints{nil, {5000}, {5000, 5001}, {-1, 10001}} {
		if got, err := money.Allocate(100, bad); err == nil {
			t.Errorf("Allocate(%v) = %v, want an error", bad, got)
		}
	}
	r := rand.New(rand.NewPCG(3, 4))
	for range 20_000 {
		a := money.BasisPoints(r.Int64N(10001))
		b := money.BasisPoints(r.Int64N(int64(money.Whole-a) + 1))
		total := money.Fen(r.Int64N(int64(money.Max)))
		parts, err := money.Allocate(total, []money.BasisPoints{a, b, money.Whole - a - b})
		if err != nil || parts[0]+parts[1]+parts[2] != total || parts[0] < 0 || parts[1] < 0 || parts[2] < 0 {
			t.Fatal(total, a, b, parts, err)
		}
	}
}

func TestYuan(t *testing.T) {
	t.Parallel()
	for f, want := range map[money.Fen]string{0: "0.00", 5: "0.05", 123450: "1,234.50", 100000000: "1,000,000.00",
		-150: "-1.50"} {
		if got := f.Yuan(); got != want {
			t.Errorf("%d is %s, want %s", int64(f), got, want)
		}
	}
}

func FuzzParseYuan(f *testing.F) {
	for _, s := range []string{"0", "1,234.50", "1e9", "-0", "99999999999999999999", "1.2.3"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if v, err := money.ParseYuan(s); err == nil {
			if again, err := money.ParseYuan(v.Yuan()); err != nil || again != v || v < 0 || v > money.Max {
				t.Fatalf("%q is %d, %s, which is %d, %v", s, v, v.Yuan(), again, err)
			}
		}
	})
}

func FuzzParseCapital(f *testing.F) {
	for _, s := range []string{"零元整", "贰拾万零捌仟元整", "人民币壹分", "壹亿", "拾元"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if v, err := money.ParseCapital(s); err == nil {
			c, err := money.Capital(v)
			if err != nil {
				t.Fatal(err)
			}
			if back, err := money.ParseCapital(c); err != nil || back != v {
				t.Fatalf("%q is %d, %s, which is %d, %v", s, v, c, back, err)
			}
		}
	})
}
