-- Sets the password that a code's owner has chosen, uses up the code and ends every session. No row if the code is
-- expired, used or replaced. A lost second factor is removed too. users_pkey, account_codes_pkey, sessions_user,
-- second_factors_pkey.
-- $1 row, $2 operation, $3 actor, $4 time, $5 body, $6 key, $7 digest, $8 receipt, $9 version before
with row as (
  update users t set version = t.version + 1, password_hash = n.password_hash, password_at = now(),
    updated_at = n.updated_at
  from jsonb_populate_record(null::users, $1::jsonb) n
  where t.id = n.id and t.version = $9::int and not t.disabled
    and exists (select 1 from account_codes c where c.user_id = t.id and code_holds(c)
      and c.first_hash = decode($1::jsonb ->> 'first', 'hex') and c.second_hash = decode($1::jsonb ->> 'second', 'hex'))
  returning t.id, t.login
), used as (
  update account_codes c set used_at = now() from row where c.user_id = row.id
), ended as (
  update sessions s set ended_at = now() from row where s.user_id = row.id and s.ended_at is null
), unfactored as (
  delete from second_factors f using row where f.user_id = row.id and $1::jsonb ? 'forget_factor'
    returning f.user_id, f.secret
), uncoded as (
  delete from recovery_codes r using row where r.user_id = row.id and $1::jsonb ? 'forget_factor'
), forgotten as (
  insert into audit (act, actor_id, subject, success) select 'factor_reset', $3::uuid, row.login, true from row
    join unfactored u on u.user_id = row.id and u.secret is not null
), noted as (
  insert into audit (act, actor_id, subject, success) select $2, $3::uuid, row.login, true from row
)
select log_record('user', row.id::text, $2, $3::uuid, $4::timestamptz, $5, $6, $7::bytea, $8) from row
