package money

import (
	"slices"
	"strconv"
	"strings"
)

// NoCurrency is ISO 4217's code for amounts without a known currency.
const NoCurrency = "XXX"

// currencies are the codes of ISO 4217 (list one, 2024).
var currencies = strings.Fields(
	`AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD
	CAD CDF CHF CLF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL
	HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK
	MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR
	SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYI UYU UYW UZS VED VES VND
	VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG`)

var minorPlaces = map[string]int{"BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0,
	"PYG": 0, "RWF": 0,
	"UGX": 0, "UYI": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0, "BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3,
	"OMR": 3, "TND": 3, "CLF": 4, "UYW": 4}

func KnownCurrency(code string) bool { return slices.Contains(currencies, code) }

// Places returns the decimal places of a currency's minor unit.
func Places(currency string) int {
	if n, ok := minorPlaces[currency]; ok {
		return n
	}
	return 2
}

// ParseMinor reads a JSON number ("64000", "64000.5", "-1e3") into minor units, without binary fractions. exact is
// false where digits beyond the minor unit were cut off (towards zero).
func ParseMinor(s, currency string) (n Fen, exact bool, err error) {
	bad := wrong("金额应是数字", "an amount is a number")
	sign, s := strings.HasPrefix(s, "-"), strings.TrimPrefix(s, "-")
	s, exponent, hasExponent := strings.Cut(strings.ToLower(s), "e")
	e := 0
	if hasExponent {
		if e, err = strconv.Atoi(exponent); err != nil || e < -40 || e > 40 {
			return 0, false, bad
		}
	}
	whole, frac, _ := strings.Cut(s, ".")
	if whole == "" || strings.Trim(whole+frac, "0123456789") != "" || len(whole)+len(frac) > 40 {
		return 0, false, bad
	}
	digits, point := whole+frac, len(whole)+e+Places(currency)
	if point < 0 {
		digits, point = strings.Repeat("0", -point)+digits, 0
	}
	if point > len(digits) {
		digits += strings.Repeat("0", point-len(digits))
	}
	exact = strings.Trim(digits[point:], "0") == ""
	kept := strings.TrimLeft(digits[:point], "0")
	if len(kept) > 14 {
		return 0, exact, wrong("金额太大", "the amount is too large")
	}
	v, _ := strconv.ParseInt("0"+kept, 10, 64) // at most 14 digits
	if sign {
		v = -v
	}
	return Fen(v), exact, nil
}

// In returns an amount in its own currency: 1,234.50 CNY, 1,234 JPY.
func (f Fen) In(currency string) string {
	n := Places(currency)
	sign, s := "", strconv.FormatInt(int64(f), 10)
	if f < 0 {
		sign, s = "-", s[1:]
	}
	if len(s) <= n {
		s = strings.Repeat("0", n+1-len(s)) + s
	}
	whole, frac := s[:len(s)-n], s[len(s)-n:]
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if n > 0 {
		frac = "." + frac
	}
	return sign + whole + frac + " " + currency
}
