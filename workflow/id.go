package workflow

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"time"
)

// NewID makes a UUIDv7 (RFC 9562): milliseconds, then randomness.
func NewID(now time.Time) ID {
	var seed [16]byte
	_, _ = rand.Read(seed[:]) // crypto/rand never fails
	return stampID(now, seed[:])
}

// deriveID makes the same UUIDv7 for the same instant and words, so that a decision stays pure.
func deriveID(now time.Time, words ...string) ID {
	h := sha256.New()
	for _, w := range words {
		h.Write([]byte(w))
		h.Write([]byte{0})
	}
	return stampID(now, h.Sum(nil))
}

// wellFormed tells whether a text is written as an id: the schema would choke on another.
func wellFormed(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		switch c := s[i]; {
		case i == 8 || i == 13 || i == 18 || i == 23:
			if c != '-' {
				return false
			}
		case !('0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'):
			return false
		}
	}
	return true
}

func stampID(now time.Time, seed []byte) ID {
	var b [16]byte
	copy(b[:], seed)
	ms := now.UnixMilli()
	for i := range 6 {
		b[i] = byte(ms >> (40 - 8*i))
	}
	b[6] = b[6]&0x0f | 0x70
	b[8] = b[8]&0x3f | 0x80
	s := hex.EncodeToString(b[:])
	return s[:8] + "-" + s[8:12] + "-" + s[12:16] + "-" + s[16:20] + "-" + s[20:]
}
