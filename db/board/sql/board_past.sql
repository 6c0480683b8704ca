-- Sums long past days into one before all others: an overdue case stays overdue, and a board need not add up all
-- days. A delta folded later for a summed day joins at the next run. board_dues_pkey; reads all of board_dues. Does
-- nothing during a fold, whose lock it shares. $1 days before it, $2 rows
with old as (
  delete from board_dues where (dim, scope, due_on, key, workflow) in (
    select dim, scope, due_on, key, workflow from board_dues where due_on < $1::date and due_on > '-infinity'
        and (select pg_try_advisory_xact_lock(4097083630)) limit $2::int)
  returning dim, scope, key, workflow, n
), summed as (
  insert into board_dues as c (dim, scope, due_on, key, workflow, n)
  select dim, scope, '-infinity', key, workflow, sum(n) from old group by dim, scope, key, workflow having sum(n) <> 0
  order by dim, scope, key, workflow
  on conflict (dim, scope, due_on, key, workflow) do update set n = c.n + excluded.n
), known as (
  update board_horizon set day = $1::date where day < $1::date and exists (select 1 from old)
)
select count(*) from old
