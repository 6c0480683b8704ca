-- Consumes a recovery code, with its audit row. recovery_codes_pkey. $1 user, $2 hash, $3 address
with used as (
  update recovery_codes set used_at = now() where user_id = $1::uuid and hash = $2::bytea and used_at is null
    returning user_id
)
insert into audit (act, actor_id, subject, address, success, detail)
select 'recovery_code_used', u.id, u.login, $3::text, true, '' from used join users u on u.id = used.user_id
returning id
