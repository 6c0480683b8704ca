-- Erasings, the latest first: erasures_at. The names of an erased person on cases come with the account and are not
-- listed apart.
-- $1 a time and $2 an id after which to go on (null: from the first), $3 how many
select {{erasure}}
from erasures x join users u on u.id = x.actor_id left join cases c on c.id = x.case_id
where x.kind <> 'name' and ($2::uuid is null or (x.at, x.id) < ($1::timestamptz, $2::uuid))
order by x.at desc, x.id desc limit $3::int
