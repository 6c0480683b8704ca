-- A page of the audit trail, latest first: audit_pkey, or audit_actor for a login. $1 before this number (0: from the
-- latest), $2 rows, $3 act, $4 a login or part of a name, $5 since, $6 before this time
select a.id as n, a.at, a.act, coalesce(u.name, '') as actor, a.subject, a.address, a.success, a.detail
from audit a left join users u on u.id = a.actor_id
where ($1::bigint = 0 or a.id < $1)
  and ($3::text = '' or a.act = $3)
  and ($4::text = '' or a.subject = lower($4) or u.login = lower($4) or position($4 in u.name) > 0)
  and ($5::timestamptz is null or a.at >= $5)
  and ($6::timestamptz is null or a.at < $6)
order by a.id desc limit $2::int
