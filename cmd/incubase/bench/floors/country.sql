-- The country's board.
select key, stage, sum(n), sum(amount) from (
  select key, stage, n, amount from board_cells where dim = 'region' and scope = ''
  union all
  select province, stage, sign, sign * amount from board_deltas
) x group by key, stage;
