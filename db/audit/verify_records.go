package audit

import (
	"context"
	"crypto/sha256"
	"fmt"
	"strconv"
	"strings"
	"time"

	"incubase/db/pg"
	"incubase/db/records"
	"incubase/workflow"
)

func (d *Verifier) verifyRecords(ctx context.Context, idle int, report func(pg.Problem)) (n int, err error) {
	var last records.RecordLogRow
	for {
		begun := time.Now()
		var rows []records.RecordLogRow
		if err := d.Read.All(ctx, &rows, "verify_records", last.Kind, last.ID, last.Seq, pg.VerifyPage); err != nil {
			return n, err
		}
		for i := range rows {
			verifyRecord(&last, &rows[i], report)
			d.verifyEntry(&rows[i], report)
			last = rows[i]
		}
		n += len(rows)
		if len(rows) < pg.VerifyPage {
			return n, nil
		}
		if err := rest(ctx, idle, begun); err != nil {
			return n, err
		}
	}
}

// canonical returns the bytes that a record's chain hashes; the schema's log_record writes the same.
func canonical(r *records.RecordLogRow) []byte {
	return []byte(strings.Join([]string{"incubase-record-1", r.Kind, r.ID, strconv.Itoa(r.Seq), r.Op, r.Actor,
		strconv.FormatInt(r.At.UnixMicro(), 10), pg.HashOf(r.BodyHash).String(), pg.HashOf(r.Previous).String()}, "\n"))
}

func verifyRecord(last, r *records.RecordLogRow, report func(pg.Problem)) {
	name := fmt.Sprintf("%s %s entry %d", r.Kind, r.ID, r.Seq)
	say := func(table, what string) { report(pg.Problem{Table: table, Row: name, What: what}) }
	expected, previous := 1, workflow.Hash{}
	if last.Kind == r.Kind && last.ID == r.ID {
		expected, previous = last.Seq+1, pg.HashOf(last.Hash)
	}
	if r.Seq != expected {
		say("record_log", fmt.Sprintf("entry %d is missing before it", expected))
	}
	if pg.HashOf(r.Previous) != previous {
		say("record_log", "previous hash does not match the entry before it")
	}
	switch {
	case r.Body == nil && !r.Erased:
		say("record_bodies", "what was said is gone without an erasure")
	case r.Body != nil && workflow.Hash(sha256.Sum256([]byte(*r.Body))) != pg.HashOf(r.BodyHash):
		say("record_bodies", "what was said was changed")
	}
	if workflow.Hash(sha256.Sum256(canonical(r))) != pg.HashOf(r.Hash) {
		say("record_log", "a value of the entry was changed")
	}
}
