-- Cases with their facts, in the order of their ids. cases_pkey for each; "offset 0" keeps the planner from joining the
-- whole view. $1 ids
select {{facts}}, f.helpers, f.coaches
from unnest($1::uuid[]) with ordinality q(id, n)
cross join lateral (select c.*, {{insiders}} from case_facts c where c.id = q.id offset 0) f
order by q.n
