package pg

import (
	"context"
	"encoding/json"

	"incubase/workflow"
)

// BindRow stores the MAC of a row just written, by the statements TABLE_bound and TABLE_bind.
func (d *DB) BindRow(t *Tx, table string, id workflow.ID) error {
	if len(d.RowKey) == 0 {
		return nil
	}
	var row []byte
	if err := t.Row(table+"_bound", []any{id}, &row); err != nil {
		return err
	}
	mac, err := d.RowKey.Row(table, row)
	if err != nil {
		return err
	}
	return t.Run(table+"_bind", id, Bytea(mac))
}

type EntryRow struct {
	Kind string `db:"kind"`
	ID   string `db:"record_id"`
	Seq  int    `db:"seq"`
	Hash []byte `db:"hash"`
	Row  []byte `db:"row"`
	MAC  []byte `db:"row_mac"`
}

func (e *EntryRow) scan(r RowScanner) error {
	return r.Scan(&e.Kind, &e.ID, &e.Seq, &e.Hash, &e.Row, &e.MAC)
}

func (k RowKey) Entry(e *EntryRow) (workflow.Hash, error) {
	return k.Record(e.Kind, e.ID, e.Seq, HashOf(e.Hash), e.Row)
}

// Logged runs fn in a transaction and binds the records whose log fn wrote; every caller of log_record uses it.
// change and id name an existing record ("" for none). If it is not as its last entry left it, the change is made but
// not bound, as in bindDecision.
func (d *DB) Logged(ctx context.Context, change workflow.RecordKind, id string, fn func(*Tx) error) error {
	return d.Write.Tx(ctx, func(t *Tx) error {
		sound := true
		if len(d.RowKey) > 0 && change != "" {
			var last EntryRow
			err := t.Rows("record_bound", []any{string(change), id}, func(r RowScanner) error { return last.scan(r) })
			if err != nil {
				return err
			}
			mac, err := d.RowKey.Entry(&last)
			sound = last.Kind != "" && err == nil && last.MAC != nil && mac == HashOf(last.MAC)
		}
		if err := fn(t); err != nil {
			return err
		}
		return d.bindEntries(t, func(e *EntryRow) bool { return sound || e.Kind != string(change) || e.ID != id })
	})
}

func (d *DB) bindEntries(t *Tx, sound func(*EntryRow) bool) error {
	if len(d.RowKey) == 0 {
		return nil
	}
	var rows []EntryRow
	err := t.Rows("record_unbound", nil, func(r RowScanner) error {
		var e EntryRow
		err := e.scan(r)
		rows = append(rows, e)
		return err
	})
	if err != nil {
		return err
	}
	macs := []map[string]any{}
	for i := range rows {
		mac, err := d.RowKey.Entry(&rows[i])
		if err != nil {
			return err
		}
		if sound(&rows[i]) {
			macs = append(macs, map[string]any{"kind": rows[i].Kind, "record_id": rows[i].ID, "seq": rows[i].Seq,
				"row_mac": Bytea(mac)})
		}
	}
	if len(macs) == 0 {
		return nil
	}
	text, err := json.Marshal(macs)
	if err != nil {
		return err
	}
	return t.Run("record_bind", string(text))
}

// RecordDocument returns the rows, by table, of the record that log entry l is about.
const RecordDocument = `case l.kind
    when 'organization' then jsonb_build_object('organizations', (select to_jsonb(x) from organizations x
    where x.id = l.record_id::uuid))
    when 'project' then jsonb_build_object('projects', (select to_jsonb(x) from projects x
    where x.id = l.record_id::uuid))
    when 'round' then jsonb_build_object('rounds', (select to_jsonb(x) from rounds x where x.id = l.record_id::uuid))
    when 'user' then jsonb_build_object('users', (select to_jsonb(x) from users x where x.id = l.record_id::uuid),
      'account_codes', (select to_jsonb(x) from account_codes x where x.user_id = l.record_id::uuid))
    when 'role' then jsonb_build_object('role_grants', (select to_jsonb(x) from role_grants x
    where x.id = l.record_id::uuid))
    when 'agency' then jsonb_build_object('agencies', (select to_jsonb(x) from agencies x
    where x.id = l.record_id::uuid))
    when 'competence' then jsonb_build_object('competences', (select to_jsonb(x) from competences x
    where x.id = l.record_id::uuid))
    when 'calendar' then jsonb_build_object('calendars', (select to_jsonb(x) from calendars x
    where x.id = l.record_id::uuid),
      'calendar_days', coalesce((select jsonb_agg(to_jsonb(d) order by d.day) from calendar_days d
      where d.calendar_id = l.record_id::uuid), '[]'))
    when 'workflow' then (select jsonb_build_object('definitions', to_jsonb(x),
        'workflow_states', (select jsonb_agg(to_jsonb(s) order by s.state) from workflow_states s
        where s.workflow = x.name and s.version = x.version),
        'workflow_edges', (select jsonb_agg(to_jsonb(e) order by e.action, e.from_state, e.to_state)
        from workflow_edges e where e.workflow = x.name and e.version = x.version),
        'definition_standings', coalesce((select jsonb_agg(to_jsonb(y) order by y.n) from definition_standings y
        where y.workflow = x.name and y.version = x.version), '[]'))
      from definitions x where x.name = split_part(l.record_id, '.', 1) and x.version = split_part(l.record_id, '.',
      2)::int)
    when 'region' then jsonb_build_object('regions', (select to_jsonb(x) from regions x where x.code = l.record_id))
    end`
