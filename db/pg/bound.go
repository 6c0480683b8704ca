package pg

import (
	"fmt"
	"time"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"incubase/workflow/machine"
)

func init() {
	AppendOnly = append(AppendOnly, "record_macs", "coachings", "results")
	OwnersOnly = append(OwnersOnly, "row_keys")
}

// unbound lists the columns that a row's MAC leaves out: what follows from other rows (verify recomputes it), what
// workers update, and what another MAC covers. Every other column is bound, future ones too.
var unbound = map[string][]string{
	"cases": {"last_hash", "updated_at", "due_on", "place"}, // chain head; timestamp; from clocks; generated
	// The digest stands for the body, which can be erased; draft is no column.
	"case_answers": {"body", "seq", "erased_at", "draft"},
	"postings":     {"id", "case_id", "seq"},
	"papers":       {"case_id", "seq", "serial"}, // the statement numbers it; check counts
	"signals":      {"from_case", "from_seq", "done_at", "tries", "next_at", "problem"},
	"coachings":    {"case_id", "seq"},
	"results":      {"case_id", "seq"},
	// The event binds these, or they are compared with its payload, which can be erased.
	"objections": {"row_mac", "code", "at", "anonymous", "files", "name", "contact", "text", "reason", "erased_at"},
	"sessions":   {"row_mac", "last_seen_at", "ended_at"},
	// case_mac binds the file to its case, see verify_erasures; the event names its files.
	"attachments": {"row_mac", "case_mac", "case_id", "erased_at", "content_gone", "seq"},
	"definitions": {"created_at"},
	// The envelope and the state follow from ledger and case; the version counts their changes too.
	"rounds": {"version", "state", "held_fen", "held_awards", "committed_fen", "paid_fen", "returned_fen", "awards",
		"updated_at"},
	// A code's lifetime is bounded by when it was issued; tries count wrong entries.
	"account_codes": {"waits_until", "expires_at", "tries", "used_at", "told_at"},
}

// canonical returns a row, written by Go or read by to_jsonb, as canonical JSON (RFC 8785). It leaves out empty
// values (null, "", 0, false, [], {}), so that a column added later, empty in existing rows, changes no MAC.
func canonical(table string, row []byte) ([]byte, error) {
	var fields map[string]jsontext.Value
	if err := jsonv2.Unmarshal(row, &fields); err != nil {
		return nil, fmt.Errorf("bind a row of %s: %w", table, err)
	}
	for _, name := range unbound[table] {
		delete(fields, name)
	}
	if table == "cases" {
		if err := boundCase(fields); err != nil {
			return nil, fmt.Errorf("bind a row of %s: %w", table, err)
		}
	}
	for name, value := range fields {
		if emptyValue(value) {
			delete(fields, name)
		} else if at, ok := instantOf(value); ok {
			fields[name] = at
		}
	}
	text, err := jsonv2.Marshal(fields)
	if err != nil {
		return nil, fmt.Errorf("bind a row of %s: %w", table, err)
	}
	value := jsontext.Value(text)
	if err := value.Canonicalize(); err != nil {
		return nil, fmt.Errorf("bind a row of %s: %w", table, err)
	}
	return value, nil
}

func emptyValue(v jsontext.Value) bool {
	switch string(v) {
	case "null", `""`, "0", "false", "[]", "{}":
		return true
	}
	return false
}

// instantOf normalises a time to UTC: PostgreSQL writes it in the zone of its session.
func instantOf(value jsontext.Value) (jsontext.Value, bool) {
	if len(value) < len(`"2006-01-02T15:04:05Z"`) || len(value) > 40 {
		return nil, false
	}
	at, err := time.Parse(`"`+time.RFC3339Nano+`"`, string(value))
	if err != nil {
		return nil, false
	}
	return jsontext.Value(at.UTC().Format(`"` + time.RFC3339Nano + `"`)), true
}

// boundCase removes from a case what depends on the calendar, and from a round what its record binds.
func boundCase(fields map[string]jsontext.Value) error {
	round := string(fields["workflow"]) == `"`+machine.RoundWorkflow+`"`
	if round {
		delete(fields, "title")
		delete(fields, "agency_id")
	}
	if parent := fields["parent_id"]; string(fields["version"]) == "1" && (parent == nil || parent.Kind() == 'n') {
		delete(fields, "ref") // the statement that opens a case numbers it; its next event binds the number
	}
	var clocks []map[string]jsontext.Value
	if err := jsonv2.Unmarshal(fields["clocks"], &clocks); err != nil {
		return err
	}
	for _, k := range clocks {
		delete(k, "due_on")
		delete(k, "provisional")
		delete(k, "paused")
		if round {
			delete(k, "at") // follows the record, see verifyCase
		}
	}
	text, err := jsonv2.Marshal(clocks)
	fields["clocks"] = text
	return err
}
