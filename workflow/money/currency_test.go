package money_test

import (
	"testing"

	"incubase/workflow/money"
)

func TestParseMinor(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in, currency string
		want         money.Fen
		exact, ok    bool
	}{
		{"15000", "GBP", 1500000, true, true},
		{"0.1", "GBP", 10, true, true},
		{"40000.0", "GBP", 4000000, true, true},
		{"12.345", "GBP", 1234, false, true},
		{"12.345", "KWD", 12345, true, true},
		{"500", "JPY", 500, true, true},
		{"500.5", "JPY", 500, false, true},
		{"-200.5", "GBP", -20050, true, true},
		{"1e3", "EUR", 100000, true, true},
		{"1.5E-3", "EUR", 0, false, true},
		{"0", "GBP", 0, true, true},
		{"999999999999.99", "GBP", money.Max, true, true},
		{"1000000000000", "GBP", 0, true, false},
		{"", "GBP", 0, false, false},
		{"12,000", "GBP", 0, false, false},
		{"1e99", "GBP", 0, false, false},
		{"NaN", "GBP", 0, false, false},
	} {
		got, exact, err := money.ParseMinor(c.in, c.currency)
		if (err == nil) != c.ok || c.ok && (got != c.want || exact != c.exact) {
			t.Errorf("%s %s: %d %v %v, want %d %v %v", c.in, c.currency, got, exact, err, c.want, c.exact, c.ok)
		}
	}
}

func TestInItsOwnCurrency(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		n              money.Fen
		currency, want string
	}{
		{123456789, "GBP", "1,234,567.89 GBP"}, {5, "GBP", "0.05 GBP"}, {0, "CNY", "0.00 CNY"}, {1234, "JPY", "1,234 JPY"},
		{1234, "KWD", "1.234 KWD"}, {-100, "EUR", "-1.00 EUR"},
	} {
		if got := c.n.In(c.currency); got != c.want {
			t.Errorf("%d: %s, want %s", c.n, got, c.want)
		}
	}
	if !money.KnownCurrency("GBP") || money.KnownCurrency("ABC") || money.KnownCurrency("gbp") ||
		money.KnownCurrency(money.NoCurrency) {
		t.Error("the list of currencies is not ISO 4217's")
	}
}
