-- A board: what is folded, and what is pending. board_cells_pkey and board_dues_pkey by (dim, scope); names by their primary
-- keys; board_deltas is short. $1 dim, $2 scope, $3 today. The row with an empty stage says what is overdue.
with pending as materialized (
  select k.key, d.sign, d.stage, d.amount, d.due_on
  from board_deltas d cross join lateral board_keys(d.province, d.city, d.county, d.street, d.agency_id, d.round_id, d.topics) k
  where k.dim = $1::text and k.scope = $2::text
), counted as (
  select key, stage, n, amount, 0::bigint as overdue from board_cells where dim = $1 and scope = $2
  union all select key, stage, sign, sign * amount, 0 from pending
  union all select key, '', 0, 0, n from board_dues where dim = $1 and scope = $2 and due_on < $3::date
  union all select key, '', 0, 0, sign from pending where due_on < $3
), summed as (
  select key, stage, sum(n)::bigint as n, sum(amount)::bigint as amount, sum(overdue)::bigint as overdue
  from counted group by key, stage
)
select s.key, s.stage, s.n, s.amount, s.overdue,
  coalesce(g.name, a.name_zh, r.name_zh, '') as zh, coalesce(a.name_en, r.name_en, '') as en
from summed s
left join regions g on $1 = 'region' and g.code = s.key
left join agencies a on a.id = case when $1 = 'agency' then s.key::uuid end
left join rounds r on r.id = case when $1 = 'round' then s.key::uuid end
where s.n <> 0 or s.overdue <> 0
order by s.key, s.stage
