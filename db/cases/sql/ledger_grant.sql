-- The postings of an award. postings_grant
select p.id, p.case_id, c.ref, p.seq, p.grant_id, p.round_id, p.kind, p.debit, p.credit, p.amount_fen, p.tranche, p.at
from postings p join cases c on c.id = p.case_id where p.grant_id = $1::uuid order by p.id
