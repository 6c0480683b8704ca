-- A transition: reads a case with its latest event, then writes all rows of an act in one statement guarded by the
-- version. Each client has its own cases.
\set n :client_id * 60 + random(1, 60)
\set key random(1, 1000000000000000)
select c.*, o.standing, r.state from floor.hot h join floor.cases c on c.id = h.id
  left join organizations o on o.id = h.organization_id left join rounds r on r.id = h.round_id where h.n = :n;
select e.* from floor.hot h join events e on e.case_id = h.id where h.n = :n order by e.seq;
with m as (
  update floor.cases c set version = c.version + 1, updated_at = clock_timestamp(), last_hash = sha256(c.last_hash)
  from floor.hot h where h.n = :n and c.id = h.id
  returning c.id, c.version, c.last_hash, c.workflow, c.definition_version, c.state, c.stage, c.province, c.city,
    c.county, c.street, c.agency_id, c.round_id, c.topics, c.requested_fen
), e as (
  insert into floor.events (case_id, seq, workflow, definition_version, action, from_state, to_state, actor_id, at,
    payload_hash, previous_hash, hash)
  select id, version, workflow, definition_version, 'suspend', state, state, '00000000-0000-7000-8000-000000000001',
    now(), last_hash, last_hash, last_hash from m
), p as (
  insert into floor.event_payloads (case_id, seq, body) select id, version, '{"note":"核查","salt":"0123456789abcdef"}'
      from m
), k as (
  insert into floor.idempotency_keys (actor_id, key, digest, receipt) select id, :key::text, last_hash,
    repeat('{"state":"suspended"}', 100) from m
), gone as (
  delete from floor.duties d using m where d.case_id = m.id and d.key = 'floor'
), duty as (
  insert into floor.duties (case_id, key, action, role, region) select id, 'floor', 'resume', 'decider', county from m
  on conflict (case_id, key) do nothing
)
insert into floor.board_deltas (sign, province, city, county, street, agency_id, round_id, topics, workflow, stage,
  amount)
select s, province, city, county, street, agency_id, round_id, topics, workflow, stage, requested_fen from m,
    (values (-1), (1)) v(s);
