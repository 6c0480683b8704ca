package db

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"incubase/workflow"
)

func init() {
	appendOnly = append(appendOnly, "record_macs", "coachings")
	ownersOnly = append(ownersOnly, "row_keys")
}

// RowKey is the HMAC key that binds rows to the log. It proves that a server wrote a row, since the database does not hold the
// key. All servers of an installation share it. Without a key no rows are bound and verification checks hashes only.
type RowKey []byte

// Fingerprint names the key without telling it.
func (k RowKey) Fingerprint() workflow.Hash { return k.mac("fingerprint", nil) }

// mac binds a text under a name, which keeps one kind of row from passing for another.
func (k RowKey) mac(name string, text []byte) (sum workflow.Hash) {
	h := hmac.New(sha256.New, k)
	_, _ = fmt.Fprintf(h, "incubase-bound-1 %s\n", name)
	_, _ = h.Write(text)
	h.Sum(sum[:0])
	return sum
}

// unbound are the columns that a MAC of a row leaves out: what follows from other rows (verify recomputes it), what machines
// note about their own work, and what another MAC covers. Every other column is bound, a new one too.
var unbound = map[string][]string{
	"cases":        {"last_hash", "updated_at", "due_on", "place"}, // the chain's head; noted; from the clocks; generated
	"case_answers": {"body", "seq", "erased_at", "draft"},          // the digest stands for the body, which can be erased; draft is no column
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
	"rounds": {"version", "state", "held_fen", "held_awards", "committed_fen", "paid_fen", "returned_fen", "awards", "updated_at"},
	// Of a code: how long it holds is bounded by when it was given; tries count wrong ones.
	"account_codes": {"waits_until", "expires_at", "tries", "used_at", "told_at"},
}

// canonical is a row as it is bound, in canonical JSON (RFC 8785): written by Go, or read by to_jsonb.
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
		switch value.Kind() {
		case 'n':
			delete(fields, name)
		case '"':
			if at, ok := instantOf(value); ok {
				fields[name] = at
			}
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

// row binds a row of a table.
func (k RowKey) row(table string, row []byte) (workflow.Hash, error) {
	text, err := canonical(table, row)
	if err != nil {
		return workflow.Hash{}, err
	}
	return k.mac(table, text), nil
}

// rowOf binds a row that Go writes.
func (k RowKey) rowOf(table string, row any) (workflow.Hash, error) {
	text, err := json.Marshal(row)
	if err != nil {
		return workflow.Hash{}, fmt.Errorf("bind a row of %s: %w", table, err)
	}
	return k.row(table, text)
}

// wrote are the rows of other tables that name an event, by table.
type wrote map[string][]json.RawMessage

func (w wrote) add(table string, row any) error {
	text, err := json.Marshal(row)
	if err != nil {
		return fmt.Errorf("bind a row of %s: %w", table, err)
	}
	w[table] = append(w[table], text)
	return nil
}

// event binds an event, by its hash, and what it wrote.
func (k RowKey) event(hash string, w wrote) (workflow.Hash, error) {
	text := []byte(hash)
	for _, table := range slices.Sorted(maps.Keys(w)) {
		rows := make([]string, len(w[table]))
		for i, row := range w[table] {
			c, err := canonical(table, row)
			if err != nil {
				return workflow.Hash{}, err
			}
			rows[i] = string(c)
		}
		slices.Sort(rows)
		for _, row := range rows {
			text = fmt.Appendf(text, "\n%s %s", table, row)
		}
	}
	return k.mac("event", text), nil
}

// void binds that an act took the force of the case's papers of a kind.
func (k RowKey) void(v voidDoc) workflow.Hash {
	return k.mac("void", fmt.Appendf(nil, "%s\n%d\n%s\n%s", v.Case, v.Seq, v.Kind, micro(v.At).Format(time.RFC3339Nano)))
}

// digest binds a body that can be erased.
func (k RowKey) digest(body []byte) (workflow.Hash, error) {
	text := jsontext.Value(slices.Clone(body))
	if err := text.Canonicalize(); err != nil {
		return workflow.Hash{}, fmt.Errorf("bind a body: %w", err)
	}
	return k.mac("body", text), nil
}

// Record binds a record, as its rows stand after an entry of its log. A record that is gone is null.
func (k RowKey) Record(kind, id string, seq int, hash workflow.Hash, row []byte) (workflow.Hash, error) {
	text := fmt.Appendf(nil, "%s\n%s\n%d\n%s\n", kind, id, seq, hash)
	var parts map[string]jsontext.Value // by table
	if err := jsonv2.Unmarshal(row, &parts); err != nil {
		return workflow.Hash{}, fmt.Errorf("bind %s %s: %w", kind, id, err)
	}
	for _, table := range slices.Sorted(maps.Keys(parts)) {
		rows := []jsontext.Value{parts[table]}
		if parts[table].Kind() == '[' {
			rows = nil
			if err := jsonv2.Unmarshal(parts[table], &rows); err != nil {
				return workflow.Hash{}, fmt.Errorf("bind %s %s: %w", kind, id, err)
			}
		}
		for _, r := range rows {
			if r.Kind() == 'n' {
				continue
			}
			c, err := canonical(table, r)
			if err != nil {
				return workflow.Hash{}, err
			}
			text = fmt.Appendf(text, "%s %s\n", table, c)
		}
	}
	return k.mac("record", text), nil
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
	for _, file := range doc.Attach {
		doc.AttachMACs = append(doc.AttachMACs, k.attached(file, cases[0].ID))
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
	for i := range doc.own {
		o := &doc.own[i]
		if err := bind(o.first.Case, o.first.Seq, bytea(o.first.Hash), &o.rowMAC, &o.rowsMAC); err != nil {
			return err
		}
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
		add(o.Case, o.Seq, "objections", columns{"brought": o.N, "by": o.Code, "on": o.At, "unnamed": o.Anonymous, "with": o.Files})
	}
	return all, failed
}

func (k RowKey) bindObjection(o *objectionDoc) error {
	mac, err := k.rowOf("objections", o)
	o.MAC = new(bytea(mac))
	return err
}

// bindDecision fills in the MACs of what a decision writes, and the one that its case has before: where the row is not the one
// that the last act left, the act goes on and is not bound, so that it never makes good what somebody changed beside the servers.
func (k RowKey) bindDecision(doc *document, d *workflow.Decision) error {
	if len(k) == 0 {
		return nil
	}
	before, err := k.rowOf("cases", newCaseDoc(&d.Before))
	if err != nil {
		return err
	}
	doc.own[0].beforeMAC = new(bytea(before))
	cases := []*workflow.Case{&d.Case}
	for i := range d.Children {
		cases = append(cases, &d.Children[i].Case)
	}
	return k.bindDocument(doc, cases...)
}

// attached binds a file to its case.
func (k RowKey) attached(file, on workflow.ID) string {
	return bytea(k.mac("attached", fmt.Appendf(nil, "%s\n%s", file, on)))
}

// bindRow binds a row that was just written as it stands. The statements TABLE_bound and TABLE_bind read it and keep its MAC.
func (d *DB) bindRow(t *txn, table string, id workflow.ID) error {
	if len(d.rowKey) == 0 {
		return nil
	}
	var row []byte
	if err := t.row(table+"_bound", []any{id}, &row); err != nil {
		return err
	}
	mac, err := d.rowKey.row(table, row)
	if err != nil {
		return err
	}
	return t.exec(table+"_bind", id, bytea(mac))
}

// entryRow is an entry of a record's log with the record as it stands.
type entryRow struct {
	Kind string `db:"kind"`
	ID   string `db:"record_id"`
	Seq  int    `db:"seq"`
	Hash []byte `db:"hash"`
	Row  []byte `db:"row"`
	MAC  []byte `db:"row_mac"`
}

func (e *entryRow) scan(r rowScanner) error {
	return r.Scan(&e.Kind, &e.ID, &e.Seq, &e.Hash, &e.Row, &e.MAC)
}

func (k RowKey) entry(e *entryRow) (workflow.Hash, error) {
	return k.Record(e.Kind, e.ID, e.Seq, hashOf(e.Hash), e.Row)
}

// logged runs fn in a transaction and, before it is committed, binds the records whose log it wrote: everything that calls
// log_record goes through here. change names a record that was there before ("" where there was none): where it is not the one
// that its last entry left, the change goes on and is not bound, as in bindDecision.
func (d *DB) logged(ctx context.Context, change workflow.RecordKind, id string, fn func(*txn) error) error {
	return d.write.tx(ctx, func(t *txn) error {
		sound := true
		if len(d.rowKey) > 0 && change != "" {
			var last entryRow
			err := t.rows("record_bound", []any{string(change), id}, func(r rowScanner) error { return last.scan(r) })
			if err != nil {
				return err
			}
			mac, err := d.rowKey.entry(&last)
			sound = last.Kind != "" && err == nil && last.MAC != nil && mac == hashOf(last.MAC)
		}
		if err := fn(t); err != nil {
			return err
		}
		return d.bindEntries(t, func(e *entryRow) bool { return sound || e.Kind != string(change) || e.ID != id })
	})
}

func (d *DB) bindEntries(t *txn, sound func(*entryRow) bool) error {
	if len(d.rowKey) == 0 {
		return nil
	}
	var rows []entryRow
	err := t.rows("record_unbound", nil, func(r rowScanner) error {
		var e entryRow
		err := e.scan(r)
		rows = append(rows, e)
		return err
	})
	if err != nil {
		return err
	}
	macs := []map[string]any{}
	for i := range rows {
		mac, err := d.rowKey.entry(&rows[i])
		if err != nil {
			return err
		}
		if sound(&rows[i]) {
			macs = append(macs, map[string]any{"kind": rows[i].Kind, "record_id": rows[i].ID, "seq": rows[i].Seq, "row_mac": bytea(mac)})
		}
	}
	if len(macs) == 0 {
		return nil
	}
	text, err := json.Marshal(macs)
	if err != nil {
		return err
	}
	return t.exec("record_bind", string(text))
}

// RecordDocument are the rows of the record that an entry l of a log is about, by table.
const RecordDocument = `case l.kind
    when 'organization' then jsonb_build_object('organizations', (select to_jsonb(x) from organizations x where x.id = l.record_id::uuid))
    when 'project' then jsonb_build_object('projects', (select to_jsonb(x) from projects x where x.id = l.record_id::uuid))
    when 'round' then jsonb_build_object('rounds', (select to_jsonb(x) from rounds x where x.id = l.record_id::uuid))
    when 'user' then jsonb_build_object('users', (select to_jsonb(x) from users x where x.id = l.record_id::uuid),
      'account_codes', (select to_jsonb(x) from account_codes x where x.user_id = l.record_id::uuid))
    when 'role' then jsonb_build_object('role_grants', (select to_jsonb(x) from role_grants x where x.id = l.record_id::uuid))
    when 'agency' then jsonb_build_object('agencies', (select to_jsonb(x) from agencies x where x.id = l.record_id::uuid))
    when 'competence' then jsonb_build_object('competences', (select to_jsonb(x) from competences x where x.id = l.record_id::uuid))
    when 'calendar' then jsonb_build_object('calendars', (select to_jsonb(x) from calendars x where x.id = l.record_id::uuid),
      'calendar_days', coalesce((select jsonb_agg(to_jsonb(d) order by d.day) from calendar_days d where d.calendar_id = l.record_id::uuid), '[]'))
    when 'workflow' then (select jsonb_build_object('definitions', to_jsonb(x),
        'workflow_states', (select jsonb_agg(to_jsonb(s) order by s.state) from workflow_states s where s.workflow = x.name and s.version = x.version),
        'workflow_edges', (select jsonb_agg(to_jsonb(e) order by e.action, e.from_state, e.to_state) from workflow_edges e where e.workflow = x.name and e.version = x.version),
        'definition_standings', coalesce((select jsonb_agg(to_jsonb(y) order by y.n) from definition_standings y where y.workflow = x.name and y.version = x.version), '[]'))
      from definitions x where x.name = split_part(l.record_id, '.', 1) and x.version = split_part(l.record_id, '.', 2)::int)
    when 'region' then jsonb_build_object('regions', (select to_jsonb(x) from regions x where x.code = l.record_id))
    end`
