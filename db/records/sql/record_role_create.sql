-- Grants a role from now on, in real time. role_grants_pkey; powers_are_separate and role_once refuse.
-- $1 row, $2 operation, $3 actor, $4 time, $5 body, $6 key, $7 digest, $8 receipt
with row as (
  insert into role_grants (id, version, user_id, role, region, agency_id, organization_id, round_id, since, until)
  select n.id, 1, n.user_id, n.role, n.region, n.agency_id, n.organization_id, n.round_id, now(), n.until
  from jsonb_populate_record(null::role_grants, $1::jsonb) n
  returning id, since, user_id, power, organization_id
), void as ( -- others may have to hold its halves now
  update account_codes c set waits_until = now(), expires_at = case when c.expires_at is null then null else now() end
  from row where c.user_id = row.user_id and (row.power <> 'business'
    or row.organization_id <> (select coalesce(u.organization_id, u.id) from users u where u.id = row.user_id))
    and c.used_at is null and $3::uuid <> '00000000-0000-7000-8000-000000000001'
)
select log_record('role', row.id::text, $2, $3::uuid, $4::timestamptz,
  jsonb_set($5::jsonb, '{record,since}', to_jsonb(row.since))::text, $6, $7::bytea,
  ($8::jsonb || jsonb_build_object('since', row.since))::text) from row
