-- The log of one record from its beginning: record_log_pkey, record_bodies_pkey. $1 kind, $2 id
select l.kind, l.record_id, l.seq, l.op, l.actor_id, u.name as actor_name, l.at, l.body_hash, l.previous_hash, l.hash,
  b.body, b.erased_at is not null as erased
from record_log l
join users u on u.id = l.actor_id
left join record_bodies b on b.kind = l.kind and b.record_id = l.record_id and b.seq = l.seq
where l.kind = $1::text and l.record_id = $2::text
order by l.seq
