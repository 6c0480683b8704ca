-- Counts a try with one right half of a code; the fifth voids it. account_codes_pkey. $1 user, $2 address, $3 first
-- half now
with tried as (
  update account_codes c set tries = c.tries + 1 where c.user_id = $1::uuid and c.first_hash = $3::bytea
    returning c.user_id, c.tries
)
insert into audit (act, subject, address, success, detail)
select 'code_refused', u.login, $2::text, false, 'one half was right, try ' || t.tries from tried t
  join users u on u.id = t.user_id
