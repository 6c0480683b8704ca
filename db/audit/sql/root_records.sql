-- A page of records with the head of each log before a time. record_log_pkey. $1 after, $2 before, $3 rows
select k.chain, coalesce(l.seq, 0) as seq, l.hash
from (select kind, record_id, kind || '/' || record_id as chain from record_log where seq = 1
    and kind || '/' || record_id > $1::text
    order by kind || '/' || record_id limit $3::int) k
left join lateral (select l.seq, l.hash from record_log l where l.kind = k.kind and l.record_id = k.record_id
    and l.recorded_at < $2::timestamptz order by l.seq desc limit 1) l on true
order by k.chain
