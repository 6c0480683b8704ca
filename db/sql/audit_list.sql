-- A page of the audit trail, the latest first: audit_pkey. $1 before this number (0: from the latest), $2 rows
select a.id, a.at, a.act, a.actor_id, coalesce(u.name, '') as actor_name, a.subject, a.address, a.success, a.detail
from audit a left join users u on u.id = a.actor_id
where $1::bigint = 0 or a.id < $1
order by a.id desc limit $2::int
