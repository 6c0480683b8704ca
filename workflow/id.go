package workflow

import (
	"crypto/sha256"
	"encoding/binary"
	"strings"
	"time"

	"github.com/google/uuid"
)

// NewID returns a random UUIDv7 of an instant. uuid.NewV7 would use the machine's clock, which is not the clock of
// cases.
func NewID(now time.Time) ID { return timed(uuid.New(), now) }

// DeriveID returns the same UUIDv7 for the same instant and words, so that a decision stays pure.
func DeriveID(now time.Time, words ...string) ID {
	return timed(uuid.NewHash(sha256.New(), uuid.Nil, []byte(strings.Join(words, "\x00")), 7), now)
}

// timed returns an id with the milliseconds of an instant in front (RFC 9562, 5.7).
func timed(u uuid.UUID, now time.Time) ID {
	var ms [8]byte
	binary.BigEndian.PutUint64(ms[:], uint64(now.UnixMilli()))
	copy(u[:6], ms[2:])
	u[6] = u[6]&0x0f | 0x70
	return u.String()
}

// IsUUID reports whether a text is an id in PostgreSQL's canonical form, in either case. IsID asks for lower case:
// Faults.IDs refuses others; a field of a definition and an erasure accept them, as PostgreSQL compares the values.
func IsUUID(s string) bool { return len(s) == 36 && uuid.Validate(s) == nil }
