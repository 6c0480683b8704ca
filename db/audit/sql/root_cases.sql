-- A page of cases with the head of each chain before a time. cases_pkey, events_pkey. $1 after, $2 before, $3 rows
select c.id::text as chain, coalesce(e.seq, 0) as seq, e.hash
from (select id from cases where id > coalesce(nullif($1::text, '')::uuid, '00000000-0000-0000-0000-000000000000')
    order by id limit $3::int) c
left join lateral (select e.seq, e.hash from events e where e.case_id = c.id and e.recorded_at < $2::timestamptz
    order by e.seq desc limit 1) e on true
order by c.id
