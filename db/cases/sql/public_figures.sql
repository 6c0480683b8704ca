-- Totals of public_awards by round, workflow and stage, newest round first, from folded cells and pending deltas.
-- board_cells_pkey by (dim, scope); board_deltas is short.
-- $1 round, $2 region down to the street
with counted as (
  select key, workflow, stage, awards as n, committed, paid from board_cells where dim = 'round' and scope = $2::text
  union all
  select d.round_id::text, d.workflow, d.stage, d.sign * d.awards, d.sign * d.committed, d.sign * d.paid
  from board_deltas d
  where d.round_id is not null and d.awards > 0 and $2 in ('', d.province, d.city, d.county, d.street)
)
select r.id as round_id, r.name_zh as "round.zh", r.name_en as "round.en", c.workflow, c.stage,
  sum(c.n)::int as count,
  sum(c.committed)::bigint as awarded, sum(c.paid)::bigint as paid
from counted c
join rounds r on r.id = c.key::uuid
where $1::uuid is null or r.id = $1
group by r.id, r.name_zh, r.name_en, r.created_at, c.workflow, c.stage
having sum(c.n) <> 0
order by r.created_at desc, r.id, c.workflow, c.stage
