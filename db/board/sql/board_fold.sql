-- Folds pending deltas into cells, in key order. board_deltas_pkey, board_cells_pkey, board_dues_pkey. $1 rows
with taken as (
  delete from board_deltas where id in (select id from board_deltas where pg_try_advisory_xact_lock(4097083630)
      order by id limit $1::int)
  returning sign, province, city, county, street, agency_id, round_id, topics, workflow, stage, amount, due_on,
    awards, committed, paid
), placed as materialized (
  select k.dim, k.scope, k.key, t.workflow, t.stage, t.sign, t.amount, t.due_on, t.awards, t.committed, t.paid
  from taken t cross join lateral board_keys(t.province, t.city, t.county, t.street, t.agency_id, t.round_id,
      t.topics, t.workflow) k
), cells as (
  insert into board_cells as c (dim, scope, key, stage, workflow, n, amount, awards, committed, paid)
  select dim, scope, key, stage, workflow, sum(sign), sum(sign * amount), sum(sign * awards), sum(sign * committed),
      sum(sign * paid)
  from placed group by dim, scope, key, stage, workflow
  having (sum(sign), sum(sign * amount), sum(sign * awards), sum(sign * committed), sum(sign * paid)) <> (0, 0, 0, 0, 0)
      order by dim, scope, key, stage, workflow
  on conflict (dim, scope, key, stage, workflow) do update set n = c.n + excluded.n,
    amount = c.amount + excluded.amount, awards = c.awards + excluded.awards,
    committed = c.committed + excluded.committed, paid = c.paid + excluded.paid
), dues as (
  insert into board_dues as c (dim, scope, due_on, key, workflow, n)
  select dim, scope, due_on, key, workflow, sum(sign) from placed where due_on is not null
  group by dim, scope, due_on, key, workflow having sum(sign) <> 0 order by dim, scope, due_on, key, workflow
  on conflict (dim, scope, due_on, key, workflow) do update set n = c.n + excluded.n
)
select count(*) from taken
