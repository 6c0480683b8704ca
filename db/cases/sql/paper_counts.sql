-- How many valid papers of each kind a round has. papers_round, paper_voids_pkey
select kind, count(*) as n from paper_docs where round_id = $1::uuid and voided_at is null group by kind
