-- Grants a role from this moment of real time on. role_grants_pkey; powers_are_separate and role_once say no.
-- $1 row, $2 operation, $3 actor, $4 when, $5 what was said, $6 key, $7 digest, $8 receipt
with row as (
  insert into role_grants (id, version, user_id, role, region, agency_id, organization_id, round_id, since, until)
  select n.id, 1, n.user_id, n.role, n.region, n.agency_id, n.organization_id, n.round_id, now(), n.until
  from jsonb_populate_record(null::role_grants, $1::jsonb) n
  returning id, since
)
select log_record('role', row.id::text, $2, $3::uuid, $4::timestamptz,
  jsonb_set($5::jsonb, '{record,since}', to_jsonb(row.since))::text, $6, $7::bytea,
  ($8::jsonb || jsonb_build_object('since', row.since))::text) from row
