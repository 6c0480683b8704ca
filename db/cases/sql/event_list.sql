-- The events of a case. events_pkey, event_payloads_pkey
select e.case_id, e.seq, e.workflow, e.definition_version, e.action, e.from_state, e.to_state, e.actor_id,
    u.name as actor_name,
  e.at, e.payload_hash, e.previous_hash, e.hash, p.body, p.erased_at is not null as erased
from events e join users u on u.id = e.actor_id
left join event_payloads p on p.case_id = e.case_id and p.seq = e.seq
where e.case_id = $1::uuid order by e.seq
