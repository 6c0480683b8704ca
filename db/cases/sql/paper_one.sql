-- One paper. papers_pkey, paper_voids_pkey
select id, case_id, seq, kind, word, year, serial, at, voided_at, facts, signed from paper_docs where id = $1::uuid
