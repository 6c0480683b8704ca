-- Envelopes that differ from the sum of their postings. postings_round
select 'rounds' as table, c.ref as row, format('envelope says held %s, committed %s, paid %s, returned %s; the ledger says %s, %s, %s, %s',
  r.held_fen, r.committed_fen, r.paid_fen, r.returned_fen, p.held, p.committed, p.paid, p.returned) as what
from rounds r join cases c on c.id = r.id
cross join lateral (
  select coalesce(sum(case kind when 'hold' then amount_fen when 'unhold' then -amount_fen end), 0)::bigint as held,
    coalesce(sum(case kind when 'commit' then amount_fen when 'release' then -amount_fen end), 0)::bigint as committed,
    coalesce(sum(amount_fen) filter (where kind = 'pay'), 0)::bigint as paid,
    coalesce(sum(amount_fen) filter (where kind = 'return'), 0)::bigint as returned
  from postings p where p.round_id = r.id) p
where (r.held_fen, r.committed_fen, r.paid_fen, r.returned_fen) is distinct from (p.held, p.committed, p.paid, p.returned)
