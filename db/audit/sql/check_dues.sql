-- Compares board due dates with the cases; reads everything. Days before the horizon count as one (see board_past).
with horizon as materialized (
  select coalesce(max(day), '-infinity') as day from board_horizon
), kept as (
  select dim, scope, due_on, key, workflow, sum(n)::bigint as n from (
    select dim, scope, case when due_on < h.day then '-infinity' else due_on end as due_on, key, workflow, n
    from board_dues, horizon h
    union all
    select k.dim, k.scope, case when d.due_on < h.day then '-infinity' else d.due_on end, k.key, d.workflow,
      d.sign
    from horizon h, board_deltas d cross join lateral board_keys(d.province, d.city, d.county, d.street, d.agency_id,
        d.round_id, d.topics, d.workflow) k
    where d.due_on is not null
  ) x group by dim, scope, due_on, key, workflow having sum(n) <> 0
), counted as (
  select k.dim, k.scope, case when c.due_on < h.day then '-infinity' else c.due_on end as due_on, k.key, c.workflow,
    count(*) as n
  from horizon h, cases c cross join lateral board_keys(c.province, c.city, c.county, c.street, c.agency_id, c.round_id,
      c.topics, c.workflow) k
  where counted_stage(c.stage, c.aside) <> '' and c.parent_id is null and c.organization_id is not null
    and not c.imported and c.currency = 'CNY' and c.due_on is not null
  group by k.dim, k.scope, 3, k.key, c.workflow
)
select 'board_dues' as table, format('%s %s %s %s %s', dim, scope, due_on, key, workflow) as row,
  format('kept %s, counted %s', coalesce(a.n, 0), coalesce(b.n, 0)) as what
from kept a full join counted b using (dim, scope, due_on, key, workflow)
where coalesce(a.n, 0) <> coalesce(b.n, 0)
