-- Who proposed and who confirmed in a round. cases_round, events_pkey
select distinct e.action, u.name from cases c join events e on e.case_id = c.id join users u on u.id = e.actor_id
where c.round_id = $1::uuid and c.parent_id is null and e.action in ('propose', 'confirm') order by e.action, u.name
