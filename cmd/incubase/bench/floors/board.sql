-- A province's board: its cells and the deltas not yet folded into them.
select key, stage, sum(n), sum(amount) from (
  select key, stage, n, amount from board_cells where dim = 'region' and scope = '23'
  union all
  select coalesce(nullif(city, ''), province), stage, sign, sign * amount from board_deltas where province = '23'
) x group by key, stage;
