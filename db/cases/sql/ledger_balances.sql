-- The accounts of a round. postings_round, rounds_pkey
select account, sum(amount)::bigint as amount from (
  select 'envelope:' || id as account, total_fen as amount from rounds where id = $1::uuid
  union all select debit, -amount_fen from postings where round_id = $1
  union all select credit, amount_fen from postings where round_id = $1
) x group by account order by account
