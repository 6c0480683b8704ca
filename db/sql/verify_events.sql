-- A page of all events in order. events_pkey, event_payloads_pkey. The page is found first, and what was said looked up for
-- each: joined as a whole, every page would walk all payloads before it. $1 after case, $2 after seq, $3 how many
select e.case_id, e.seq, e.workflow, e.definition_version, e.action, e.from_state, e.to_state, e.actor_id, '' as actor_name,
  e.at, e.payload_hash, e.previous_hash, e.hash, p.body, p.erased_at is not null as erased
from (select case_id, seq, workflow, definition_version, action, from_state, to_state, actor_id, at, payload_hash, previous_hash, hash
  from events where (case_id, seq) > ($1::uuid, $2::int) order by case_id, seq limit $3::int) e
left join lateral (select p.body, p.erased_at from event_payloads p where p.case_id = e.case_id and p.seq = e.seq offset 0) p on true
order by e.case_id, e.seq
