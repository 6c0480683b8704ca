-- A page of all events in order. events_pkey. $1 after case, $2 after seq, $3 how many
select e.case_id, e.seq, e.workflow, e.definition_version, e.action, e.from_state, e.to_state, e.actor_id, '' as actor_name,
  e.at, e.payload_hash, e.previous_hash, e.hash, p.body, p.erased_at is not null as erased
from events e left join event_payloads p on p.case_id = e.case_id and p.seq = e.seq
where (e.case_id, e.seq) > ($1::uuid, $2::int) order by e.case_id, e.seq limit $3::int
