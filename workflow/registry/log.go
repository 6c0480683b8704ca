package registry

import (
	"crypto/sha256"
	"fmt"
	"strconv"
	"strings"
	"time"

	"incubase/workflow"
)

// RecordEntry is one change in the log of a record: inserted once, never changed. The chain covers the hash of its
// body, so that personal data can be erased and the chain still verifies.
type RecordEntry struct {
	Kind      workflow.RecordKind `json:"kind"`
	Record    string              `json:"record"`
	Seq       int                 `json:"seq"` // from 1
	Op        string              `json:"op"`
	Actor     workflow.ID         `json:"actor"`
	ActorName string              `json:"actor_name,omitempty"` // for display; not part of the chain
	At        time.Time           `json:"at"`                   // domain time
	// JSON {"note":..., "record":...}, exactly as hashed; "" once erased
	Body     string        `json:"body"`
	Erased   bool          `json:"erased,omitempty"`
	BodyHash workflow.Hash `json:"body_hash"`
	Previous workflow.Hash `json:"previous_hash"`
	Hash     workflow.Hash `json:"hash"`
}

type RecordBody struct {
	Note   string `json:"note,omitempty"`
	Record any    `json:"record"`
}

// Canonical is the byte string that the chain hashes; the schema's function log_record builds the same.
//
//	incubase-record-1, kind, record, seq, op, actor, unix microseconds, body hash (hex), previous hash (hex)
func (e *RecordEntry) Canonical() []byte {
	return []byte(strings.Join([]string{"incubase-record-1", string(e.Kind), e.Record, strconv.Itoa(e.Seq), e.Op, e.Actor,
		strconv.FormatInt(e.At.UnixMicro(), 10), e.BodyHash.String(), e.Previous.String()}, "\n"))
}

// Verify recomputes the entry's hashes against the entry before it (the zero Entry before the first).
func (e *RecordEntry) Verify(before RecordEntry) error {
	where := fmt.Sprintf("entry %d of %s %s", e.Seq, e.Kind, e.Record)
	switch {
	case e.Seq != before.Seq+1:
		return fmt.Errorf("%s: the entry before it is missing", where)
	case e.Previous != before.Hash:
		return fmt.Errorf("%s: the previous hash does not match the entry before it", where)
	case !e.Erased && workflow.Hash(sha256.Sum256([]byte(e.Body))) != e.BodyHash:
		return fmt.Errorf("%s: what was said was changed", where)
	case workflow.Hash(sha256.Sum256(e.Canonical())) != e.Hash:
		return fmt.Errorf("%s: a value of the entry was changed", where)
	}
	return nil
}
