-- A user's sealed second factor, with the number of recovery codes left. second_factors_pkey, recovery_codes_pkey. $1
-- user
select u.login, f.secret, f.since, coalesce(f.last_step, 0) as last_step,
  case when f.asked_at > now() - interval '1 hour' then f.pending end as pending,
  (select count(*) from recovery_codes r where r.user_id = u.id and r.used_at is null)::int as left_codes
from users u left join second_factors f on f.user_id = u.id where u.id = $1::uuid and not u.disabled
