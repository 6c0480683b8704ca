-- Board cells against the cases themselves; reads everything.
with kept as (
  select dim, scope, key, stage, sum(n)::bigint as n, sum(amount)::bigint as amount from (
    select dim, scope, key, stage, n, amount from board_cells
    union all
    select k.dim, k.scope, k.key, d.stage, d.sign, d.sign * d.amount
    from board_deltas d cross join lateral board_keys(d.province, d.city, d.county, d.street, d.agency_id, d.round_id, d.topics) k
  ) x group by dim, scope, key, stage having sum(n) <> 0 or sum(amount) <> 0
), counted as (
  select k.dim, k.scope, k.key, c.stage, count(*) as n,
    sum(case c.stage when 'applied' then c.requested_fen else c.committed_fen end)::bigint as amount
  from cases c cross join lateral board_keys(c.province, c.city, c.county, c.street, c.agency_id, c.round_id, c.topics) k
  where c.stage <> '' and c.parent_id is null and c.organization_id is not null and not c.imported and c.currency = 'CNY'
  group by k.dim, k.scope, k.key, c.stage
)
select 'board_cells' as table, format('%s %s %s %s', dim, scope, key, stage) as row,
  format('kept %s and %s fen, counted %s and %s fen', coalesce(a.n, 0), coalesce(a.amount, 0), coalesce(b.n, 0), coalesce(b.amount, 0)) as what
from kept a full join counted b using (dim, scope, key, stage)
where (coalesce(a.n, 0), coalesce(a.amount, 0)) <> (coalesce(b.n, 0), coalesce(b.amount, 0))
