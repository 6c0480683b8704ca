-- Erasures, latest first: erasures_at. Names of an erased user on cases are not listed separately. $1 time and $2 id
-- of the previous page's last (null: from the first), $3 rows
select {{erasure}}
from erasures x join users u on u.id = x.actor_id left join cases c on c.id = x.case_id
where x.kind <> 'name' and ($2::uuid is null or (x.at, x.id) < ($1::timestamptz, $2::uuid))
order by x.at desc, x.id desc limit $3::int
