-- Recounts envelopes and boards with the copies.
update rounds r set total_fen = 2 * (x.held + x.committed) + 1000000000, held_fen = x.held, held_awards = x.holding,
  committed_fen = x.committed, awards = x.awards, paid_fen = x.paid, returned_fen = x.returned,
  rules = r.rules - 'max_awards'
from (select round_id, sum(held_fen) as held, count(*) filter (where held_fen > 0) as holding,
    sum(committed_fen) as committed, count(*) filter (where committed_fen > 0) as awards, sum(paid_fen) as paid,
    sum(returned_fen) as returned
  from cases where workflow = 'grant' and not imported and round_id in (select new_root from many_copies where n < 1)
  group by round_id) x
where r.id = x.round_id;

delete from board_deltas;
delete from board_cells;
delete from board_dues;

insert into board_cells (dim, scope, key, stage, workflow, n, amount, awards, committed, paid)
select k.dim, k.scope, k.key, x.stage, x.workflow, sum(x.n), sum(x.amount), sum(x.awards), sum(x.committed), sum(x.paid)
from (select province, city, county, street, agency_id, round_id, topics, workflow, stage, count(*) as n,
    sum(case stage when 'applied' then requested_fen else committed_fen end) as amount,
    count(*) filter (where committed_fen > 0) as awards, sum(committed_fen) as committed,
    sum(case when committed_fen > 0 then paid_fen else 0 end) as paid
  from cases where counted_stage(stage, aside) <> '' and parent_id is null and organization_id is not null
    and not imported and currency = 'CNY'
  group by province, city, county, street, agency_id, round_id, topics, workflow, stage) x
cross join lateral board_keys(x.province, x.city, x.county, x.street, x.agency_id, x.round_id, x.topics, x.workflow) k
group by k.dim, k.scope, k.key, x.stage, x.workflow;

insert into board_dues (dim, scope, due_on, key, workflow, n)
select k.dim, k.scope, greatest(x.due_on, (select day from board_horizon)), k.key, x.workflow, sum(x.n)
from (select province, city, county, street, agency_id, round_id, topics, workflow, due_on, count(*) as n
  from cases where counted_stage(stage, aside) <> '' and parent_id is null and organization_id is not null
    and not imported and currency = 'CNY' and due_on is not null
  group by province, city, county, street, agency_id, round_id, topics, workflow, due_on) x
cross join lateral board_keys(x.province, x.city, x.county, x.street, x.agency_id, x.round_id, x.topics, x.workflow) k
group by k.dim, k.scope, 3, k.key, x.workflow;

analyze;
