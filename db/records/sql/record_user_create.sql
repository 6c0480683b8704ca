-- Opens an account with its log entry and key, and the first half of its code if one was started. users_pkey,
-- login_once.
-- $1 row, $2 operation, $3 actor, $4 time, $5 body, $6 key, $7 digest, $8 receipt
with row as (
  insert into users (id, version, login, name, organization_id, agency_id, disabled, password_hash, password_at,
      created_at, updated_at)
  select n.id, 1, n.login, n.name, n.organization_id, n.agency_id, n.disabled, n.password_hash, now(), n.created_at,
      n.updated_at
  from jsonb_populate_record(null::users, $1::jsonb) n
  returning id
), started as (
  insert into account_codes (user_id, id, started_by, first_hash, waits_until)
  select row.id, ($1::jsonb ->> 'code')::uuid, $3::uuid, decode($1::jsonb ->> 'half', 'hex'),
    now() + interval '24 hours'
  from row where $1::jsonb ->> 'half' is not null
)
select log_record('user', row.id::text, $2, $3::uuid, $4::timestamptz, $5, $6, $7::bytea, $8) from row
