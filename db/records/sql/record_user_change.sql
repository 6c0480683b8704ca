-- Changes an account at the version of the decision. A new password or disabling ends every session at once; any
-- change voids a code, since others may have to hold its halves now. users_pkey, sessions_user.
-- $1 row, $2 operation, $3 actor, $4 time, $5 body, $6 key, $7 digest, $8 receipt, $9 version before
with row as (
  update users t set version = t.version + 1, name = n.name, organization_id = n.organization_id,
      agency_id = n.agency_id,
    disabled = n.disabled, password_hash = coalesce(n.password_hash, t.password_hash),
    password_at = case when n.password_hash is null then t.password_at else now() end, updated_at = n.updated_at
  from jsonb_populate_record(null::users, $1::jsonb) n
  where t.id = n.id and t.version = $9::int
  returning t.id, t.disabled, n.password_hash is not null as renewed
), ended as (
  update sessions s set ended_at = now() from row
  where s.user_id = row.id and s.ended_at is null and (row.disabled or row.renewed)
), void as (
  update account_codes c set waits_until = now(), expires_at = case when c.expires_at is null then null else now() end
  from row where c.user_id = row.id and c.used_at is null
)
select log_record('user', row.id::text, $2, $3::uuid, $4::timestamptz, $5, $6, $7::bytea, $8) from row
