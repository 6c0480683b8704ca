-- The valid papers of one kind of a round, by number. papers_round, paper_voids_pkey
select id, case_id, seq, kind, word, year, serial, at, voided_at, facts, signed
from paper_docs where round_id = $1::uuid and kind = $2 and voided_at is null order by year, serial, id limit $3::int
