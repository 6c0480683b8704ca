-- A page of the audit trail's chains with the head of each before a time. audit_chain. $1 after, $2 before, $3 rows
select k.chain, coalesce(a.seq, 0) as seq, a.hash
from (select chain from audit where seq = 1 and chain > $1::text order by chain limit $3::int) k
left join lateral (select a.seq, a.hash from audit a where a.chain = k.chain and a.at < $2::timestamptz
  order by a.seq desc limit 1) a on true
order by k.chain
