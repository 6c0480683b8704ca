-- Envelopes that differ from the sum of their postings. postings_round
select 'rounds' as table, c.ref as row,
    format('envelope says held %s, committed %s, paid %s, returned %s; the ledger says %s, %s, %s, %s',
  r.held_fen, r.committed_fen, r.paid_fen, r.returned_fen, p.held, p.committed, p.paid, p.returned) as what
from rounds r join cases c on c.id = r.id
cross join lateral (
  select coalesce(sum(case kind when 'hold' then amount_fen when 'unhold' then -amount_fen end), 0)::bigint as held,
    coalesce(sum(case kind when 'commit' then amount_fen when 'release' then -amount_fen end), 0)::bigint as committed,
    coalesce(sum(amount_fen) filter (where kind = 'pay'), 0)::bigint as paid,
    coalesce(sum(amount_fen) filter (where kind = 'return'), 0)::bigint as returned
  from postings p where p.round_id = r.id) p
where (r.held_fen, r.committed_fen, r.paid_fen, r.returned_fen) is distinct from
  (p.held, p.committed, p.paid, p.returned)
union all
select 'rounds', c.ref, format('says %s awards and %s proposed; the ledger says %s and %s', r.awards, r.held_awards,
  p.awards, p.held)
from rounds r join cases c on c.id = r.id
cross join lateral (select count(*) filter (where g.committed > 0)::int as awards,
  count(*) filter (where g.held > 0)::int as held from (
  select coalesce(sum(case kind when 'commit' then amount_fen when 'release' then -amount_fen end), 0) as committed,
    coalesce(sum(case kind when 'hold' then amount_fen when 'unhold' then -amount_fen end), 0) as held
  from postings where round_id = r.id group by grant_id) g) p
where (r.awards, r.held_awards) is distinct from (p.awards, p.held)
