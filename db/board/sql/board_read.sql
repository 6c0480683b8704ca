-- A board from folded cells and pending deltas. board_cells_pkey and board_dues_pkey by (dim, scope); names by
-- primary key in subqueries, a third of the cost of joins; board_deltas is short. Past days are summed before
-- sorting. $1 dim, $2 scope, $3 today, $4 workflow ('' all). The row with an empty stage holds the overdue count.
with pending as materialized (
  select k.key, d.sign, d.stage, d.amount, d.due_on
  from board_deltas d cross join lateral board_keys(d.province, d.city, d.county, d.street, d.agency_id, d.round_id,
      d.topics, d.workflow) k
  where k.dim = $1::text and k.scope = $2::text and $4::text in ('', d.workflow)
), counted as (
  select key, stage, n, amount, 0::bigint as overdue from board_cells
    where dim = $1 and scope = $2 and $4 in ('', workflow)
  union all select key, stage, sign, sign * amount, 0 from pending
  union all select key, '', 0, 0, sum(n)::bigint from board_dues
    where dim = $1 and scope = $2 and due_on < $3::date and $4 in ('', workflow) group by key
  union all select key, '', 0, 0, sign from pending where due_on < $3
), summed as (
  select key, stage, sum(n)::bigint as n, sum(amount)::bigint as amount, sum(overdue)::bigint as overdue
  from counted group by key, stage
)
select s.key, s.stage, s.n, s.amount, s.overdue,
  coalesce(
    case when $1 = 'region' then (select g.name from regions g where g.code = s.key) end,
    case when $1 = 'agency' then (select a.name_zh from agencies a where a.id = s.key::uuid) end,
    case when $1 = 'round' then (select r.name_zh from rounds r where r.id = s.key::uuid) end, '') as zh,
  coalesce(case when $1 = 'agency' then (select a.name_en from agencies a where a.id = s.key::uuid) end,
    case when $1 = 'round' then (select r.name_en from rounds r where r.id = s.key::uuid) end, '') as en
from summed s
where s.n <> 0 or s.overdue <> 0
order by s.key, s.stage
