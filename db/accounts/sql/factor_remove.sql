-- Removes a second factor, with its audit row. second_factors_pkey, recovery_codes_pkey. $1 user, $2 actor, $3
-- address
with gone as (
  delete from second_factors where user_id = $1::uuid and secret is not null returning user_id
), codes as (
  delete from recovery_codes r using gone g where r.user_id = g.user_id
)
insert into audit (act, actor_id, subject, address, success)
select 'factor_removed', $2::uuid, u.login, $3::text, true from gone g join users u on u.id = g.user_id
returning id
