-- Who proposed and who awarded in a round, by action. cases_round, events_pkey. $1 round, $2 actions
select distinct a.awards, u.name
from jsonb_to_recordset($2::jsonb) a(workflow text, version int, action text, awards boolean)
join cases c on c.round_id = $1::uuid and c.workflow = a.workflow and c.definition_version = a.version
  and c.parent_id is null
join events e on e.case_id = c.id and e.action = a.action join users u on u.id = e.actor_id
order by a.awards, u.name
