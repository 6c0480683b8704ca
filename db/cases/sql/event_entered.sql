-- The event that led each case into its present state. events_pkey (backwards), event_payloads_pkey. $1 cases
select e.case_id, e.seq, e.workflow, e.definition_version, e.action, e.from_state, e.to_state, e.actor_id,
  u.name as actor_name,
  e.at, e.payload_hash, e.previous_hash, e.hash, p.body, p.erased_at is not null as erased
from unnest($1::uuid[]) c(id) cross join lateral (
  select x.case_id, x.seq, x.workflow, x.definition_version, x.action, x.from_state, x.to_state, x.actor_id, x.at,
    x.payload_hash, x.previous_hash, x.hash
  from events x where x.case_id = c.id and x.from_state <> x.to_state order by x.seq desc limit 1) e
join users u on u.id = e.actor_id
left join event_payloads p on p.case_id = e.case_id and p.seq = e.seq
