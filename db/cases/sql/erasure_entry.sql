-- Whether an entry of a record's log still has its body: record_bodies_pkey. $1 kind, $2 record, $3 entry
select l.op as subject, (b.body is not null)::int as entries
from record_log l left join record_bodies b on b.kind = l.kind and b.record_id = l.record_id and b.seq = l.seq
where l.kind = $1::text and l.record_id = $2::text and l.seq = $3::int
