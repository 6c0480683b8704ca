-- Voids a code. users_pkey, account_codes_pkey.
-- $1 row, $2 operation, $3 actor, $4 time, $5 body, $6 key, $7 digest, $8 receipt, $9 version before
with row as (
  update users t set version = t.version + 1, updated_at = n.updated_at
  from jsonb_populate_record(null::users, $1::jsonb) n
  where t.id = n.id and t.version = $9::int and not t.disabled
  returning t.id, t.login
), ended as (
  update account_codes c set waits_until = now(), expires_at = case when c.expires_at is null then null else now() end
  from row where c.user_id = row.id and c.used_at is null
), noted as (
  insert into audit (act, actor_id, subject, success) select $2, $3::uuid, row.login, true from row
)
select log_record('user', row.id::text, $2, $3::uuid, $4::timestamptz, $5, $6, $7::bytea, $8) from row
