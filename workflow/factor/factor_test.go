package factor

import (
	"bytes"
	"image/png"
	"strings"
	"testing"
	"time"
)

// TestCodes holds the values of RFC 6238 appendix B, cut to six digits, the window of one step, and single use.
func TestCodes(t *testing.T) {
	t.Parallel()
	secret := []byte("12345678901234567890")
	for at, want := range map[int64]string{59: "287082", 1111111109: "081804", 1234567890: "005924",
		20000000000: "353130"} {
		if got, err := Code(secret, time.Unix(at, 0)); err != nil || got != want {
			t.Errorf("at %d: %s %v, want %s", at, got, err, want)
		}
	}
	now := time.Unix(1_800_000_000, 0)
	code, err := Code(secret, now)
	if err != nil {
		t.Fatal(err)
	}
	for off, want := range map[time.Duration]bool{0: true, Step: true, -Step: true, 2 * Step: false, -2 * Step: false} {
		if _, ok := Match(secret, code, now.Add(off), 0); ok != want {
			t.Errorf("the server is %v ahead: %v, want %v", off, ok, want)
		}
	}
	n, ok := Match(secret, code[:3]+" "+code[3:], now, 0)
	if !ok {
		t.Fatal("a blank in the middle is no other code")
	}
	if _, ok := Match(secret, code, now.Add(Step), n); ok {
		t.Error("a code is accepted twice")
	}
	for _, wrong := range []string{"", "12345", "1234567", "abcdef", code + "0"} {
		if _, ok := Match(secret, wrong, now, 0); ok {
			t.Errorf("%q is accepted", wrong)
		}
	}
}

func TestPicture(t *testing.T) {
	t.Parallel()
	secret := NewSecret()
	uri := URI(secret, "Incubase", "li.na@x")
	if !strings.HasPrefix(uri, "otpauth://totp/Incubase:li.na@x?") ||
		!strings.Contains(uri, "secret="+strings.ReplaceAll(Text(secret), " ", "")) {
		t.Error(uri)
	}
	b, err := Picture(uri, 240)
	if err != nil {
		t.Fatal(err)
	}
	if img, err := png.Decode(bytes.NewReader(b)); err != nil || img.Bounds().Dx() != 240 {
		t.Errorf("%v", err)
	}
}
