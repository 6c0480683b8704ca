-- Envelopes of unfinished rounds, fullest first: reads the short table of rounds.
select c.ref, r.total_fen, r.held_fen, r.committed_fen from rounds r join cases c on c.id = r.id
where r.total_fen > 0 and c.outcome = '' and c.closed_at is null order by r.committed_fen::float8 / r.total_fen desc,
    c.ref limit 100
