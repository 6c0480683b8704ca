-- One erasure: erasures_pkey. $1 id
select {{erasure}}
from erasures x join users u on u.id = x.actor_id left join cases c on c.id = x.case_id
where x.id = $1::uuid
