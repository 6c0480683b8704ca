// Package factor makes and checks time-based one-time passwords (RFC 6238) as authenticator apps do: SHA-1, six
// digits, thirty seconds.
package factor

import (
	"bytes"
	"crypto/rand"
	"encoding/base32"
	"fmt"
	"image/png"
	"net/url"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
)

const Step = 30 * time.Second

// window is how many steps a device's clock may be off, either way.
const window = 1

var base = base32.StdEncoding.WithPadding(base32.NoPadding)

func NewSecret() []byte {
	b := make([]byte, 20)
	_, _ = rand.Read(b) // never fails
	return b
}

// Text returns a secret for typing, in groups of four.
func Text(secret []byte) string {
	s := base.EncodeToString(secret)
	var groups []string
	for ; len(s) > 4; s = s[4:] {
		groups = append(groups, s[:4])
	}
	return strings.Join(append(groups, s), " ")
}

func URI(secret []byte, issuer, login string) string {
	q := url.Values{"secret": {base.EncodeToString(secret)}, "issuer": {issuer}, "algorithm": {"SHA1"}, "digits": {"6"},
		"period": {"30"}}
	return (&url.URL{Scheme: "otpauth", Host: "totp", Path: "/" + issuer + ":" + login, RawQuery: q.Encode()}).String()
}

// Picture returns the URI as a QR code, a PNG of size by size pixels.
func Picture(uri string, size int) ([]byte, error) {
	key, err := otp.NewKeyFromURL(uri)
	if err != nil {
		return nil, fmt.Errorf("draw a secret: %w", err)
	}
	img, err := key.Image(size, size)
	if err != nil {
		return nil, fmt.Errorf("draw a secret: %w", err)
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		return nil, fmt.Errorf("draw a secret: %w", err)
	}
	return b.Bytes(), nil
}

func Code(secret []byte, at time.Time) (string, error) {
	return hotp.GenerateCodeCustom(base.EncodeToString(secret), uint64(step(at)), options)
}

var options = hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1}

func step(at time.Time) int64 { return at.Unix() / int64(Step/time.Second) }

// Match returns the code's step within the window, if it is later than the last used one: a code is accepted once.
func Match(secret []byte, code string, at time.Time, last int64) (int64, bool) {
	for n := step(at) - window; n <= step(at)+window; n++ {
		ok, err := hotp.ValidateCustom(Digits(code), uint64(n), base.EncodeToString(secret), options)
		if err == nil && ok && n > last {
			return n, true
		}
	}
	return 0, false
}

// Digits returns a typed code without blanks and hyphens, with full-width digits as plain ones.
func Digits(code string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '０' && r <= '９':
			return r - '０' + '0'
		case r == ' ' || r == '-' || r == '\u3000':
			return -1
		}
		return r
	}, code)
}
