-- Makes an agency competent from now on, in real time. competences_pkey; competence_once refuses.
-- $1 row, $2 operation, $3 actor, $4 time, $5 body, $6 key, $7 digest, $8 receipt
with row as (
  insert into competences (id, version, agency_id, topic, region, action, since)
  select n.id, 1, n.agency_id, n.topic, n.region, n.action, now()
  from jsonb_populate_record(null::competences, $1::jsonb) n
  returning id, since
)
select log_record('competence', row.id::text, $2, $3::uuid, $4::timestamptz,
  jsonb_set($5::jsonb, '{record,since}', to_jsonb(row.since))::text, $6, $7::bytea,
  ($8::jsonb || jsonb_build_object('since', row.since))::text) from row
