-- A page of the log of records in order. record_log_pkey, record_bodies_pkey, record_macs_pkey, like verify_events.
-- The last entry of each has the record's row. $1..$3 after kind, record, seq, $4 rows
select l.kind, l.record_id, l.seq, l.op, l.actor_id, l.at, l.body_hash, l.previous_hash, l.hash, b.body,
  b.erased_at is not null as erased,
  m.row_mac, case when exists (select 1 from record_log n where n.kind = l.kind and n.record_id = l.record_id
    and n.seq = l.seq + 1)
    then null else {{record}} end as row
from (select kind, record_id, seq, op, actor_id, at, body_hash, previous_hash, hash
  from record_log where (kind, record_id, seq) > ($1::text, $2::text, $3::int) order by kind, record_id, seq
      limit $4::int) l
left join lateral (select b.body, b.erased_at from record_bodies b where b.kind = l.kind and b.record_id = l.record_id
    and b.seq = l.seq offset 0) b on true
left join record_macs m on m.kind = l.kind and m.record_id = l.record_id and m.seq = l.seq
order by l.kind, l.record_id, l.seq
