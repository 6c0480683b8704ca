-- Uses a one-time token to create the first three administrators, all or none: accounts, roles, codes and their logs.
-- setup_tokens_pkey; login_once refuses. $1 hash of the token, $2 address, $3 rows, $4 time, $5 the system
with used as (
  update setup_tokens set used_at = now()
  where token_hash = $1::bytea and used_at is null and expires_at > now()
    and not exists (select 1 from role_grants g where g.role = 'sysadmin' and (g.until is null or g.until > now()))
  returning token_hash
), rows as (
  select e.value as v, (e.value ->> 'id')::uuid as id from used, jsonb_array_elements($3::jsonb) e
), opened as (
  insert into users (id, version, login, name, created_at, updated_at)
  select r.id, 1, r.v ->> 'login', r.v ->> 'name', $4::timestamptz, $4 from rows r
), granted as (
  insert into role_grants (id, version, user_id, role, region, since)
  select (r.v ->> 'role_id')::uuid, 1, r.id, r.v ->> 'role', '', now() from rows r
), coded as (
  insert into account_codes (user_id, id, started_by, first_hash, waits_until, approval, approved_by, approved_at,
    second_hash, expires_at)
  select r.id, (r.v ->> 'code')::uuid, $5::uuid, decode(r.v ->> 'first', 'hex'), now(), (r.v ->> 'code')::uuid, $5,
    now(),
    decode(r.v ->> 'second', 'hex'), now() + interval '1 hour' from rows r
), noted as (
  insert into audit (act, address, success, detail) select 'setup', $2::text, true, 'one-time token used' from used
)
select log_record('user', r.id::text, 'create', $5::uuid, $4::timestamptz, r.v ->> 'said', '', ''::bytea,
  r.v ->> 'login') as login,
  log_record('role', r.v ->> 'role_id', 'create', $5::uuid, $4::timestamptz,
    jsonb_set((r.v ->> 'granted')::jsonb, '{record,since}', to_jsonb(now()))::text, '', ''::bytea, '') as role
from rows r
