-- Gives the machine's owner a whole code: the system starts and approves it. users_pkey, account_codes_pkey.
-- $1 row, $2 operation, $3 actor, $4 time, $5 body, $6 key, $7 digest, $8 receipt, $9 version before
with row as (
  update users t set version = t.version + 1, updated_at = n.updated_at
  from jsonb_populate_record(null::users, $1::jsonb) n
  where t.id = n.id and t.version = $9::int and not t.disabled
  returning t.id, t.login
), given as (
  insert into account_codes as c (user_id, id, started_by, first_hash, waits_until, approval, approved_by, approved_at,
    second_hash, expires_at)
  select row.id, ($1::jsonb ->> 'code')::uuid, $3::uuid, decode(left($1::jsonb ->> 'half', 64), 'hex'), now(),
    ($1::jsonb ->> 'approval')::uuid,
    $3::uuid, now(), decode(right($1::jsonb ->> 'half', 64), 'hex'), now() + interval '1 hour' from row
  on conflict (user_id) do update set id = excluded.id, started_by = excluded.started_by, started_at = now(),
    first_hash = excluded.first_hash,
    waits_until = excluded.waits_until, approval = excluded.approval, approved_by = excluded.approved_by,
      approved_at = now(),
    second_hash = excluded.second_hash, expires_at = excluded.expires_at, tries = 0, used_at = null, told_at = null
), noted as (
  insert into audit (act, actor_id, subject, success) select $2, $3::uuid, row.login, true from row
)
select log_record('user', row.id::text, $2, $3::uuid, $4::timestamptz, $5, $6, $7::bytea, $8) from row
