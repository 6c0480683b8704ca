-- Void papers. paper_voids_pkey. $1 after, $2 rows
select v.paper_id, v.case_id, v.seq, p.kind, v.at, v.row_mac
from (select paper_id, case_id, seq, at, row_mac from paper_voids where paper_id > $1::uuid
  order by paper_id limit $2::int) v
join papers p on p.id = v.paper_id and p.case_id = v.case_id
order by v.paper_id
