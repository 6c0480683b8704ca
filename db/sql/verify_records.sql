-- A page of the log of records in order. record_log_pkey, record_bodies_pkey, like verify_events. $1..$3 after kind, record,
-- seq, $4 how many
select l.kind, l.record_id, l.seq, l.op, l.actor_id, l.at, l.body_hash, l.previous_hash, l.hash, b.body, b.erased_at is not null as erased
from (select kind, record_id, seq, op, actor_id, at, body_hash, previous_hash, hash
  from record_log where (kind, record_id, seq) > ($1::text, $2::text, $3::int) order by kind, record_id, seq limit $4::int) l
left join lateral (select b.body, b.erased_at from record_bodies b where b.kind = l.kind and b.record_id = l.record_id and b.seq = l.seq offset 0) b on true
order by l.kind, l.record_id, l.seq
