-- Awards that differ from the sum of their postings. A payment reaches its grant by a signal; until then the ledger
-- may be ahead. postings_grant, signals_pending
select 'cases' as table, c.ref as row,
    format('says held %s, committed %s, paid %s, returned %s; the ledger says %s, %s, %s, %s',
  c.held_fen, c.committed_fen, c.paid_fen, c.returned_fen, p.held, p.committed, p.paid, p.returned) as what
from cases c
cross join lateral (
  select coalesce(sum(case kind when 'hold' then amount_fen when 'unhold' then -amount_fen end), 0)::bigint as held,
    coalesce(sum(case kind when 'commit' then amount_fen when 'release' then -amount_fen end), 0)::bigint as committed,
    coalesce(sum(amount_fen) filter (where kind = 'pay'), 0)::bigint as paid,
    coalesce(sum(amount_fen) filter (where kind = 'return'), 0)::bigint as returned
  from postings p where p.grant_id = c.id) p
where c.parent_id is null and not c.imported and c.currency = 'CNY'
  and (c.held_fen, c.committed_fen, c.paid_fen, c.returned_fen) is distinct from
    (p.held, p.committed, p.paid, p.returned)
  and not exists (select 1 from signals s where s.to_case = c.id and s.done_at is null)
