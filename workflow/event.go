package workflow

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Hash is a SHA-256 sum. The first event of a chain has the zero Hash as its previous one.
type Hash [sha256.Size]byte

func (h Hash) String() string { return hex.EncodeToString(h[:]) }

func (h Hash) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText reads hexadecimal; an empty text is the zero Hash.
func (h *Hash) UnmarshalText(b []byte) error {
	*h = Hash{}
	if len(b) == 0 {
		return nil
	}
	if hex.DecodedLen(len(b)) != len(h) {
		return fmt.Errorf("hash: want %d hexadecimal digits, got %d", 2*len(h), len(b))
	}
	_, err := hex.Decode(h[:], b)
	return err
}

// Event is one act on a case, never changed. Its payload can be erased while the chain still verifies: the chain
// covers the payload's hash.
type Event struct {
	Case              ID        `json:"case"`
	Seq               int       `json:"seq"` // from 1; the case's version after it
	Workflow          string    `json:"workflow"`
	DefinitionVersion int       `json:"definition_version"`
	Action            string    `json:"action"`
	From              State     `json:"from"` // "" for the birth
	To                State     `json:"to"`
	Actor             ID        `json:"actor"`
	ActorName         string    `json:"actor_name,omitempty"` // read for display; not part of the chain
	At                time.Time `json:"at"`                   // domain time, microseconds, UTC
	Payload           string    `json:"payload"`              // JSON of Payload, exactly as hashed; "" once erased
	PayloadHash       Hash      `json:"payload_hash"`
	Previous          Hash      `json:"previous_hash"`
	Hash              Hash      `json:"hash"`
	Erased            bool      `json:"-"` // erased on record; read, not part of the chain
}

type Payload struct {
	// random, so that no one can find an erased or hidden payload by trying its hash
	Salt   string         `json:"salt,omitempty"`
	Note   string         `json:"note,omitempty"`
	Fields map[string]any `json:"fields,omitempty"`
}

// Seal sets the hashes and cuts the time to microseconds, as the database does.
func (e *Event) Seal(previous Hash) {
	e.At = e.At.UTC().Truncate(time.Microsecond)
	e.PayloadHash = sha256.Sum256([]byte(e.Payload))
	e.Previous = previous
	e.Hash = sha256.Sum256(e.Canonical())
}

// Canonical returns the bytes that the chain hashes: a version word and the values in this order, joined by line
// feeds. No value may contain a line feed; the schema checks that.
//
//	incubase-event-1, case, seq, workflow, definition version, action, from, to, actor, unix microseconds,
//	payload hash (hex), previous hash (hex)
func (e *Event) Canonical() []byte {
	return []byte(strings.Join([]string{
		"incubase-event-1", e.Case, strconv.Itoa(e.Seq), e.Workflow, strconv.Itoa(e.DefinitionVersion), e.Action,
		string(e.From), string(e.To), e.Actor, strconv.FormatInt(e.At.UnixMicro(), 10),
		e.PayloadHash.String(), e.Previous.String(),
	}, "\n"))
}

// Verify recomputes the event's hashes. With erased set, it does not check the payload.
func (e *Event) Verify(previous Hash, erased bool) error {
	if e.Previous != previous {
		return fmt.Errorf("event %d of case %s: previous hash does not match the event before it", e.Seq, e.Case)
	}
	if !erased && Hash(sha256.Sum256([]byte(e.Payload))) != e.PayloadHash {
		return fmt.Errorf("event %d of case %s: payload was changed", e.Seq, e.Case)
	}
	if Hash(sha256.Sum256(e.Canonical())) != e.Hash {
		return fmt.Errorf("event %d of case %s: a value of the event was changed", e.Seq, e.Case)
	}
	return nil
}

// Salt returns the salt of a case's next event: 128 bits derived from the command's random secret, so that a decision
// stays pure. Facts without a secret have no salt.
func (f *Facts) Salt(id ID, seq int) string {
	if f.Secret == ([32]byte{}) {
		return ""
	}
	mac := hmac.New(sha256.New, f.Secret[:])
	_, _ = fmt.Fprintf(mac, "%s %d", id, seq)
	return hex.EncodeToString(mac.Sum(nil)[:16])
}

func EncodePayload(p Payload) (string, error) {
	b, err := json.Marshal(p)
	return string(b), err
}
