-- Binds records. record_macs_pkey
insert into record_macs (kind, record_id, seq, row_mac)
select m.kind, m.record_id, m.seq, m.row_mac from jsonb_populate_recordset(null::record_macs, $1::jsonb) m
