package db

import (
	"fmt"
	"time"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"incubase/workflow"
)

func init() {
	appendOnly = append(appendOnly, "record_macs", "coachings")
	ownersOnly = append(ownersOnly, "row_keys")
}

// unbound are the columns that a MAC of a row leaves out: what follows from other rows (verify recomputes it), what
// machines note about their own work, and what another MAC covers. Every other column is bound, a new one too.
var unbound = map[string][]string{
	"cases": {"last_hash", "updated_at", "due_on", "place"}, // the chain's head; noted; from the clocks; generated
	// the digest stands for the body, which can be erased; draft is no column
	"case_answers": {"body", "seq", "erased_at", "draft"},
	"postings":     {"id", "case_id", "seq"},
	"papers":       {"case_id", "seq", "serial"}, // the statement numbers it; check counts
	"signals":      {"from_case", "from_seq", "done_at", "tries", "next_at", "problem"},
	"coachings":    {"case_id", "seq"},
	// What was brought is bound by its event, or compared with what that said, which can be erased.
	"objections": {"row_mac", "code", "at", "anonymous", "files", "name", "contact", "text", "reason", "erased_at"},
	"sessions":   {"row_mac", "last_seen_at", "ended_at"},
	// case_mac is about its case, see verify_erasures; the event names the files that it brought.
	"attachments": {"row_mac", "case_mac", "case_id", "erased_at", "content_gone", "seq"},
	"definitions": {"created_at"},
	// The envelope and the state follow from the ledger and the case; the version counts changes of these too.
	"rounds": {"version", "state", "held_fen", "held_awards", "committed_fen", "paid_fen", "returned_fen", "awards",
		"updated_at"},
	// Of a code: how long it holds is bounded by when it was given; tries count wrong ones.
	"account_codes": {"waits_until", "expires_at", "tries", "used_at", "told_at"},
}

// canonical returns a row as it is bound, in canonical JSON (RFC 8785): written by Go, or read by to_jsonb. Empty
// values (null, "", 0, false, [], {}) are left out, so that a column which a later release adds, empty in the rows
// there are, changes no MAC.
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

// emptyValue reports whether a value of JSON says nothing.
func emptyValue(v jsontext.Value) bool {
	switch string(v) {
	case "null", `""`, "0", "false", "[]", "{}":
		return true
	}
	return false
}

// instantOf is a time in one form: PostgreSQL writes the zone of its session.
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

// boundCase takes out of a case what depends on the calendar, and of a round what its record binds.
func boundCase(fields map[string]jsontext.Value) error {
	round := string(fields["workflow"]) == `"`+workflow.RoundWorkflow+`"`
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

// bindDocument fills in the MACs of what a commit writes: of every case in it with its events and their rows.
func (k RowKey) bindDocument(doc *document, cases ...*workflow.Case) error {
	if len(k) == 0 {
		return nil
	}
	written, err := k.written(doc)
	if err != nil {
		return err
	}
	for i := range doc.Objections {
		if err := k.bindObjection(&doc.Objections[i]); err != nil {
			return err
		}
	}
	for i := range doc.Objected {
		if err := k.bindObjection(&doc.Objected[i]); err != nil {
			return err
		}
	}
	for i := range doc.Attach {
		doc.Attach[i].MAC = new(k.attached(doc.Attach[i].File, cases[0].ID))
	}
	for i := range doc.Voids {
		doc.Voids[i].MAC = new(bytea(k.void(doc.Voids[i])))
	}
	heads := map[workflow.ID]*workflow.Case{}
	for _, c := range cases {
		heads[c.ID] = c
	}
	bind := func(id workflow.ID, seq int, hash string, row, rows **string) error {
		mac, err := k.event(hash, written[eventKey{id, seq}])
		if err != nil {
			return err
		}
		*rows = new(bytea(mac))
		if c := heads[id]; c != nil && c.Version == seq {
			if mac, err = k.rowOf("cases", newCaseDoc(c)); err != nil {
				return err
			}
			*row = new(bytea(mac))
		}
		return nil
	}
	for i := range doc.Events {
		e := &doc.Events[i]
		if err := bind(e.Case, e.Seq, e.Hash, &e.RowMAC, &e.RowsMAC); err != nil {
			return err
		}
	}
	return nil
}

type eventKey struct {
	on  workflow.ID
	seq int
}

// written are the rows that name the events of a commit.
func (k RowKey) written(doc *document) (map[eventKey]wrote, error) {
	all := map[eventKey]wrote{}
	var failed error
	add := func(id workflow.ID, seq int, table string, row any) {
		key := eventKey{id, seq}
		if all[key] == nil {
			all[key] = wrote{}
		}
		if err := all[key].add(table, row); err != nil {
			failed = err
		}
	}
	for i := range doc.Answers {
		a := &doc.Answers[i]
		digest, err := k.digest(a.Body)
		if err != nil {
			return nil, err
		}
		a.Digest = new(bytea(digest))
		add(a.Case, a.Seq, "case_answers", a)
	}
	for i := range doc.Postings {
		add(doc.Postings[i].Case, doc.Postings[i].Seq, "postings", &doc.Postings[i])
	}
	for i := range doc.Papers {
		add(doc.Papers[i].Case, doc.Papers[i].Seq, "papers", &doc.Papers[i])
	}
	for i := range doc.Signals {
		add(doc.Signals[i].From, doc.Signals[i].Seq, "signals", &doc.Signals[i])
	}
	for i := range doc.Coached {
		add(doc.Coached[i].Case, doc.Coached[i].Seq, "coachings", &doc.Coached[i])
	}
	for i := range doc.Objections {
		o := &doc.Objections[i]
		add(o.Case, o.Seq, "objections", columns{"brought": o.N, "by": o.Code, "on": o.At, "unnamed": o.Anonymous,
			"with": o.Files})
	}
	return all, failed
}

func (k RowKey) bindObjection(o *objectionDoc) error {
	mac, err := k.rowOf("objections", o)
	o.MAC = new(bytea(mac))
	return err
}

// bindDecision fills in the MACs of what a decision writes, and the one that its case has before: where the row is not
// the one that the last act left, the act goes on and is not bound, so that it never makes good what somebody changed
// beside the servers.
func (k RowKey) bindDecision(doc *document, d *workflow.Decision) error {
	if len(k) == 0 {
		return nil
	}
	before, err := k.rowOf("cases", newCaseDoc(&d.Before))
	if err != nil {
		return err
	}
	doc.beforeMAC = before[:]
	cases := []*workflow.Case{&d.Case}
	for i := range d.Children {
		cases = append(cases, &d.Children[i].Case)
	}
	return k.bindDocument(doc, cases...)
}
