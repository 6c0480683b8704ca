-- Approves a code that another user started; it is valid for an hour. users_pkey, account_codes_pkey;
-- code_of_two_persons refuses the same user.
-- $1 row, $2 operation, $3 actor, $4 time, $5 body, $6 key, $7 digest, $8 receipt, $9 version before
with row as (
  update users t set version = t.version + 1, updated_at = n.updated_at
  from jsonb_populate_record(null::users, $1::jsonb) n
  where t.id = n.id and t.version = $9::int and not t.disabled
    and exists (select 1 from account_codes c where c.user_id = t.id and c.id = ($1::jsonb ->> 'code')::uuid
      and c.approved_by is null and code_holds(c))
  returning t.id, t.login
), approved as (
  update account_codes c set approval = ($1::jsonb ->> 'approval')::uuid, approved_by = $3::uuid, approved_at = now(),
    second_hash = decode($1::jsonb ->> 'half', 'hex'), expires_at = now() + interval '1 hour'
  from row where c.user_id = row.id
), noted as (
  insert into audit (act, actor_id, subject, success) select $2, $3::uuid, row.login, true from row
)
select log_record('user', row.id::text, $2, $3::uuid, $4::timestamptz, $5, $6, $7::bytea, $8) from row
