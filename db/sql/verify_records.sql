-- A page of the log of records in order. record_log_pkey. $1..$3 after kind, record, seq, $4 how many
select l.kind, l.record_id, l.seq, l.op, l.actor_id, l.at, l.body_hash, l.previous_hash, l.hash, b.body, b.erased_at is not null as erased
from record_log l left join record_bodies b on b.kind = l.kind and b.record_id = l.record_id and b.seq = l.seq
where (l.kind, l.record_id, l.seq) > ($1::text, $2::text, $3::int) order by l.kind, l.record_id, l.seq limit $4::int
