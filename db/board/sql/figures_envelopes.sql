-- The envelopes of rounds that are not over, the fullest first: reads the table of rounds, of which there are few.
select c.ref, r.total_fen, r.held_fen, r.committed_fen from rounds r join cases c on c.id = r.id
where r.total_fen > 0 and c.outcome = '' and c.closed_at is null order by r.committed_fen::float8 / r.total_fen desc,
    c.ref limit 100
