-- Replaces an account's name and login by a pseudonym; it cannot sign in any more. users_pkey.
-- $1 row, $2 operation, $3 actor, $4 time, $5 body, $6 key, $7 digest, $8 receipt, $9 version before
with row as (
  update users t set version = t.version + 1, login = n.login, name = n.name, disabled = true, password_hash = null,
    password_at = null,
    updated_at = n.updated_at
  from jsonb_populate_record(null::users, $1::jsonb) n
  where t.id = n.id and t.version = $9::int
  returning t.id
)
select log_record('user', row.id::text, $2, $3::uuid, $4::timestamptz, $5, $6, $7::bytea, $8) from row
