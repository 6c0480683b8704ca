-- Compares board cells with the cases; reads everything.
with kept as (
  select dim, scope, key, stage, workflow, sum(n)::bigint as n, sum(amount)::bigint as amount,
    sum(awards)::bigint as awards, sum(committed)::bigint as committed, sum(paid)::bigint as paid from (
    select dim, scope, key, stage, workflow, n, amount, awards, committed, paid from board_cells
    union all
    select k.dim, k.scope, k.key, d.stage, d.workflow, d.sign, d.sign * d.amount, d.sign * d.awards,
      d.sign * d.committed, d.sign * d.paid
    from board_deltas d cross join lateral board_keys(d.province, d.city, d.county, d.street, d.agency_id, d.round_id,
        d.topics, d.workflow) k
  ) x group by dim, scope, key, stage, workflow
), counted as (
  select k.dim, k.scope, k.key, c.stage, c.workflow, count(*) as n,
    sum(case c.stage when 'applied' then c.requested_fen else c.committed_fen end)::bigint as amount,
    count(*) filter (where a.award) as awards, coalesce(sum(c.committed_fen) filter (where a.award),
        0)::bigint as committed,
    coalesce(sum(c.paid_fen) filter (where a.award), 0)::bigint as paid
  from cases c cross join lateral board_keys(c.province, c.city, c.county, c.street, c.agency_id, c.round_id,
      c.topics, c.workflow) k
  cross join lateral (select c.committed_fen > 0 as award) a
  where counted_stage(c.stage, c.aside) <> '' and c.parent_id is null and c.organization_id is not null
    and not c.imported and c.currency = 'CNY'
  group by k.dim, k.scope, k.key, c.stage, c.workflow
), compared as (
  select dim, scope, key, stage, workflow,
    array[coalesce(a.n, 0), coalesce(a.amount, 0), coalesce(a.awards, 0), coalesce(a.committed, 0),
        coalesce(a.paid, 0)] as has,
    array[coalesce(b.n, 0), coalesce(b.amount, 0), coalesce(b.awards, 0), coalesce(b.committed, 0),
        coalesce(b.paid, 0)] as due
  from kept a full join counted b using (dim, scope, key, stage, workflow)
)
select 'board_cells' as table, format('%s %s %s %s %s', dim, scope, key, stage, workflow) as row,
  format('kept %s cases, %s fen, %s awards, %s and %s fen; counted %s, %s, %s, %s and %s',
    has[1], has[2], has[3], has[4], has[5], due[1], due[2], due[3], due[4], due[5]) as what
from compared where has <> due
