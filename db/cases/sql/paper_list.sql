-- The papers of a case in the order of their acts, numbered ones first. papers_case, paper_voids_pkey
select id, case_id, seq, kind, word, year, serial, at, voided_at, facts, signed
from paper_docs where case_id = $1::uuid order by seq, serial = 0, id
