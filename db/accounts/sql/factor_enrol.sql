-- Activates the pending secret with new recovery codes and its audit row. No row if another secret is pending now.
-- second_factors_pkey, recovery_codes_pkey. $1 user, $2 pending secret, $3 step of its code, $4 hashes, $5 address
with enrolled as (
  update second_factors set secret = pending, since = now(), last_step = $3::bigint, pending = null, asked_at = null
  where user_id = $1::uuid and pending = $2::bytea returning user_id
), before as (
  delete from recovery_codes r using enrolled e where r.user_id = e.user_id and r.hash <> all ($4::bytea[])
), codes as (
  insert into recovery_codes (user_id, hash) select e.user_id, h from enrolled e, unnest($4) h
)
insert into audit (act, actor_id, subject, address, success)
select 'factor_enrolled', u.id, u.login, $5::text, true from enrolled e join users u on u.id = e.user_id
returning id
