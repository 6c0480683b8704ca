package workflow

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"hash"
	"strings"
	"time"

	"incubase/workflow/calendar"
)

// Stamp is what a store says of the rows that a case is shown from, without showing it. A store gives the same stamp with
// a case that is loaded and for the mere question.
type Stamp struct {
	Version int         // of the case
	Rows    string      // versions and names of all rows: another whenever one of them says something else
	Turns   []time.Time // when what is offered changes by itself: ends of clocks, the closing of the round
}

// With is the stamp of an answer that says more of the case than the rows it is shown from.
func (s Stamp) With(more string) Stamp {
	s.Rows += "\n" + more
	return s
}

// Moment is the domain's time and calendar. Take it before the rows are read: if an end passes meanwhile the seal is of
// the time before, and the next question gets another.
type Moment struct {
	Now      time.Time
	Calendar *calendar.Calendar
}

// Moment is now.
func (d *Desk) Moment() Moment { return Moment{d.Clock.Now(), d.Clock.Calendar()} }

// Seal sums up everything that an answer made of stamped rows depends on beside the program and the language: who asks with
// which rights, the rows, the day, which ends have passed, and the calendar. Equal seals are equal answers.
func (m Moment) Seal(a Actor, stamps ...Stamp) string {
	h := sha256.New()
	who, _ := json.Marshal(a) // strings only
	put(h, who)
	put(h, []byte(calendar.DateOf(m.Now).String()))
	if m.Calendar != nil {
		sum := m.Calendar.Sum()
		put(h, sum[:])
	}
	for _, s := range stamps {
		put(h, []byte(s.Rows))
		for _, t := range s.Turns { // some rules look whether an end has come, some whether it is over
			put(h, []byte{byte(m.Now.Compare(t))})
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

// put writes a part with its length, so that no two lists of parts are one.
func put(h hash.Hash, part []byte) {
	var n [4]byte
	binary.BigEndian.PutUint32(n[:], uint32(len(part)))
	_, _ = h.Write(n[:])
	_, _ = h.Write(part)
}

// eventsMark is what a time line says beyond the case's version: the names of who acted, and what has been erased. A store
// that is merely asked says the same (see db/sql/session_actor.sql).
func eventsMark(events []Event) string {
	var b strings.Builder
	for i, e := range events {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(e.ActorName)
		if e.Erased {
			b.WriteByte('\t')
		}
	}
	return b.String()
}
